"""The proofs of assistance on the learner's page, for those who follow her."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lms.accounts.models import User
from lms.evidence.enums import AssistanceKind
from lms.evidence.models import Assistance
from lms.evidence.queries import assistance_of, help_of
from lms.evidence.seals import assistance_digest
from lms.evidence.services import record_assistance, restore_assistance, take_back_assistance
from lms.kit.ids import uuid7
from lms.programmes.enums import CohortRole
from lms.programmes.models import Enrolment
from tests.factories import EnrolmentFactory


def answered(enrolment: Enrolment, helper: User, now: datetime, waited: int | None) -> Assistance:
    return record_assistance(
        enrolment=enrolment,
        kind=AssistanceKind.COMMUNITY,
        answer_id=uuid7(),
        subject="Comment aider Ali ?",
        helper=helper,
        role=CohortRole.COACH,
        asked_at=None if waited is None else now - timedelta(minutes=waited),
        answered_at=now,
        now=now,
    )


def test_half_of_the_answers_came_sooner(enrolment: Enrolment, clara: User, now: datetime) -> None:
    assert (help_of(enrolment).count, help_of(enrolment).usual_delay) == (0, None)
    lines = [answered(enrolment, clara, now, waited) for waited in (10, 30, 600, None)]
    assert (help_of(enrolment).count, help_of(enrolment).usual_delay) == (4, 30)

    take_back_assistance(kind=AssistanceKind.COMMUNITY, answer_id=lines[1].answer_id, now=now)
    assert (help_of(enrolment).count, help_of(enrolment).usual_delay) == (3, 10)


def test_an_answer_that_comes_back_counts_again_and_every_line_stays(enrolment: Enrolment, clara: User, now: datetime):
    line = answered(enrolment, clara, now, 10)
    same = {"kind": AssistanceKind.COMMUNITY, "answer_id": line.answer_id}
    for day in range(3):
        at = now + timedelta(days=day)
        take_back_assistance(**same, now=at)
        take_back_assistance(**same, now=at)
        assert help_of(enrolment).count == 0
        assert assistance_of(enrolment).get().withdrawn_at == at
        assert restore_assistance(**same, now=at) == line
        assert restore_assistance(**same, now=at) == line
        assert help_of(enrolment).count == 1
        assert assistance_of(enrolment).get().withdrawn_at is None

    assert Assistance.objects.count() == 7
    assert all(one.digest == assistance_digest(one) for one in Assistance.objects.all())
    assert restore_assistance(kind=AssistanceKind.COMMUNITY, answer_id=uuid7(), now=now) is None


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_for_one_and_for_many(
    client: Client,
    enrolment: Enrolment,
    clara: User,
    now: datetime,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    lines = [answered(enrolment, clara, now, 90) for _line in range(count)]
    take_back_assistance(kind=AssistanceKind.COMMUNITY, answer_id=lines[0].answer_id, now=now)
    client.force_login(enrolment.learner)
    page = reverse("evidence:assistance", args=[enrolment.public_id])
    client.get(page)

    with django_assert_num_queries(9):
        response = client.get(page)

    assert response.text.count("Comment aider Ali") == count
    assert "Clara Dubois" in response.text


def test_a_stranger_finds_nothing_and_her_coach_does(
    client: Client, enrolment: Enrolment, clara: User, now: datetime
) -> None:
    answered(enrolment, clara, now, 5)
    page = reverse("evidence:assistance", args=[enrolment.public_id])
    client.force_login(EnrolmentFactory(cohort=enrolment.cohort).learner)
    assert client.get(page).status_code == 404
    client.force_login(clara)
    assert client.get(page).status_code == 200
    assert page in client.get(reverse("evidence:hours-of", args=[enrolment.public_id])).text
