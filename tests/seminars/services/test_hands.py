"""Hands of those who left: they come down by themselves, and take nobody's place on the stage."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lms.kit.errors import DomainError
from seminars.enums import HandState
from seminars.models import Hand
from seminars.services.hands import KEPT_UP, invite, sweep_hands
from tests.seminars.factories import HandFactory, LiveSessionFactory, RegistrationFactory, StayFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return LiveSessionFactory(live=True)


def a_hand(session, state, *, left=None):
    """Of somebody whose stay ended at `left`; None: she is here."""
    now = timezone.now()
    person = RegistrationFactory(session=session).person
    StayFactory(session=session, person=person, joined_at=now - timedelta(minutes=10), left_at=left)
    return HandFactory(
        session=session, person=person, state=state, raised_at=now - timedelta(minutes=9), changed_at=now - KEPT_UP * 2
    )


def test_a_hand_waits_a_minute_for_who_lost_her_connection(session):
    now = timezone.now()
    here = a_hand(session, HandState.RAISED)
    back_soon = a_hand(session, HandState.SPEAKING, left=now - KEPT_UP / 2)
    gone = [a_hand(session, state, left=now - KEPT_UP * 2) for state in (HandState.RAISED, HandState.SPEAKING)]
    elsewhere = a_hand(LiveSessionFactory(ended=True), HandState.RAISED, left=now - KEPT_UP * 2)

    assert sweep_hands(now) == 2
    assert sweep_hands(now) == 0
    lowered = set(Hand.objects.filter(state=HandState.LOWERED))
    assert lowered == set(gone)
    assert not lowered & {here, back_soon, elsewhere}


def test_who_left_takes_nobodys_place_on_the_stage(session):
    now = timezone.now()
    host, person = RegistrationFactory(session=session).person, RegistrationFactory(session=session).person
    for _place in range(3):
        a_hand(session, HandState.SPEAKING)
    a_hand(session, HandState.SPEAKING, left=now - timedelta(seconds=5))

    assert invite(session=session, person=person, actor=host, now=now).state == HandState.INVITED
    a_hand(session, HandState.SPEAKING)
    with pytest.raises(DomainError) as refused:
        invite(session=session, person=person, actor=host, now=now)
    assert refused.value.code == "too-many"
