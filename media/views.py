"""Delivers what the library holds: images to anybody, documents and recordings to people who are signed in."""

import mimetypes
import posixpath
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from .models import LibraryDocument, Recording
from .ranges import ranged

# The renditions: the only uploads with an address of their own. Originals, with what a camera wrote in them, have none.
PUBLIC_FOLDER = "images/"
# Whatever a file claims to be, it may run nothing and load nothing.
INERT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@require_safe
def public_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """An editorial image: re-encoded or cleaned when it came in, never personal."""
    # A path that climbs would leave the folder that its beginning names.
    if not path.startswith(PUBLIC_FOLDER) or posixpath.normpath(path) != path:
        raise Http404
    try:
        file = default_storage.open(path)
    except (FileNotFoundError, IsADirectoryError, SuspiciousFileOperation):
        raise Http404 from None
    response = FileResponse(file, content_type=mimetypes.guess_type(path)[0] or "application/octet-stream")
    # A rendition's name carries the hash of what made it: it never changes.
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = INERT
    return response


@login_required
@require_safe
def document(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """A course document, always as a download."""
    found = get_object_or_404(LibraryDocument, public_id=public_id)
    with_name = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.filename)
    with_name["Content-Security-Policy"] = INERT
    return with_name


@login_required
@require_safe
def recording(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """A sound or a video, by pieces, so that a phone can seek in it."""
    found: Recording = get_object_or_404(Recording.objects.exclude(file=""), public_id=public_id)
    name = Path(found.file.name).name
    response = ranged(request, found.file.open("rb"), found.file.size, mimetypes.guess_type(name)[0])
    response["Content-Security-Policy"] = INERT
    response["Cache-Control"] = f"private, max-age={settings.SESSION_COOKIE_AGE}"
    return response


@login_required
@require_safe
def captions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is said in a video, as WebVTT."""
    found: Recording = get_object_or_404(Recording.objects.exclude(captions=""), public_id=public_id)
    return HttpResponse(found.captions, content_type="text/vtt; charset=utf-8")
