"""What a room may answer, it can say: every code of a refusal in French and in English, every word of its scripts."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

import lms.kit.live
import seminars
from seminars.room_words import room_words

LIVE, HERE = (Path(package.__path__[0]) for package in (lms.kit.live, seminars))
SOCKETS = [*(HERE / "sockets").glob("*.py"), HERE / "stage.py"]
SCRIPTS = [path for path in (HERE / "static/seminars").glob("*.js") if path.stem in ("room", "chat", "desk", "panels")]
UNASKED = {"attendance"}  # what sockets do by themselves: nobody can be refused it


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def services() -> Iterator[Path]:
    """Those the sockets call for somebody, and what holds a room for them."""
    for path in SOCKETS:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ImportFrom) and node.module == "seminars.services":
                yield from (HERE / f"services/{name.name}.py" for name in node.names if name.name not in UNASKED)
    yield HERE / "services/held.py"


def codes_in(path: Path) -> Iterator[str]:
    """First words of refusals: `SomeRefusal("code", …)`, `Refused("code")`, `super().__init__("code", …)`."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            code = node.args[0].value
            if (name.endswith(("Refusal", "Refused")) or name == "__init__") and isinstance(code, str):
                yield code


CODES = {
    code for path in {*SOCKETS, *services(), LIVE / "messages.py", LIVE / "consumer.py"} for code in codes_in(path)
}


def test_codes_are_found_where_they_are_written() -> None:
    assert {"malformed", "too-often", "not-allowed", "stage-full", "paused", "notes-conflict", "running"} <= CODES


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_refusal_has_words_in_both_languages(code: str) -> None:
    def words(language: str) -> str:
        with override(language):
            return str(room_words()["refused"].get(code, ""))

    french, english = words("fr"), words("en")
    assert french.endswith(".")
    assert english.endswith(".")
    assert french != english


def test_every_word_that_scripts_use_is_handed_to_them() -> None:
    known = room_words()
    used = {
        key
        for path in SCRIPTS
        for pair in re.findall(r'\bwords\.(\w+)|\b(?:say|act|add)\("(\w+)"', path.read_text(encoding="utf-8"))
        for key in pair
        if key
    }
    assert len(used) > 50
    assert used <= known.keys()
