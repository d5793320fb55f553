"""The demo's live seminars: one over, with its replay and its attendance; one tomorrow; one that can be opened."""

from datetime import timedelta

import pytest

from lms.accounts.models import User
from lms.evidence.enums import ActivityKind
from lms.evidence.models import HourEntry
from lms.notifications.enums import DeliveryState
from lms.notifications.models import Delivery
from lms.portal.demo.seminars import load_seminars, refresh_seminars
from seminars.enums import SessionState
from seminars.models import Attendance, LiveSession, Registration
from seminars.queries.replays import replay_of
from seminars.services.room import open_room
from tests.world import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("demo")]


@pytest.fixture
def lina(demo):
    return User.objects.get(email="lina@example.org")


def test_one_is_over_and_its_hours_are_counted_as_they_were(demo, lina):
    past = LiveSession.objects.get(state=SessionState.ENDED)
    present = Attendance.objects.get(registration__person=lina)
    assert (present.present_seconds, present.credited_minutes) == (3600, 60)
    assert HourEntry.objects.get(activity_kind=ActivityKind.SEMINAR, enrolment__learner=lina).credited_minutes == 60
    # He came after fourteen minutes, she did not come.
    joao = Attendance.objects.get(registration__person__email="joao@example.org")
    assert (joao.present_seconds, joao.credited_minutes) == (46 * 60, 0)
    assert Attendance.objects.get(registration__person__email="fatou@example.org").first_in is None
    replay = replay_of(past, 1)
    assert [chapter.title for chapter in replay.chapters][:2] == ["Les cinq premières minutes", "Les prénoms d’abord"]
    kinds = {moment.kind for chapter in replay.chapters for moment in chapter.moments}
    assert kinds == {"caption", "message", "question", "answer", "poll"}
    assert client_for(lina).get(f"/seminars/{past.public_id}/replay/").status_code == 200


def test_clara_can_open_the_next_one(demo, lina):
    clara = User.objects.get(email="clara@example.org")
    session = LiveSession.objects.filter(state=SessionState.ANNOUNCED).earliest("starts_at")
    assert session.starts_at - demo <= timedelta(minutes=11)
    assert session.decks.get().slides.count() == 3
    assert Registration.objects.filter(session=session, person=lina).exists()
    assert open_room(session=session, actor=clara, now=demo).is_live


def test_loaded_again_nothing_is_added_until_the_hour_is_over(demo):
    assert not load_seminars(now=demo)
    assert refresh_seminars(now=demo) is None
    assert refresh_seminars(now=demo + timedelta(hours=3)) is not None


def test_no_mail_leaves_of_what_is_told(demo):
    waiting = Delivery.objects.filter(notification__kind__startswith="seminars.", state=DeliveryState.PENDING)
    assert not waiting.exists()
