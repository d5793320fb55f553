"""The cohort pages: who sees them, what they say, at what price."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from lms.evidence.queries import totals
from lms.evidence.services import correct
from lms.programmes.models import AuditAccess, Cohort
from tests.factories import CohortFactory, EnrolmentFactory, HourEntryFactory
from tests.world import World, client_for


def _url(name: str, cohort: Cohort) -> str:
    return reverse(f"portal:{name}", args=[cohort.public_id])


@pytest.mark.parametrize("role", ["coach", "manager", "auditor"])
def test_staff_see_their_own_cohort_and_no_other(world: World, role: str) -> None:
    client = client_for(getattr(world.a, role))

    listed = client.get(reverse("portal:cohorts")).content.decode()
    shown = client.get(_url("cohort", world.a.cohort)).content.decode()
    hidden = client.get(_url("cohort", world.b.cohort))

    assert "CANARY-A-cohort" in listed
    assert "CANARY-A-learner" in shown
    assert reverse("evidence:hours-of", args=[world.a.enrolment.public_id]) in shown
    assert "CANARY-B" not in listed + shown
    assert hidden.status_code == 404


@pytest.mark.parametrize("role", ["learner", "alumnus", "pending"])
def test_learners_have_no_such_pages(world: World, role: str) -> None:
    client = client_for(getattr(world.a, role))

    for url in (reverse("portal:cohorts"), _url("cohort", world.a.cohort), _url("cohort-csv", world.a.cohort)):
        assert client.get(url).status_code == 404


def test_the_navigation_leads_staff_alone_there(world: World) -> None:
    link = f'href="{reverse("portal:cohorts")}"'

    assert link in client_for(world.a.coach).get(reverse("portal:help")).content.decode()
    assert link not in client_for(world.a.learner).get(reverse("portal:help")).content.decode()


def test_an_audit_ends_on_its_day(world: World) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    AuditAccess.objects.filter(user=world.a.auditor).update(starts_on=yesterday, ends_on=yesterday)

    assert client_for(world.a.auditor).get(_url("cohort", world.a.cohort)).status_code == 404


def test_the_total_is_that_of_the_learner_s_own_page(world: World) -> None:
    correct(entry=world.a.hour_entry, minutes=-5, reason="Too long.", actor=world.administrator, now=timezone.now())
    HourEntryFactory(enrolment=world.a.enrolment, planned_minutes=75)

    response = client_for(world.a.coach).get(_url("cohort", world.a.cohort))

    rows = {row.learner: row for row in response.context["page_obj"]}
    assert rows[world.a.learner].credited_minutes == totals(world.a.enrolment).credited == 85
    assert rows[world.a.classmate].credited_minutes == 0
    assert rows[world.a.learner].last_activity is not None
    assert rows[world.a.classmate].last_activity is None
    assert "1\u00a0h\u00a025" in response.content.decode()


def test_the_file_has_every_learner_and_no_formula(world: World) -> None:
    User.objects.filter(pk=world.a.classmate.pk).update(display_name="=1+1")

    response = client_for(world.a.manager).get(_url("cohort-csv", world.a.cohort))

    lines = response.content.decode().splitlines()
    assert response["Content-Type"].startswith("text/csv")
    assert len(lines) == 1 + world.a.cohort.enrolments.count()
    assert any(line.startswith("'=1+1;") for line in lines)
    assert "CANARY-B" not in response.content.decode()


def _queries(client: Client, url: str, django_assert_max_num_queries: Any) -> int:
    with django_assert_max_num_queries(12) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_any_number_of_learners_or_cohorts_costs_the_same(world: World, django_assert_max_num_queries: Any) -> None:
    client = client_for(world.a.manager)
    urls = [
        reverse("portal:cohorts"),
        _url("cohort", world.a.cohort),
        _url("cohort-csv", world.a.cohort),
    ]
    before = [_queries(client, url, django_assert_max_num_queries) for url in urls]
    for _ in range(10):
        HourEntryFactory(enrolment=EnrolmentFactory(cohort=world.a.cohort, coach=world.a.coach))
        CohortFactory(partner=world.a.partner)

    assert [_queries(client, url, django_assert_max_num_queries) for url in urls] == before
