"""The learner's home: a date that is near is one tap away; when nothing is left to do, the attestation is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.evidence.models import Attestation
from lms.programmes.models import Enrolment
from tests.factories import (
    AppointmentFactory,
    AttestationFactory,
    EnrolmentFactory,
    HourEntryFactory,
    LessonPageFactory,
    SeatFactory,
    TrackModuleFactory,
    UserFactory,
)
from tests.world import World, client_for

pytestmark = pytest.mark.django_db
LINK = "/hours/#attestations"


@pytest.fixture
def enrolment() -> Enrolment:
    """In a track whose lessons are all finished, having none."""
    enrolment: Enrolment = EnrolmentFactory()
    return enrolment


def page(enrolment: Enrolment, address: str) -> str:
    client = Client()
    client.force_login(enrolment.learner)
    return client.get(address).content.decode()


@pytest.mark.parametrize("address", ["/home/", "/learn/"])
def test_a_finished_course_leads_to_its_attestation(enrolment: Enrolment, address: str) -> None:
    assert LINK not in page(enrolment, address)

    AttestationFactory(enrolment=enrolment)

    assert LINK in page(enrolment, address)
    assert 'id="attestations"' in page(enrolment, "/hours/")


@pytest.mark.parametrize("address", ["/home/", "/learn/"])
def test_a_revoked_attestation_is_not_announced(enrolment: Enrolment, address: str) -> None:
    attestation: Attestation = AttestationFactory(enrolment=enrolment)
    Attestation.objects.filter(pk=attestation.pk).update(revoked_at=timezone.now(), revoked_reason="Une erreur.")

    assert LINK not in page(enrolment, address)


@pytest.mark.parametrize(("minutes", "is_first"), [(-5, True), (9, True), (59, True), (61, False)])
def test_a_date_within_the_hour_is_joined_from_the_home(enrolment: Enrolment, minutes: int, is_first: bool) -> None:
    starts_at = timezone.now() + timedelta(minutes=minutes)
    seat = SeatFactory(enrolment=enrolment, appointment=AppointmentFactory(starts_at=starts_at))

    home = page(enrolment, "/home/")

    assert (reverse("coaching:room", args=[seat.appointment.public_id]) in home) == is_first
    assert home.count(reverse("coaching:appointment", args=[seat.appointment.public_id]) + '"') == 1


def test_before_the_first_day_the_home_says_when_it_opens() -> None:
    """Not that everything is finished."""
    first_day = timezone.localdate() + timedelta(days=20)
    enrolment = EnrolmentFactory(
        learner__language="en",
        learner__data_saver=True,
        cohort__starts_on=first_day,
        coach=UserFactory(display_name="Clara Roy"),
    )
    LessonPageFactory(parent=TrackModuleFactory(track=enrolment.cohort.track).module)

    home = page(enrolment, "/home/")

    assert f"Your track opens on {first_day:%A} {first_day.day} {first_day:%B}" in home
    assert "finished" not in home
    steps = home.partition('id="first-steps"')[2].partition("</ol>")[0]
    assert 'href="#rhythm"' in steps
    assert "Meet Clara, your coach" in steps
    assert f'href="{reverse("coaching:appointments")}"' in steps
    assert "Data saving is on" in home


def test_between_two_modules_the_home_says_when_the_next_one_opens() -> None:
    enrolment = EnrolmentFactory(learner__language="en")
    LessonPageFactory(parent=TrackModuleFactory(track=enrolment.cohort.track, opens_after_days=30).module)

    assert "opens on" in page(enrolment, "/home/")


@pytest.mark.parametrize(
    ("state", "words"), [("suspended", "Your training is paused"), ("withdrawn", "You have left this training")]
)
def test_a_closed_training_says_what_became_of_it(state: str, words: str) -> None:
    enrolment = EnrolmentFactory(learner__language="en", state=state)

    track = page(enrolment, "/learn/")

    assert words in track
    assert 'href="/hours/"' in track


def test_somebody_with_nothing_open_is_told_whom_to_ask() -> None:
    client = Client()
    client.force_login(UserFactory(language="en"))
    assert "Nothing is open for you yet" in client.get("/home/").content.decode()


@pytest.mark.parametrize("more", [0, 30])
def test_queries(
    world: World, more: int, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    """With nothing in the cache: 12, whatever she has done and booked."""
    for rank in range(more):
        HourEntryFactory(enrolment=world.a.enrolment)
        LessonPageFactory(parent=world.a.content.module)
        SeatFactory(
            enrolment=world.a.enrolment,
            appointment=AppointmentFactory(starts_at=timezone.now() + timedelta(days=9, hours=rank)),
        )
    client = client_for(world.a.learner)
    client.get("/home/")
    cache.clear()
    with django_assert_num_queries(12):
        assert client.get("/home/").status_code == 200
