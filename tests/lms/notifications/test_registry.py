"""The kinds of news, as people find them on their page of choices."""

import pytest

from lms.notifications import registry
from lms.notifications.registry import Kind, kinds, register


def test_kinds_of_a_group_stand_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_kinds", {})
    for code, group in (("a.one", "First"), ("b.one", "Second"), ("a.two", "First")):
        register(Kind(code=code, label=code, group=group))

    assert [kind.code for kind in kinds()] == ["a.one", "a.two", "b.one"]


def test_a_kind_is_registered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_kinds", {})
    register(Kind(code="a.one", label="One", group="First"))

    with pytest.raises(ValueError, match=r"a\.one"):
        register(Kind(code="a.one", label="Again", group="First"))
