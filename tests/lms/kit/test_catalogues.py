"""Translations are compiled at the first start, and read by the process that compiled them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation.reloader import translation_file_changed

from lms.kit.catalogues import compile_catalogues

WORDS = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "A word nobody else translates"
msgstr "Un mot que personne d’autre ne traduit"
"""


@pytest.fixture(autouse=True)
def read_again() -> Iterator[None]:
    yield
    translation_file_changed(None, Path("django.mo"))


def test_what_was_read_before_is_read_again(settings, tmp_path):
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(WORDS, encoding="utf-8")
    settings.LOCALE_PATHS = [tmp_path]
    translation_file_changed(None, Path("django.mo"))
    with translation.override("fr"):
        assert gettext("A word nobody else translates") == "A word nobody else translates"

    assert compile_catalogues() == [folder / "django.mo"]
    with translation.override("fr"):
        assert gettext("A word nobody else translates") == "Un mot que personne d’autre ne traduit"
    assert compile_catalogues() == []
