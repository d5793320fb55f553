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
SOCKETS = [*(HERE / "sockets").glob("*.py"), HERE / "stage.py", HERE / "forms/room.py"]
SCRIPTS = [path for path in (HERE / "static/seminars").glob("*.js") if path.stem in ("room", "chat", "desk", "panels")]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def called() -> dict[str, set[str]]:
    """By module of services: what of it sockets use."""
    used: dict[str, set[str]] = {}
    for tree in map(parsed, SOCKETS):
        nodes = list(ast.walk(tree))
        imports = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
        for node in imports:
            if node.module == "seminars.services":
                used |= {name.name: used.get(name.name, set()) for name in node.names}
            elif node.module and node.module.startswith("seminars.services."):
                names = {name.name for name in node.names}
                used.setdefault(node.module.rpartition(".")[2], set()).update(names)
        for node in nodes:
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in used:
                used[node.value.id].add(node.attr)
    return used


def reached(tree: ast.Module, names: set[str]) -> Iterator[ast.AST]:
    """These functions and classes of a module, and those of it that they use."""
    known = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    waiting, seen = [*names], set[str]()
    while waiting:
        name = waiting.pop()
        if name in known and name not in seen:
            seen.add(name)
            yield known[name]
            waiting += [node.id for node in ast.walk(known[name]) if isinstance(node, ast.Name)]


def codes_in(*nodes: ast.AST) -> Iterator[str]:
    """First words of refusals: `SomeRefusal("code", …)`, `Refused("code")`, `super().__init__("code", …)`."""
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            code = node.args[0].value
            if (name.endswith(("Refusal", "Refused")) or name == "__init__") and isinstance(code, str):
                yield code


CODES = {
    *codes_in(*map(parsed, [*SOCKETS, HERE / "services/held.py", LIVE / "messages.py", LIVE / "consumer.py"])),
    *codes_in(
        *(node for name, used in called().items() for node in reached(parsed(HERE / f"services/{name}.py"), used))
    ),
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
