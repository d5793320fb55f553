"""Our catalogues come before those of the libraries: what they change there is chosen, and the rest is left alone."""

from collections.abc import Iterator
from pathlib import Path

import allauth
import django
import polib
import wagtail

from lms.kit.borrowed import BORROWED
from lms.kit.translations import CATALOGUES

# Written for our own pages, and fit for those of the libraries where they say the same thing.
CHOSEN = {
    "Sign in",
    "Download",
    "Words",
    "Administrator",
    "required",
    "Change",
    "Change my password",
    "Remove",
    "Preview",
    "Save",
}


def _sentences_of_libraries() -> Iterator[tuple[str, str]]:
    for library in (allauth, django, wagtail):
        for path in Path(str(library.__file__)).parent.rglob("locale/fr/LC_MESSAGES/django.po"):
            for entry in polib.pofile(str(path)):
                if not entry.obsolete and not entry.msgctxt:
                    yield entry.msgid, entry.msgstr


def test_the_sentences_still_exist_in_the_libraries() -> None:
    assert set(BORROWED) - {msgid for msgid, _ in _sentences_of_libraries()} == set()


def test_our_texts_change_no_other_word_of_the_libraries() -> None:
    """A heading “Type” of ours, said « Lettres », was once the name of a column in every list of Wagtail."""
    ours = {
        entry.msgid: entry.msgstr
        for entry in polib.pofile(str(CATALOGUES / "fr" / "LC_MESSAGES" / "django.po"))
        if not entry.msgctxt and entry.msgid not in CHOSEN | set(BORROWED)
    }
    changed = {
        msgid: (theirs, ours[msgid])
        for msgid, theirs in _sentences_of_libraries()
        if theirs and ours.get(msgid) and _plain(ours[msgid]) != _plain(theirs)
    }
    assert changed == {}


def _plain(text: str) -> str:
    return text.lower().replace("’", "'").rstrip("….")
