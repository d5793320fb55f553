"""Slides and documents of a session: a PDF becomes images and text, in the worker, within bounds."""

import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _
from django.utils.translation import override
from PIL import Image

from lms.accounts.models import User
from lms.kit.defer import defer
from lms.kit.errors import DomainError
from lms.kit.live import push
from media.models import LibraryDocument
from seminars.live import room_group
from seminars.models import Deck, Handout, LiveSession, Slide
from seminars.queries.room import decks_event, handouts_event

LARGEST_DECK = 40_000_000
"""Bytes."""
LARGEST_HANDOUT = 20_000_000
MOST_PAGES = 200
LONG_SIDE = 1600
"""Pixels of a page's longer side."""
QUALITY = 80
SECONDS_A_PAGE = 20
SECONDS_IN_ALL = 600
MOST_TEXT = 10_000
"""Characters kept of a page."""
HANDOUT_ENDINGS = (".pdf", ".odt", ".ods", ".odp", ".docx", ".xlsx", ".pptx", ".txt", ".csv", ".png", ".jpg", ".jpeg")


class DeckRefused(DomainError):
    """`not-a-pdf`, `not-a-document`: the file is not what is asked for."""


class _Trouble(Exception):
    """Why pages could not be made, as a sentence for whoever uploaded them."""


def add_deck(*, session: LiveSession, file: Any, title: str, actor: User, now: datetime) -> Deck:
    """Keep a PDF; the worker makes its pages.

    Raises:
        DeckRefused: it is not a PDF.
    """
    if b"%PDF-" not in file.read(1024):
        raise DeckRefused("not-a-pdf", _("This file is not a PDF. Export your slides as a PDF, then send that file."))
    file.seek(0)
    from seminars.tasks import make_slides

    with transaction.atomic():
        last = session.decks.aggregate(last=Max("order"))["last"] or 0
        deck = Deck(session=session, title=title.strip(), added_by=actor, added_at=now, order=last + 1)
        deck.file.save(f"{deck.public_id}.pdf", file, save=False)
        deck.save()
        defer(make_slides, deck.pk)
        tell_decks(session)
    return deck


def tell_decks(session: LiveSession) -> None:
    """Tell the room what can be shown, after commit."""
    push(room_group(session), lambda: decks_event(session))


def tell_if_new(session: LiveSession, ready: Collection[UUID]) -> None:
    """Tell the room, if other decks are ready than those somebody in it knows."""
    found = session.decks.filter(ready_at__isnull=False).values_list("public_id", flat=True)
    if set(found) != set(ready):
        tell_decks(session)


def remove_deck(*, deck: Deck) -> None:
    """Its pages and its file go with it, once the database has said so."""
    files = [deck.file, *(slide.image for slide in deck.slides.all())]
    with transaction.atomic():
        deck.delete()
        tell_decks(deck.session)
        transaction.on_commit(partial(_forget, files))


def _forget(files: Iterable[FieldFile]) -> None:
    for file in files:
        if file.name:
            file.storage.delete(file.name)


def add_handout(*, session: LiveSession, file: Any, title: str, alternative: str, actor: User) -> Handout:
    """Put a document into the library and beside the session, with a text that says the same.

    Raises:
        DeckRefused: its name does not end like a document's.
    """
    if Path(file.name).suffix.lower() not in HANDOUT_ENDINGS:
        known = ", ".join(ending.removeprefix(".") for ending in HANDOUT_ENDINGS)
        raise DeckRefused("not-a-document", _("Send a document of one of these kinds: %(kinds)s.") % {"kinds": known})
    with transaction.atomic():
        document = LibraryDocument(title=title.strip(), uploaded_by_user=actor)
        document.file.save(Path(file.name).name, file, save=False)
        document.save()
        last = session.handouts.aggregate(last=Max("order"))["last"] or 0
        handout = Handout.objects.create(
            session=session, document=document, title=title.strip(), alternative=alternative, order=last + 1
        )
        _tell_handouts(session)
    return handout


def remove_handout(*, handout: Handout) -> None:
    """The document itself stays in the library."""
    with transaction.atomic():
        handout.delete()
        _tell_handouts(handout.session)


def _tell_handouts(session: LiveSession) -> None:
    push(room_group(session), lambda: handouts_event(session))


def make_pages(*, deck: Deck, now: datetime) -> bool:
    """In the worker: an image and a text for each page, or a sentence in `trouble`. Made again, they replace
    the old ones."""
    with tempfile.TemporaryDirectory() as folder, override(_language_of(deck)):
        try:
            pages = _pages(deck, Path(folder))
        except _Trouble as trouble:
            Deck.objects.filter(pk=deck.pk).update(trouble=str(trouble)[:300], ready_at=None)
            tell_decks(deck.session)
            return False
    old = [slide.image for slide in deck.slides.all()]
    with transaction.atomic():
        deck.slides.all().delete()
        Slide.objects.bulk_create(pages)
        Deck.objects.filter(pk=deck.pk).update(trouble="", ready_at=now)
        tell_decks(deck.session)
        transaction.on_commit(partial(_forget, old))
    return True


def _language_of(deck: Deck) -> str:
    return deck.added_by.language if deck.added_by else "fr"


def _pages(deck: Deck, folder: Path) -> list[Slide]:
    pdftoppm, pdftotext, pdfinfo = (shutil.which(name) for name in ("pdftoppm", "pdftotext", "pdfinfo"))
    if not (pdftoppm and pdftotext and pdfinfo):
        raise _Trouble(
            _(
                "This server cannot open PDF files: the program “poppler” is missing. "
                "Tell an administrator; your file is kept."
            )
        )
    source = folder / "deck.pdf"
    with deck.file.open("rb") as file:
        source.write_bytes(file.read())
    count = _page_count(pdfinfo, source)
    started = monotonic()
    pages = []
    for number in range(1, count + 1):
        if monotonic() - started > SECONDS_IN_ALL:
            raise _Trouble(_("These slides take too long to open. Export them again with smaller pictures."))
        pages.append(_page(deck, number, source, pdftoppm, pdftotext))
    return pages


def _page_count(pdfinfo: str, source: Path) -> int:
    found = re.search(rb"^Pages:\s+(\d+)", _run([pdfinfo, str(source)]), re.MULTILINE)
    count = int(found[1]) if found else 0
    if count < 1:
        raise _Trouble(_("This PDF has no page."))
    if count > MOST_PAGES:
        raise _Trouble(
            _("This PDF has %(count)d pages; %(most)d at most can be shown. Send it in several parts.")
            % {"count": count, "most": MOST_PAGES}
        )
    return count


def _page(deck: Deck, number: int, source: Path, pdftoppm: str, pdftotext: str) -> Slide:
    only = ["-f", str(number), "-l", str(number)]
    drawn = _run([pdftoppm, *only, "-scale-to", str(LONG_SIDE), "-singlefile", str(source)])
    said = _run([pdftotext, *only, "-layout", "-enc", "UTF-8", str(source), "-"])
    made = io.BytesIO()
    try:
        with Image.open(io.BytesIO(drawn)) as picture:
            width, height = picture.size
            picture.save(made, "WEBP", quality=QUALITY, method=4)
    except (OSError, ValueError) as error:
        raise _Trouble(_("Page %(number)d cannot be drawn.") % {"number": number}) from error
    slide = Slide(deck=deck, number=number, width=width, height=height, text=_tidy(said))
    slide.image.save(f"{deck.public_id}-{number}.webp", ContentFile(made.getvalue()), save=False)
    return slide


def _run(command: list[str]) -> bytes:
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS_A_PAGE, check=True)
    except subprocess.TimeoutExpired as error:
        raise _Trouble(_("These slides take too long to open. Export them again with smaller pictures.")) from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise _Trouble(
            _("This PDF cannot be opened: it is damaged or asks for a password. Export it again, then send that file.")
        ) from error
    return done.stdout


def _tidy(said: bytes) -> str:
    """Words of a page: runs of spaces and of empty lines closed, without what no database keeps."""
    text = said.decode("utf-8", "replace").replace("\x00", "").replace("\f", "")
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:MOST_TEXT]
