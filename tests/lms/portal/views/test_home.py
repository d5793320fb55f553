"""The learner's home: a date that is near is one tap away; when nothing is left to do, the attestation is."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.evidence.models import Attestation
from lms.programmes.models import Enrolment
from tests.factories import AppointmentFactory, AttestationFactory, EnrolmentFactory, SeatFactory

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
