"""Queries composed once: the same rows as Django’s own, read anew each time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Count, QuerySet
from django.db.models.functions import Abs

from lms.accounts.models import User
from lms.kit.ids import uuid7
from lms.kit.prepared import Prepared
from lms.programmes.models import Enrolment
from tests.factories import EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_rows_are_those_of_the_query_set_and_fresh(django_assert_num_queries: Callable[..., Any]) -> None:
    def build(learner: int) -> QuerySet[Enrolment]:
        return Enrolment.objects.filter(learner=learner).select_related("cohort").only("state", "cohort__name")

    ask = Prepared(build, int)
    one, other = EnrolmentFactory(), EnrolmentFactory()

    with django_assert_num_queries(1):
        (row,) = ask(one.learner_id)
        assert (row.pk, row.state, row.cohort.name) == (one.pk, one.state, one.cohort.name)
    assert row.get_deferred_fields() == build(one.learner_id).get().get_deferred_fields()
    assert [found.pk for found in ask(other.learner_id)] == [other.pk]
    Enrolment.objects.filter(pk=one.pk).update(state="completed")
    assert ask(one.learner_id)[0].state == "completed"
    assert ask(0) == []


def test_a_public_id_and_annotations() -> None:
    ask = Prepared(
        lambda public_id, pk: User.objects.annotate(n=Count("enrolments")).filter(public_id=public_id, pk__gte=pk),
        UUID,
        int,
    )
    person = EnrolmentFactory().learner
    UserFactory()

    found = ask.first(person.public_id, person.pk)

    assert found == person
    assert found.n == 1
    assert ask.first(uuid7(), 0) is None
    assert ask.first(person.public_id, person.pk + 1) is None


def test_a_key_of_letters() -> None:
    ask = Prepared(lambda email: User.objects.filter(email=email, is_active=True), str)
    person = UserFactory()

    assert ask.first(person.email) == person
    assert ask.first("nobody") is None
    with pytest.raises(TypeError):
        ask(person.pk)


def test_a_moment() -> None:
    ask = Prepared(lambda pk, now: User.objects.filter(pk=pk, date_joined__lte=now), int, datetime)
    person = UserFactory()

    assert ask.first(person.pk, person.date_joined) == person
    assert ask.first(person.pk, person.date_joined - timedelta(microseconds=1)) is None
    abroad = (person.date_joined + timedelta(seconds=1)).astimezone(ZoneInfo("America/Cayenne"))
    assert ask.first(person.pk, abroad) == person


def test_without_an_id_it_is_one_list_for_everybody() -> None:
    ask = Prepared(lambda: User.objects.order_by("pk")[:1])
    first = UserFactory()
    UserFactory()

    assert ask() == [first]


def test_what_is_not_an_id_or_is_not_compared_as_one_is_refused() -> None:
    with pytest.raises(TypeError, match="kinds"):
        Prepared(lambda pk: User.objects.filter(pk=pk), int)("1")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="as it is"):
        Prepared(lambda pk: User.objects.filter(pk__gt=Abs(pk * 2)), int)(1)
