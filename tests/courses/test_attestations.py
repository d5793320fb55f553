"""An attestation of hours, asked for; and one that is revoked, whose holder is told."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from courses.queries.hours import parts_followed
from courses.services.attestations import NotYet, attest_hours
from lms.evidence.enums import ActivityKind, AttestationKind
from lms.evidence.models import Attestation, HourEntry
from lms.evidence.queries import verdict_on
from lms.evidence.services import correct, share_attestation
from lms.kit.ids import uuid7
from lms.notifications.models import Delivery, Notification
from tests.factories import AttestationFactory, HourEntryFactory, PartnerMembershipFactory, UserFactory
from tests.world import client_for


@pytest.fixture
def followed(classroom):
    """Seven hours and five minutes: two lessons of one module, one of the other, one that is gone, and a seminar."""
    rows = [
        (classroom.reading.public_id, ActivityKind.LESSON, 200),
        (classroom.quizzed.public_id, ActivityKind.LESSON, 100),
        (classroom.last.public_id, ActivityKind.LESSON, 75),
        (uuid7(), ActivityKind.LESSON, 20),
        (uuid7(), ActivityKind.SEMINAR, 30),
    ]
    for activity, kind, minutes in rows:
        HourEntryFactory(
            enrolment=classroom.enrolment, activity_id=activity, activity_kind=kind, planned_minutes=minutes
        )
    return classroom


def test_hours_are_told_module_by_module(followed, django_assert_num_queries):
    line = HourEntry.objects.get(activity_id=followed.reading.public_id)
    correct(entry=line, minutes=-50, reason="Left.", actor=UserFactory(), now=timezone.now())
    with django_assert_num_queries(4), translation.override("fr"):
        parts = parts_followed(followed.enrolment)
    assert parts == [
        (followed.first.title, "fr", 250),
        (followed.second.title, "fr", 75),
        ("Leçons qui n’y sont plus", "fr", 20),
        ("Séminaires en direct", "fr", 30),
    ]


def test_she_asks_once_a_day_from_seven_hours_on(followed):
    client = client_for(followed.learner)
    ask = reverse("courses:attest-hours", args=[followed.enrolment.public_id])
    assert ask in client.get(reverse("evidence:hours")).content.decode()
    for _twice in range(2):
        page = client.post(ask, follow=True)
    made = Attestation.objects.get()
    assert (made.kind, made.until) == (AttestationKind.HOURS, timezone.localdate())
    assert made.paper["credited_minutes"] == 425
    assert ask not in page.content.decode()
    public = Client().get(reverse("evidence:verify-code", args=[made.code])).content.decode()
    assert followed.second.title in public
    pdf = client.get(reverse("evidence:attestation", args=[made.public_id]))
    assert pdf.content.startswith(b"%PDF")


def test_before_seven_hours_the_page_says_how_far_it_is(classroom):
    HourEntryFactory(enrolment=classroom.enrolment, planned_minutes=419)
    client = client_for(classroom.learner)
    ask = reverse("courses:attest-hours", args=[classroom.enrolment.public_id])
    page = client.get(reverse("evidence:hours")).content.decode()
    assert "Votre première attestation après 7 h" in page
    assert ask not in page
    with pytest.raises(NotYet):
        attest_hours(enrolment=classroom.enrolment, now=timezone.now())
    assert client.post(ask, follow=True).status_code == 200
    assert not Attestation.objects.exists()


def test_a_revoked_attestation_is_said_to_be_everywhere(classroom):
    """T41: to its holder with the reason, to strangers without, and no link shows it any more."""
    attestation = AttestationFactory(enrolment=classroom.enrolment)
    share_attestation(attestation=attestation, days=7, label="", now=timezone.now() - timedelta(days=1))
    learner, manager = (
        client_for(classroom.learner),
        client_for(PartnerMembershipFactory(partner=classroom.enrolment.cohort.partner).user),
    )
    page = reverse("courses:attestation-revoke", args=[attestation.public_id])
    book = reverse("evidence:hours-of", args=[classroom.enrolment.public_id])
    assert page in manager.get(book).content.decode()
    assert page not in learner.get(book).content.decode()
    assert attestation.code in manager.get(page).content.decode()
    for wanting in ({"reason": "", "sure": "on"}, {"reason": "Mauvais nom"}):
        refused = manager.post(page, wanting)
        assert refused.status_code == 422
    assert "Mauvais nom" in refused.content.decode()

    assert manager.post(page, {"reason": "Mauvais nom", "sure": "on"}).status_code == 302
    assert manager.post(page, {"reason": "Autre", "sure": "on"}).status_code == 422
    attestation = Attestation.objects.select_related("enrolment").get()
    assert (attestation.revoked_reason, verdict_on(attestation)) == ("Mauvais nom", "revoked")
    assert "Mauvais nom" in learner.get(book).content.decode()
    assert "Mauvais nom" not in Client().get(reverse("evidence:verify-code", args=[attestation.code])).content.decode()
    told = Notification.objects.get(recipient=classroom.learner)
    assert any("Mauvais nom" in line for line in told.lines)
    assert Delivery.objects.filter(notification=told).exists()
