"""Answers byte ranges (RFC 9110, section 14), which phones ask for when they play a sound."""

import re
from collections.abc import Iterator
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

_BLOCK = 64 * 1024
_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def ranged(request: HttpRequest, file: IO[bytes], size: int, content_type: str | None) -> HttpResponseBase:
    """The whole file, or the one range asked for; several ranges at once get the whole file, as the RFC allows."""
    content_type = content_type or "application/octet-stream"
    asked = _ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked is None or asked.groups() == ("", ""):
        response: HttpResponseBase = FileResponse(file, content_type=content_type)
        response["Accept-Ranges"] = "bytes"
        return response
    first, last = asked.groups()
    if first:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
    else:
        start, end = max(0, size - int(last)), size - 1
    if start > end:
        file.close()
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    file.seek(start)
    response = StreamingHttpResponse(_blocks(file, end - start + 1), status=206, content_type=content_type)
    response["Accept-Ranges"] = "bytes"
    response["Content-Range"] = f"bytes {start}-{end}/{size}"
    response["Content-Length"] = str(end - start + 1)
    return response


def _blocks(file: IO[bytes], left: int) -> Iterator[bytes]:
    with file:
        while left > 0 and (block := file.read(min(_BLOCK, left))):
            left -= len(block)
            yield block
