"""What the check of the catalogues finds, and what it lets through."""

import ast
from collections.abc import Iterator

import polib
import pytest

from lms.kit.translations import CATALOGUES, HOUSE, differences, problems

GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


def _catalogue(*entries: polib.POEntry) -> polib.POFile:
    catalogue = polib.POFile()
    catalogue.extend(entries)
    return catalogue


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (polib.POEntry(msgid="Close", msgstr=""), "is not translated"),
        (polib.POEntry(msgid="Close", msgstr="Fermer", flags=["fuzzy"]), "is not translated"),
        (
            polib.POEntry(msgid="%(n)s key", msgid_plural="%(n)s keys", msgstr_plural={0: "Une clé", 1: ""}),
            "not transl",
        ),
        (polib.POEntry(msgid="Call %(name)s", msgstr="Appeler"), "has lost ['%(name)s']"),
        (polib.POEntry(msgid="Call %(name)s", msgstr="Appeler %(nom)s %(name)s"), "stray placeholder ['%(nom)s']"),
        (polib.POEntry(msgid="“{detail}” is empty", msgstr="« {détail} » est vide"), "has lost ['{detail}']"),
        (
            polib.POEntry(msgid="%(n)s key", msgid_plural="%(n)s keys", msgstr_plural={0: "Une clé", 1: "Des clés"}),
            "has lost ['%(n)s']",
        ),
    ],
)
def test_what_a_person_would_see_wrong_is_found(entry: polib.POEntry, found: str) -> None:
    lines = problems(_catalogue(entry), "fr")
    assert any(found in line for line in lines), lines


def test_a_good_text_is_let_through() -> None:
    good = [
        polib.POEntry(msgid="Close", msgstr="Fermer"),
        polib.POEntry(msgid="Gone", msgstr="", obsolete=True),
        polib.POEntry(msgid="%(n)s key", msgid_plural="%(n)s keys", msgstr_plural={0: "Une clé", 1: "%(n)s clés"}),
    ]
    assert problems(_catalogue(*good), "fr") == []


def test_english_may_stay_empty_and_is_read_where_it_is_not() -> None:
    empty = polib.POEntry(msgid="Close", msgstr="")
    lost = polib.POEntry(msgid="Call %(name)s", msgstr="Ring")
    assert problems(_catalogue(empty), "en") == []
    assert problems(_catalogue(lost), "en") == ["en: 'Call %(name)s' has lost ['%(name)s']"]


def test_a_text_is_known_by_its_words_and_its_context() -> None:
    close, month = polib.POEntry(msgid="Close"), polib.POEntry(msgid="May", msgctxt="month")
    assert differences(_catalogue(close, month), _catalogue(close, month)) == []
    assert "'May' is in no catalogue" in differences(_catalogue(close), _catalogue(close, month))[0]
    assert "'May' is no longer in the code" in differences(_catalogue(close, month), _catalogue(close))[0]
    assert len(differences(_catalogue(close, month), _catalogue(close, polib.POEntry(msgid="May")))) == 2


def test_both_languages_hold_the_same_texts() -> None:
    french, english = (polib.pofile(str(CATALOGUES / name / "LC_MESSAGES" / "django.po")) for name in ("fr", "en"))
    assert differences(french, english) == []


def _calls_in_f_strings() -> Iterator[str]:
    for app in ("lms", "courses", "media", "coaching", "community", "seminars"):
        for path in (HOUSE / app).rglob("*.py"):
            for string in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.JoinedStr)):
                for call in (node for node in ast.walk(string) if isinstance(node, ast.Call)):
                    if isinstance(call.func, ast.Name) and call.func.id in GETTEXT:
                        yield f"{path.relative_to(HOUSE)}:{call.lineno}"


def test_no_text_hides_in_an_f_string() -> None:
    """xgettext does not read inside them: such a text would be in no catalogue, and nobody would be told."""
    assert list(_calls_in_f_strings()) == []
