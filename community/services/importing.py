"""Moves a forum in: its spaces, people, threads and posts; the same source twice writes nothing twice."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from community.enums import Audience, ThreadKind
from community.formats import discourse, forum_lines
from community.formats.foreign_html import cleaned
from community.formats.forum_pieces import (
    ForumRefused,
    Note,
    PersonPiece,
    Piece,
    PostPiece,
    RefusedPiece,
    SpacePiece,
    ThreadPiece,
)
from community.formats.prose import read
from community.models import Post, Space, Thread
from community.models.threads import LONGEST_POST
from lms.accounts.models import User
from lms.kit.archives import Tree, open_tree
from lms.kit.sanitize import to_text

from .import_report import ForumReport
from .posting import recount
from .search import index_post

__all__ = ["ARCHIVE_HOST", "ForumRefused", "import_file", "import_forum", "import_path"]

LINES = (".jsonl", ".ndjson")
MOST_REFUSED = 2_000
"""Things refused before the whole file is: it is another sort of file, or it is broken."""
LONGEST_HTML = 200_000
ARCHIVE_HOST = "archive.invalid"
"""No mail ever reaches it (RFC 2606): the placeholders of people who are not here have an address of this host."""


def import_file(*, file: BinaryIO, name: str, source: str, now: datetime, dry_run: bool = False) -> ForumReport:
    """The same of a file that was sent: JSON Lines, one Discourse topic, or a zip of them.

    Raises:
        ForumRefused, lms.kit.archives.UnsafeArchive
    """
    ending = PurePosixPath(name).suffix.lower()
    if ending in LINES:
        return import_forum(pieces=forum_lines.pieces(file, name), source=source, now=now, dry_run=dry_run)
    if ending == ".json":
        data = file.read(discourse.LIMITS.file + 1)
        if len(data) > discourse.LIMITS.file:
            raise _too_big()
        tree = Tree({PurePosixPath(name).name: lambda: data}, close=lambda: None)
    else:
        tree = open_tree(file, limits=discourse.LIMITS)
    with tree:
        return import_forum(pieces=discourse.pieces(tree), source=source, now=now, dry_run=dry_run)


def import_path(*, path: Path, source: str, now: datetime, dry_run: bool = False) -> ForumReport:
    """Import JSON Lines (`.jsonl`), one Discourse topic (`.json`), or a folder or zip of them.

    Raises:
        ForumRefused, lms.kit.archives.UnsafeArchive
    """
    if path.is_file() and path.suffix.lower() in LINES:
        with path.open("rb") as file:
            return import_forum(pieces=forum_lines.pieces(file, path.name), source=source, now=now, dry_run=dry_run)
    with _open_discourse(path) as tree:
        return import_forum(pieces=discourse.pieces(tree), source=source, now=now, dry_run=dry_run)


def import_forum(*, pieces: Iterable[Piece], source: str, now: datetime, dry_run: bool = False) -> ForumReport:
    """Write what a format read, in one transaction. `source` names the forum: with the ids of the file it says what
    was imported before, and is left as it is here. Nobody is told of anything, no hours are counted.

    With `dry_run` everything is done, then taken back.

    Raises:
        ForumRefused, lms.kit.archives.UnsafeArchive
    """
    name = slugify(source)[:60]
    if not name:
        raise ForumRefused("no-source", _("Name the forum this comes from, in letters or digits."))
    with transaction.atomic():
        report = _Importer(name, now).run(pieces)
        if dry_run:
            transaction.set_rollback(True)
    return report


@dataclass(slots=True)
class _Opened:
    """A thread of the file, while its posts come; `posts` are row ids by the file's id and by `#number`."""

    piece: ThreadPiece
    thread: Thread
    is_new: bool
    posts: dict[str, int]
    accepted: int | None = None
    written: int = 0


class _Importer:
    def __init__(self, source: str, now: datetime) -> None:
        self.source = source
        self.now = now
        self.report = ForumReport()
        self.spaces: dict[str, Space] = {}
        self.people: dict[str, User] = {}
        self.threads: dict[str, _Opened] = {}
        self.met: set[str] = set()

    def run(self, pieces: Iterable[Piece]) -> ForumReport:
        for piece in pieces:
            match piece:
                case SpacePiece():
                    self._space(piece)
                case PersonPiece():
                    self._person(piece)
                case ThreadPiece():
                    self._thread(piece)
                case PostPiece():
                    self._post(piece)
                case RefusedPiece():
                    self.report.refuse(piece.kind, piece, piece.code, piece.detail)
            if self.report.refused > MOST_REFUSED:
                raise ForumRefused(
                    "too-many-errors",
                    _("More than 2,000 things of this file cannot be read. Nothing was imported: see how it was made."),
                )
        self._finish()
        return self.report

    # --- Spaces and people ---

    def _space(self, piece: SpacePiece) -> None:
        if piece.id in self.spaces:
            self.report.refuse("spaces", piece, "id-twice", piece.id)
            return
        slug = self._slug(piece.id)
        space = Space.objects.filter(slug=slug).first()
        if space is not None:
            self.report.known("spaces")
        else:
            notes: list[Note] = [] if piece.audience else [("space-made", piece.name)]
            notes += [("cut", piece.name)] if len(piece.name) > 80 else []
            space = Space.objects.create(
                name=" ".join(piece.name.split())[:80],
                slug=slug,
                description=" ".join(piece.description.split())[:200],
                audience=piece.audience or Audience.ACADEMY,
                is_closed=not piece.audience,
            )
            self.report.imported("spaces", piece, notes)
            self.report.wrote("spaces", space.pk)
        self.spaces[piece.id] = space

    def _space_of(self, piece: ThreadPiece) -> tuple[Space, list[Note]]:
        """The space a thread asks for; one that was never named is a closed space of the import."""
        if piece.space in self.spaces:
            return self.spaces[piece.space], []
        space, created = Space.objects.get_or_create(
            slug=self._slug(piece.space),
            defaults={"name": f"{self.source} {piece.space}"[:80], "is_closed": True},
        )
        self.spaces[piece.space] = space
        if created:
            self.report.wrote("spaces", space.pk)
        return space, [("space-unknown", piece.space)] if created else []

    def _slug(self, key: str) -> str:
        """A space of the academy may be asked for by its own address."""
        if Space.objects.filter(slug=key).exists():
            return key
        plain = slugify(key)
        if plain == key and len(key) <= 40 and not key.isdigit():
            return key
        return f"{self.source[:30]}-{plain[:30] or 'x'}-{_digest(key)[:6]}"

    def _person(self, piece: PersonPiece) -> None:
        if piece.id in self.people:
            self.report.refuse("people", piece, "id-twice", piece.id)
            return
        person = self._at_the_academy(piece.email)
        if person is not None:
            self.people[piece.id] = person
            self.report.known("people")
            return
        shown = piece.name.strip() or piece.id
        self.people[piece.id], created = self._placeholder(shown)
        if created:
            self.report.imported("people", piece, [("author-unknown", shown)])
        else:
            self.report.known("people")

    def _at_the_academy(self, email: str) -> User | None:
        """The person of this address; never one of our own placeholders, never somebody who could not be written to."""
        address = email.strip().lower()
        if not address or address.endswith(f"@{ARCHIVE_HOST}"):
            return None
        try:
            validate_email(address)
        except ValidationError:
            return None
        found: User | None = User.objects.filter(email=address).first()
        return found

    def _placeholder(self, name: str) -> tuple[User, bool]:
        """Who has no account here keeps the name alone: archived, without a password, in no cohort."""
        shown = " ".join(name.split())[:150]
        email = f"{_digest(f'{self.source}:{shown.casefold()}')[:24]}@{ARCHIVE_HOST}"
        person = User.objects.filter(email=email).first()
        if person is not None:
            return person, False
        person = User.objects.create_user(email, None, display_name=shown, is_active=False)
        self.report.wrote("people", person.pk)
        return person, True

    def _author(self, key: str) -> User:
        """An author the file names without having told who it is has the id for a name."""
        if key not in self.people:
            piece = PersonPiece(file="", line=0, id=key, name=key)
            self._person(piece)
        return self.people[key]

    # --- Threads and posts ---

    def _thread(self, piece: ThreadPiece) -> None:
        if piece.id in self.threads:
            self.report.refuse("threads", piece, "id-twice", piece.id)
            return
        if piece.created_at > self.now:
            self.report.refuse("threads", piece, "date-future", piece.created_at.isoformat())
            return
        origin = self._origin("t", piece.id)
        thread = Thread.objects.select_for_update().filter(imported_from=origin).first()
        if thread is not None:
            if thread.merged_into_id is not None:
                thread = Thread.objects.select_for_update().get(pk=thread.merged_into_id)
            self.report.known("threads")
            self.threads[piece.id] = _Opened(piece, thread, False, {})
            return
        space, notes = self._space_of(piece)
        title = " ".join(piece.title.split())
        notes += [("cut", title)] if len(title) > 160 else []
        thread = Thread.objects.create(
            space=space,
            kind=piece.kind,
            title=title[:160],
            author=self._author(piece.author),
            created_at=piece.created_at,
            last_post_at=piece.created_at,
            closed_at=self.now if piece.is_closed else None,
            pinned_at=self.now if piece.is_pinned else None,
            imported_from=origin,
        )
        self.threads[piece.id] = _Opened(piece, thread, True, {})
        self.report.imported("threads", piece, notes)

    def _post(self, piece: PostPiece) -> None:
        opened = self.threads.get(piece.thread)
        if opened is None:
            self.report.refuse("posts", piece, "thread-unknown", piece.thread)
            return
        if piece.id in self.met:
            self.report.refuse("posts", piece, "id-twice", piece.id)
            return
        self.met.add(piece.id)
        if piece.created_at > self.now:
            self.report.refuse("posts", piece, "date-future", piece.created_at.isoformat())
            return
        origin = self._origin("p", piece.id)
        post = Post.objects.filter(imported_from=origin).only("pk").first()
        if post is not None:
            self._place(opened, piece, post.pk)
            self.report.known("posts")
            return
        self._write(opened, piece, origin)

    def _write(self, opened: _Opened, piece: PostPiece, origin: str) -> None:
        notes: list[Note] = []
        if piece.html.strip():
            found = cleaned(piece.html)
            shown, notes = found.html, list(found.notes)
            source = piece.source if piece.source.strip() else to_text(shown)
        else:
            source, shown = piece.source, read(piece.source).html
        if len(source) > LONGEST_POST or len(shown) > LONGEST_HTML:
            self.report.refuse("posts", piece, "too-long", f"{len(source)} / {LONGEST_POST}")
            return
        if not to_text(shown):
            self.report.refuse("posts", piece, "empty")
            return
        reply_to = opened.posts.get(piece.reply_to) if piece.reply_to else None
        if piece.reply_to and reply_to is None:
            notes.append(("reply-unknown", piece.reply_to))
        opened.thread.last_number = opened.thread.next_number
        post = Post.objects.create(
            thread=opened.thread,
            number=opened.thread.last_number,
            author=self._author(piece.author),
            source=source,
            html=shown,
            reply_to_id=reply_to,
            created_at=piece.created_at,
            imported_from=origin,
        )
        index_post(post)
        self.report.wrote("posts", post.pk)
        opened.written += 1
        self._place(opened, piece, post.pk)
        self.report.imported("posts", piece, notes)

    def _place(self, opened: _Opened, piece: PostPiece, pk: int) -> None:
        opened.posts[piece.id] = pk
        if piece.line:
            opened.posts[f"#{piece.line}"] = pk
        if piece.is_accepted:
            opened.accepted = pk

    def _finish(self) -> None:
        """Counters and solutions, once every post is there; a thread that got none is not kept."""
        for opened in self.threads.values():
            thread = opened.thread
            if opened.is_new and not opened.written:
                tally = self.report.tallies["threads"]
                is_warned = any(
                    (row.kind, row.file, row.line) == ("threads", opened.piece.file, opened.piece.line)
                    for row in self.report.remarks
                )
                if is_warned:
                    tally.warned -= 1
                else:
                    tally.imported -= 1
                self.report.refuse("threads", opened.piece, "no-post", opened.piece.title)
                thread.delete()
                continue
            if opened.is_new:
                self.report.wrote("threads", thread.pk)
            if opened.written:
                recount(thread)
            if opened.is_new and opened.accepted is not None:
                first = thread.posts.order_by("number").values_list("pk", flat=True).first()
                if opened.accepted != first:
                    thread.kind = ThreadKind.QUESTION
                    thread.accepted_id = opened.accepted
                    thread.accepted_by = thread.author
                    thread.save(update_fields=["kind", "accepted", "accepted_by"])

    def _origin(self, sort: str, key: str) -> str:
        return f"{self.source}:{sort}:{key}"


def _open_discourse(path: Path) -> Tree:
    """A folder or a zip; one `.json` is a tree of one file."""
    if path.is_file() and path.suffix.lower() == ".json":
        return Tree({PurePosixPath(path.name).name: lambda: _first_bytes(path)}, close=lambda: None)
    return open_tree(path, limits=discourse.LIMITS)


def _first_bytes(path: Path) -> bytes:
    if path.stat().st_size > discourse.LIMITS.file:
        raise _too_big()
    with path.open("rb") as file:
        return file.read(discourse.LIMITS.file)


def _too_big() -> ForumRefused:
    return ForumRefused("too-big", _("This topic is larger than 2 MB. Fetch it again in parts."))


def _digest(text: str) -> str:
    return hashlib.sha256(re.sub(r"\s+", " ", text).encode()).hexdigest()
