"""The crowd that fills a room of the demo: who it is made of, and what it says it did."""

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from lms.accounts.models import User
from lms.portal.demo.crowd import CrowdRefused, Told, crowd_session, tickets
from seminars.enums import RoomRole
from seminars.models import LiveSession
from seminars.queries.sight import role_in
from tests.factories import UserFactory
from tests.seminars.factories import LiveSessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _debug(settings):
    settings.DEBUG = True


def test_no_crowd_comes_in_production(settings):
    settings.DEBUG = False
    with pytest.raises(CrowdRefused):
        crowd_session("now", timezone.now())


@pytest.mark.parametrize("named", ["now", "nowhere", "0198c0de-0000-7000-8000-000000000001"])
def test_there_must_be_a_session_to_go_to(named):
    LiveSessionFactory(ended=True)
    with pytest.raises(CrowdRefused):
        crowd_session(named, timezone.now())


def test_the_session_that_is_live_comes_first():
    LiveSessionFactory()
    live = LiveSessionFactory(live=True)
    assert crowd_session("now", timezone.now()) == live
    assert crowd_session(str(live.public_id), timezone.now()) == live


def test_people_are_made_once_registered_and_signed_in():
    host = UserFactory()
    session = LiveSessionFactory(host=host)
    crowd = tickets(session, 12, timezone.now())
    assert [ticket.role for ticket in crowd] == [RoomRole.HOST] + 12 * [RoomRole.PARTICIPANT]
    assert len({ticket.name for ticket in crowd}) == len({ticket.cookie for ticket in crowd}) == 13
    assert Session.objects.count() == 13
    tickets(session, 12, timezone.now())
    assert session.registrations.count() == 12
    somebody = User.objects.get(email="foule-001@example.org")
    assert role_in(somebody, LiveSession.objects.get()) == RoomRole.PARTICIPANT
    assert not somebody.has_usable_password()


def test_what_it_did_is_said_in_sentences():
    told = Told()
    told.did.update({"messages": 3, "coupures": 1})
    told.lines.update({"a": [1, 2, 3], "b": [1, 3, 2]})
    told.echoes += [10.0, 20.0, 30.0]
    told.refused["too-fast"] += 2
    assert told.said() == [
        "coupures : 1, messages : 3",
        "Lignes de chat entendues : 6 ; clients qui les ont eues en désordre : 1.",
        "Sa propre ligne revient en 20 ms (médiane), 38 ms (95 %).",
        "Refusé : too-fast (2).",
    ]
