"""A message read once: safe, and what it names."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.formats.prose import handle, quoted, read
from lms.kit.names import folded
from lms.kit.sanitize import clean_html

pytestmark = pytest.mark.slow  # no database has a part in it

FILE = "/community/files/0190aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee/"


def test_a_message_is_markdown_whose_lines_stay_lines() -> None:
    assert read("Bonjour **Lina**\net merci").html == "<p>Bonjour <strong>Lina</strong><br>\net merci</p>\n"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("Merci @Clara-Roy, et @Éva !", ("Clara-Roy", "Éva")),
        ("@Clara-Roy @Clara-Roy.", ("Clara-Roy",)),
        ("clara@example.org écrit à @ ou @@", ()),
        ("`@code` et\n\n    @code\n", ()),
        ("> @Clara-Roy disait\n> > @Bob\n> encore @Bob\n\nmerci", ()),
        ("https://example.org/@clara", ()),
        ("(@D’Arc)", ("D’Arc",)),
    ],
)
def test_names_stand_after_an_at_sign_outside_code_links_and_quotes(source: str, names: tuple[str, ...]) -> None:
    assert read(source).mentions == names


def test_images_are_ours_and_those_of_others_become_links() -> None:
    prose = read(f"![une affiche]({FILE})\n\n![traceur](https://evil.example/p.gif) ![](/accounts/logout/)")

    assert f'<img src="{FILE}" alt="une affiche">' in prose.html
    assert prose.html.count("<img") == 1
    assert '<a href="https://evil.example/p.gif" rel="noopener noreferrer">traceur</a>' in prose.html
    assert prose.files == (FILE.split("/")[3],)


def test_links_are_known_and_those_alone_on_their_line_too() -> None:
    prose = read("Voir https://a.example/?x=1&y=2 ici.\nhttps://b.example/\n\n[c](https://c.example/)")

    assert prose.links == ("https://a.example/?x=1&y=2", "https://b.example/", "https://c.example/")
    assert prose.alone == ("https://b.example/", "https://c.example/")


def test_tags_are_shown_and_never_run() -> None:
    shown = read("<script>alert(1)</script><img src=x onerror=alert(1)> [a](javascript:alert(1))").html

    assert "<script" not in shown
    assert "<img" not in shown
    assert "href" not in shown


def test_every_vector_of_the_sanitizer_is_harmless(material: Path) -> None:
    files = [file for file in sorted((material / "sanitizer").rglob("*")) if file.is_file()]
    lines = {line for file in files for line in file.read_text(encoding="utf-8", errors="replace").splitlines()}
    shown = {read(line).html: line for line in sorted(lines)}
    assert len(shown) > 3000
    for html, line in shown.items():
        assert clean_html(html) == html, line
        assert "<img" not in html or FILE[:17] in html, line


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab @<>![]()`*_>\n\"'=/:&;#-h0éx"), max_size=120))
def test_what_is_read_is_clean_whatever_is_typed(source: str) -> None:
    shown = read(source).html

    assert clean_html(shown) == shown


def test_a_name_is_found_without_its_accents_and_its_case() -> None:
    assert folded("Marie-Ève D’Arc") == folded("marie-eve-darc") == "marieevedarc"
    assert read(f"Merci {handle('Marie-Ève D’Arc (coach)')} !").mentions == ("Marie-Ève-D’Arc-coach",)


def test_a_quote_names_who_said_it_and_drops_quotes_within() -> None:
    assert quoted("> avant\nBonjour\n\nà tous", "Clara Roy") == "> **Clara Roy**\n>\n> Bonjour\n>\n> à tous\n\n"
