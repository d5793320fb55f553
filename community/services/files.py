"""Files and pictures sent while writing: they come in loose, a post takes them, what no post took goes after a day."""

import io
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from community.enums import FileKind
from community.formats.uploads import LARGEST_IMAGE, read_upload
from community.models import Post, PostFile
from community.queries.sight import sight_of
from community.services.trust import check_not_paused
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.ids import readable_code
from lms.kit.throttle import within_limit

MOST_LOOSE = 20
"""Files of one person that no post has taken yet."""
MOST_IN_A_POST = 10
AN_HOUR = 60
"""Files of one person."""
LOOSE_FOR = timedelta(days=1)
LONGEST_ALT = 250
_BATCH = 500
_ADDRESS = re.compile(r"/community/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")


class FileRefused(DomainError):
    """Nothing was kept: `too-often`, `too-many`, `too-big`, `alt`; what `describe` refuses is, without the words."""


def take_file(*, person: User, upload: "File[bytes]", alt: str | None, now: datetime) -> PostFile:
    """Keep one file that somebody sends while she writes; its bytes reach the disk once the transaction has committed.
    `alt`: what an image shows; None where `describe` asks for it later.

    Raises:
        FileRefused, community.formats.uploads.UploadRefused
        community.services.trust.SandboxRefused: the person is paused.
    """
    check_not_paused(sight_of(person).standing, now)
    if not within_limit("community-file", str(person.pk), limit=AN_HOUR, seconds=3600):
        raise FileRefused("too-often", _("That was many files in one hour. Wait a little, then go on."))
    if PostFile.objects.filter(person=person, post=None).count() >= MOST_LOOSE:
        raise FileRefused("too-many", _("Send your message first: too many files wait for it."))
    if upload.size > LARGEST_IMAGE:
        raise FileRefused("too-big", _("This file is too big. Make it smaller, then send it again."))
    found = read_upload(upload.read(), upload.name or "")
    words = " ".join((alt or "").split())[:LONGEST_ALT]
    if found.is_image and alt is not None and not words:
        raise FileRefused("alt", _("Say what the image shows, in one sentence."))
    path = f"community/{now:%Y/%m}/{readable_code(20).lower()}.{found.ending}"
    with transaction.atomic():
        row = PostFile.objects.create(
            person=person,
            kind=FileKind.IMAGE if found.is_image else FileKind.FILE,
            file=path,
            name=found.name,
            alt=words,
            size=len(found.data),
            width=found.width,
            height=found.height,
            sent_at=now,
        )
        transaction.on_commit(partial(default_storage.save, path, File(io.BytesIO(found.data))))
    return row


def take_all(*, person: User, uploads: "Iterable[File[bytes]]", ids: Iterable[UUID], now: datetime) -> list[PostFile]:
    """The files of a form: those sent before it, by their public ids, and those sent with it. See `describe`.

    Raises: as `take_file`.
    """
    with transaction.atomic():
        sent = [take_file(person=person, upload=upload, alt=None, now=now) for upload in uploads]
    return [*loose_files(person, ids), *sent]


def describe(*, files: Iterable[PostFile], alts: Sequence[str]) -> None:
    """What the images among these files show, one sentence each, in their order; those that say it already do not ask.

    Raises:
        FileRefused: `alt`: an image too many, or a sentence.
    """
    images = [file for file in files if file.kind == FileKind.IMAGE and not file.alt]
    if not images:
        return
    if len(images) != len(alts):
        words = _("Say what each image shows, one line for each, in this order: %(names)s.")
        raise FileRefused("alt", words % {"names": ", ".join(image.name for image in images)})
    for image, alt in zip(images, alts, strict=True):
        image.alt = alt[:LONGEST_ALT]
    PostFile.objects.bulk_update(images, ["alt"])


def loose_files(person: User, ids: Iterable[UUID]) -> list[PostFile]:
    """Those of these files that are hers and that no post has taken."""
    return list(PostFile.objects.filter(person=person, post=None, public_id__in=list(ids)).order_by("pk"))


def attach_files(*, post: Post, files: Collection[PostFile] = ()) -> None:
    """The post takes these files, and the images that its text shows, as far as they are its author's and still loose.

    Called inside the transaction that writes or edits the post.

    Raises:
        FileRefused: `too-many`.
    """
    shown = {UUID(found) for found in _ADDRESS.findall(post.source)}
    wanted = {file.public_id for file in files} | shown
    if not wanted:
        return
    loose = PostFile.objects.filter(person_id=post.author_id, post=None, public_id__in=wanted)
    if post.files.count() + loose.count() > MOST_IN_A_POST:
        raise FileRefused("too-many", _("A message takes ten files at most. Remove some, then send it."))
    loose.update(post=post)


def drop_file(*, file: PostFile) -> None:
    """Throw a loose file away."""
    with transaction.atomic():
        deleted, _rows = PostFile.objects.filter(pk=file.pk, post=None).delete()
        if deleted:
            transaction.on_commit(partial(default_storage.delete, str(file.file.name)))


def sweep_loose_files(*, now: datetime) -> int:
    """Every minute: throw away what no post took within a day. Returns how many."""
    loose = PostFile.objects.filter(post=None, sent_at__lt=now - LOOSE_FOR).order_by("sent_at")[:_BATCH]
    found = list(loose)
    for file in found:
        drop_file(file=file)
    return len(found)
