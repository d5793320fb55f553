"""T02–T05, T65: what a coach keeps to herself reaches nobody, by no page, file, mail, notification, search or log."""

import logging

import pytest
from django.apps import apps
from django.urls import reverse
from wagtail.admin.viewsets import viewsets
from wagtail.search import index

from coaching.models import PrivateNote
from lms.notifications.models import Delivery, Notification
from tests.factories import CohortStaffFactory, UserFactory
from tests.routes import address, routes
from tests.visits import SECRET, body_of
from tests.world import World, client_for

pytestmark = pytest.mark.slow  # what it sweeps does not depend on the database


def test_its_author_finds_it_and_her_colleague_does_not(world: World) -> None:
    """Every page as everybody else is opened by tests/test_permissions.py; a colleague of hers is not in its table."""
    colleague = UserFactory(email="colleague@example.org")
    CohortStaffFactory(cohort=world.a.cohort, user=colleague)
    person = reverse("coaching:person", args=[world.a.enrolment.public_id])
    urls = {address(route, world) for name, route in routes().items() if name.startswith("coaching:")}
    urls |= {f"{reverse('coaching:people')}?q=SECRET", f"{reverse('wagtailusers_users:index')}?q=SECRET"}

    shown = {
        who: {url for url in urls if SECRET in body_of(client_for(who).get(url))} for who in (world.a.coach, colleague)
    }
    assert shown == {world.a.coach: {person}, colleague: set()}
    assert SECRET not in body_of(client_for(world.administrator).get(f"{reverse('wagtailusers_users:index')}?q=SECRET"))


def test_writing_one_tells_nobody_and_logs_nothing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    logging.disable(logging.NOTSET)
    try:
        with caplog.at_level(logging.DEBUG):
            url = reverse("coaching:person-note", args=[world.a.enrolment.public_id])
            response = client_for(world.a.coach).post(url, {"text": "SECRET-NEW"})
            refused = client_for(world.a.coach).post(url, {"text": "SECRET-LONG" * 1000})
    finally:
        logging.disable(logging.INFO)

    assert (response.status_code, refused.status_code) == (302, 422)
    assert "SECRET" not in response["Location"]
    said = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert not [line for line in said if "SECRET" in line]
    told = [
        *Notification.objects.values_list("title", "lines"),
        *Delivery.objects.values_list("attachments", "last_error"),
    ]
    assert "SECRET" not in str(told)


def test_a_note_is_not_corrected_by_somebody_else(world: World) -> None:
    colleague = UserFactory()
    CohortStaffFactory(cohort=world.a.cohort, user=colleague)
    note = PrivateNote.objects.get(author=world.a.coach)
    url = reverse("coaching:person-note", args=[world.a.enrolment.public_id])

    for user in (colleague, world.b.coach, world.administrator, world.a.manager):
        response = client_for(user).post(url, {"text": "Mine now", "replaces": str(note.public_id)})
        assert response.status_code == 404
    elsewhere = reverse("coaching:person-note", args=[world.a.classmate_enrolment.public_id])
    moved = client_for(world.a.coach).post(elsewhere, {"text": "Moved", "replaces": str(note.public_id)})
    assert moved.status_code == 404
    assert PrivateNote.objects.filter(author=world.a.coach).get() == note


def test_it_is_a_page_of_no_cache(world: World) -> None:
    page = client_for(world.a.coach).get(reverse("coaching:person", args=[world.a.enrolment.public_id]))

    assert "no-store" in page["Cache-Control"]


def test_no_admin_and_no_search_knows_these_notes() -> None:
    assert PrivateNote not in {viewset.model for viewset in viewsets.viewsets if hasattr(viewset, "model")}
    assert not issubclass(PrivateNote, index.Indexed)
    related = [
        field for model in apps.get_models() for field in model._meta.get_fields() if field.related_model is PrivateNote
    ]
    assert {field.model for field in related if field.concrete} == {PrivateNote}
