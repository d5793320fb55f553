"""Pages for what went wrong: kind, and standing even when the house does not."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from lms.portal import context_processors
from lms.portal.views import errors
from tests.factories import TrainingProviderFactory


@pytest.fixture
def request_(rf: RequestFactory) -> Any:
    request = rf.get("/lost/")
    request.user = AnonymousUser()
    return request


@pytest.mark.django_db
def test_not_found_names_somebody(client: Client) -> None:
    contact = TrainingProviderFactory()

    page = client.get("/nowhere/")

    assert page.status_code == 404
    shown = page.content.decode().partition("<main")[2].partition("</main>")[0]  # the keys of its forms may hold 404
    assert contact.help_name in shown
    assert "404" not in shown


@pytest.mark.django_db
def test_forbidden_and_bad_request(request_: Any) -> None:
    assert errors.forbidden(request_, PermissionDenied()).status_code == 403
    assert errors.bad_request(request_, ValueError()).status_code == 400


@pytest.mark.django_db
def test_an_expired_form_says_how_to_go_on() -> None:
    answer = Client(enforce_csrf_checks=True).post("/language/", {"language": "en"})

    assert answer.status_code == 403
    assert 'href="/language/"' in answer.content.decode()


def test_a_breakdown_page_uses_no_database(request_: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `db` mark: a query here would fail the test."""
    monkeypatch.setattr(context_processors, "last_help_contact", TrainingProviderFactory.build())

    answer = errors.server_error(request_)
    html = answer.content.decode()

    assert answer.status_code == 500
    assert "Cette page n’a pas pu s’ouvrir" in html
    assert 'lang="en"' in html
    assert "tel:0123456789" in html
    assert 'href="/lost/"' in html


def test_a_breakdown_before_any_page_still_answers(request_: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_processors, "last_help_contact", None)

    assert "tel:" not in errors.server_error(request_).content.decode()
