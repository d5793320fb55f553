"""A PDF becomes pages, or a sentence that says why not."""

import io
import shutil
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from seminars.models import Deck, Slide
from seminars.services import decks
from seminars.services.decks import DeckRefused, add_deck, add_handout, make_pages, remove_deck
from tests.factories import UserFactory
from tests.seminars.factories import LiveSessionFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
needs_poppler = pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler is not installed")


def pdf(pages: int = 2, size: tuple[int, int] = (400, 300)) -> bytes:
    drawn = []
    for number in range(pages):
        page = Image.new("RGB", size, "white")
        ImageDraw.Draw(page).text((20, 20), f"Page {number + 1}", fill="black")
        drawn.append(page)
    made = io.BytesIO()
    drawn[0].save(made, "PDF", save_all=True, append_images=drawn[1:])
    return made.getvalue()


def worded_pdf(words: str) -> bytes:
    """A PDF of one page whose text can be read."""
    stream = f"BT /F1 24 Tf 72 700 Td ({words}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
            b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + table + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(body)


def upload(content: bytes, name: str = "Mes diapos.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def add(content: bytes, **fields: Any) -> Deck:
    session = LiveSessionFactory()
    actor = UserFactory(language="en")
    deck = add_deck(session=session, file=upload(content), title="Mots de passe", actor=actor, now=NOW, **fields)
    make_pages(deck=deck, now=NOW)
    deck.refresh_from_db()
    return deck


@needs_poppler
def test_each_page_is_an_image_of_bounded_size_and_its_text() -> None:
    deck = add(pdf(2, (400, 300)))

    assert (deck.ready_at, deck.trouble) == (NOW, "")
    pages = list(deck.slides.all())
    assert [page.number for page in pages] == [1, 2]
    for page in pages:
        with Image.open(page.image) as picture:
            assert picture.format == "WEBP"
            assert picture.size == (page.width, page.height)
            assert max(picture.size) == decks.LONG_SIDE


@needs_poppler
def test_the_words_of_a_page_are_kept() -> None:
    assert add(worded_pdf("Bonjour a tous")).slides.get().text == "Bonjour a tous"


@needs_poppler
def test_made_again_the_pages_replace_the_old_ones() -> None:
    deck = add(pdf(3))

    assert make_pages(deck=deck, now=NOW)

    assert [slide.number for slide in Slide.objects.filter(deck=deck)] == [1, 2, 3]


@needs_poppler
def test_a_damaged_file_is_said_in_one_sentence() -> None:
    deck = add(b"%PDF-1.4\nnothing of the sort")

    assert deck.ready_at is None
    assert deck.trouble.startswith("This PDF cannot be opened")
    assert not deck.slides.exists()


@needs_poppler
def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decks, "MOST_PAGES", 2)

    assert add(pdf(3)).trouble == "This PDF has 3 pages; 2 at most can be shown. Send it in several parts."


@needs_poppler
def test_pages_that_take_too_long_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decks, "SECONDS_IN_ALL", -1)

    assert add(pdf(1)).trouble.startswith("These slides take too long")


def test_a_server_without_poppler_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decks.shutil, "which", lambda name: None)

    deck = add(pdf(1))

    assert "poppler" in deck.trouble
    assert deck.file


def test_what_is_not_a_pdf_is_refused() -> None:
    with pytest.raises(DeckRefused) as refused:
        add(b"<html>")
    assert refused.value.code == "not-a-pdf"
    assert not Deck.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_deck_that_is_removed_leaves_no_file() -> None:
    deck = add(pdf(1))
    storage, name = deck.file.storage, deck.file.name

    remove_deck(deck=deck)

    assert not storage.exists(name)
    assert not Deck.objects.exists()


def test_a_document_comes_with_the_same_as_text() -> None:
    session, actor = LiveSessionFactory(), UserFactory()
    kept = add_handout(session=session, file=upload(b"x", "Fiche.pdf"), title="Fiche", alternative="Lire.", actor=actor)

    assert (kept.document.title, kept.alternative, kept.order) == ("Fiche", "Lire.", 1)
    with pytest.raises(DeckRefused):
        add_handout(session=session, file=upload(b"x", "page.html"), title="F", alternative="L", actor=actor)
