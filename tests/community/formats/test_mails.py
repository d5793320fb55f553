"""Mails as they arrive: one's own words alone; automatic ones known; broken ones refused, never an error."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.formats.cards import read_card
from community.formats.mails import LARGEST, Unreadable, own_words, read_mail


def mail(text: str = "Oui, demain.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    given = {"From": "Lina <Lina@example.org>", "To": "reply+abc@example.org", "Message-ID": "<1@x>"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    for name, value in given.items():
        message[name] = value
    message.set_content(text)
    return message


@pytest.mark.parametrize(
    "tail",
    [
        "Le jeu. 26 nov. 2026 à 10:00, Académie <a@example.org> a écrit :\n> Bonjour",
        "Le jeudi 26 novembre 2026 à 10:00:00 UTC+1, Académie\n<a@example.org> a écrit :\n> Bonjour",
        "On Thu, Nov 26, 2026 at 10:00 AM Academy <a@example.org> wrote:\n> Hello",
        "> Bonjour\n> tout le monde",
        "-----Message d'origine-----\nDe : x@example.org",
        "________________________________\nDe : Académie <a@example.org>\nEnvoyé : hier",
        "De : Académie <a@example.org>\nEnvoyé : hier",
        "-- \nLina Diallo",
        "Envoyé de mon iPhone",
    ],
)
def test_quotes_signatures_and_headings_go(tail: str) -> None:
    assert own_words(f"Oui, **demain**.\n\nÀ 10 h.\n\n{tail}") == "Oui, **demain**.\n\nÀ 10 h."


def test_words_that_look_like_a_heading_stay() -> None:
    text = "Le matin, je prépare.\nDe mon côté : rien."
    assert own_words(text) == text


def test_html_alone_becomes_plain_text() -> None:
    message = EmailMessage()
    message["From"], message["To"] = "lina@example.org", "a@example.org"
    message.set_content("<p>Oui <script>alert(1)</script><b>demain</b></p>", subtype="html")
    read = read_mail(message.as_bytes())
    assert "demain" in read.text
    assert "<" not in read.text


def test_who_and_to_whom() -> None:
    read = read_mail(mail(Delivered_To="reply+xyz@example.org").as_bytes())
    assert read.sender == "lina@example.org"
    assert set(read.to) == {"reply+xyz@example.org", "reply+abc@example.org"}


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"}, {"Return_Path": "<>"}],
)
def test_automatic_answers_are_known(headers: dict[str, str]) -> None:
    assert read_mail(mail(**headers).as_bytes()).is_automatic
    assert not read_mail(mail().as_bytes()).is_automatic


def test_too_large_is_refused() -> None:
    with pytest.raises(Unreadable):
        read_mail(b"x" * (LARGEST + 1))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        read_mail(raw)
        read_mail(b"From: a@b\nTo: c@d\nContent-Type: " + raw)
    except Unreadable:
        return


def test_a_card_is_plain_text() -> None:
    page = (
        b"<html><head><title>Un &lt;script&gt; titre</title>"
        b"<meta property='og:description' content='Deux\nlignes'></head></html>"
    )
    card = read_card(page, "text/html; charset=utf-8", "https://www.example.org/x")
    assert card is not None
    assert (card.title, card.description, card.site) == ("Un <script> titre", "Deux lignes", "example.org")
    assert read_card(b"{}", "application/json", "https://example.org/") is None
    assert read_card(b"<p>rien</p>", "text/html", "https://example.org/") is None
