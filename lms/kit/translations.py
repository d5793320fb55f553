"""Collects the texts of the house and says which are not translated: run as `python -m lms.kit.translations`."""

import argparse
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import django
import polib
from django.core.management import call_command
from django.core.management.commands import makemessages
from django.test.utils import override_settings

HOUSE = Path(__file__).resolve().parent.parent.parent
CATALOGUES = HOUSE / "lms" / "locale"
LANGUAGES = ("fr", "en")

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
# Folders without texts of ours; `locale` so that every text goes to the one catalogue of LOCALE_PATHS.
_IGNORED = ["node_modules", ".venv", "var", "tests", "locale"]

type _Key = tuple[str | None, str]


class _Collector(makemessages.Command):
    # A guess from a text that looks alike is wrong more often than right, and hides that one is missing.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


def collect(folder: Path) -> None:
    """Write into `folder` the catalogues of every text in the code; needs the gettext tools."""
    for language in LANGUAGES:
        (folder / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    # makemessages reads the folder it stands in.
    os.chdir(HOUSE)
    with override_settings(LOCALE_PATHS=[folder]):
        call_command(
            _Collector(),
            locale=list(LANGUAGES),
            ignore_patterns=_IGNORED,
            no_location=True,
            no_obsolete=True,
            no_wrap=True,
            verbosity=0,
        )


def problems(catalogue: polib.POFile, language: str) -> list[str]:
    """What a person would see wrong: no text, a doubtful one, or a placeholder lost on the way."""
    found = []
    for entry in catalogue:
        if entry.obsolete:
            continue
        where = f"{language}: {entry.msgid[:70]!r}"
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        # In English the text of the code is the text: an empty translation is complete.
        if language == "en" and not any(texts):
            continue
        if entry.fuzzy or not all(texts):
            found.append(f"{where} is not translated")
            continue
        expected = set(_PLACEHOLDER.findall(entry.msgid)) | set(_PLACEHOLDER.findall(entry.msgid_plural))
        strays = [set(_PLACEHOLDER.findall(text)) - expected for text in texts]
        found += [f"{where} has a stray placeholder {sorted(stray)}" for stray in strays if stray]
        # “One question” may go without its number; the last form, for many, may not.
        if lost := expected - set(_PLACEHOLDER.findall(texts[-1])):
            found.append(f"{where} has lost {sorted(lost)}")
    return found


def differences(catalogue: polib.POFile, collected: polib.POFile) -> list[str]:
    """Texts of the code that the catalogue does not know, and texts that the code no longer holds."""
    known, wanted = _keys(catalogue), _keys(collected)
    missing = [f"{text[:70]!r} is in no catalogue: run `make messages` and translate it" for _, text in wanted - known]
    gone = [f"{text[:70]!r} is no longer in the code: run `make messages`" for _, text in known - wanted]
    return sorted(missing) + sorted(gone)


def _keys(catalogue: polib.POFile) -> set[_Key]:
    return {(entry.msgctxt, entry.msgid) for entry in catalogue if not entry.obsolete}


def _stale() -> list[str]:
    """The catalogues against the code, where the gettext tools are there to read it."""
    if not shutil.which("xgettext"):
        print("The gettext tools are missing: the catalogues were not compared with the code.", file=sys.stderr)  # noqa: T201
        return []
    with tempfile.TemporaryDirectory() as folder:
        collect(Path(folder))
        return [
            f"{language}: {line}"
            for language in LANGUAGES
            for line in differences(_read(CATALOGUES, language), _read(Path(folder), language))
        ]


def _read(folder: Path, language: str) -> polib.POFile:
    return polib.pofile(str(folder / language / "LC_MESSAGES" / "django.po"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--collect", action="store_true", help="first bring the catalogues up to date with the code")
    parser.add_argument("--fresh", action="store_true", help="also compare the catalogues with the code")
    options = parser.parse_args()
    if options.collect or options.fresh:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
        django.setup()
    if options.collect:
        collect(CATALOGUES)
    found = [line for language in LANGUAGES for line in problems(_read(CATALOGUES, language), language)]
    found += _stale() if options.fresh else []
    for line in found:
        print(line)  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
