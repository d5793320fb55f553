"""Says which texts of the house are not translated: run as `python -m lms.kit.translations`."""

import re
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent / "locale"
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


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
        for text in texts:
            if stray := set(_PLACEHOLDER.findall(text)) - expected:
                found.append(f"{where} has a stray placeholder {sorted(stray)}")
            if not entry.msgid_plural and (lost := expected - set(_PLACEHOLDER.findall(text))):
                found.append(f"{where} has lost {sorted(lost)}")
    return found


def main() -> int:
    found: list[str] = []
    for path in sorted(ROOT.glob("*/LC_MESSAGES/django.po")):
        found += problems(polib.pofile(str(path)), path.parts[-3])
    for line in found:
        print(line)  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
