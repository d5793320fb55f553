"""Which navigation entry is current."""

from types import SimpleNamespace
from typing import Any

import pytest
from django import forms

from lms.portal.templatetags.frame import control, current

ENTRIES = ("portal:home", "courses:path", "coaching:appointments", "coaching:desk", "coaching:diary")


def page(view_name: str, path: str = "/") -> dict[str, Any]:
    match = SimpleNamespace(view_name=view_name, namespace=view_name.partition(":")[0])
    return {
        "request": SimpleNamespace(resolver_match=match, path=path),
        "nav_items": [SimpleNamespace(url_name=entry) for entry in ENTRIES],
    }


@pytest.mark.parametrize(
    ("view_name", "entry", "expected"),
    [
        ("courses:path", "courses:path", ' aria-current="page"'),
        ("courses:lesson", "courses:path", ' aria-current="true"'),
        ("evidence:hours", "courses:path", ""),
        ("portal:home", "portal:home", ' aria-current="page"'),
        ("portal:help", "portal:home", ""),
    ],
)
def test_current_entry(view_name: str, entry: str, expected: str) -> None:
    assert current(page(view_name), entry) == expected


@pytest.mark.parametrize(
    ("path", "current_entry"),
    [
        ("/desk/", "coaching:desk"),
        ("/desk/people/", "coaching:desk"),
        ("/desk/diary/days/", "coaching:diary"),
        ("/appointments/1/", "coaching:appointments"),
    ],
)
def test_one_entry_of_several_is_current(path: str, current_entry: str) -> None:
    marked = [entry for entry in ENTRIES if current(page("coaching:some-page", path), entry)]

    assert marked == [current_entry]


def test_no_request_no_current_entry() -> None:
    assert current({}, "portal:home") == ""
    assert current({"request": SimpleNamespace(resolver_match=None)}, "portal:home") == ""


def test_control_drops_the_placeholder() -> None:
    class Form(forms.Form):
        login = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "Adresse", "autocomplete": "email"}))

    html = control(Form()["login"])

    assert "placeholder" not in html
    assert 'autocomplete="email"' in html
