"""The learner's home and path when nothing is left to do: the attestation is there, one tap away."""

import pytest
from django.test import Client
from django.utils import timezone

from lms.evidence.models import Attestation
from lms.programmes.models import Enrolment
from tests.factories import AttestationFactory, EnrolmentFactory

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
