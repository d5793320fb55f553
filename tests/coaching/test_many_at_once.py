"""T30, in small: many processes book, move, cancel and hand over on the database of the tests; `make bench` goes far.

T31: the same request twenty times at once has one effect and one answer.
"""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from coaching.models import AppointmentKind, Diary, Seat
from coaching.services import booking
from coaching.services.seats import Wish
from lms.notifications.models import Notification
from lms.programmes.models import Enrolment
from tests.bench.coaching_booking import Call, audit, fill, run, wrongly_refused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def environment() -> dict[str, str]:
    """What a process needs to work on the database of this test."""
    settings = connection.settings_dict
    url = f"sqlite:///{settings['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgres://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    quiet = {"DATABASE_URL": url, "REDIS_URL": "", "LOG_LEVEL": "ERROR", "PYTHONWARNINGS": "ignore"}
    return (
        os.environ
        | quiet
        | {"DJANGO_SETTINGS_MODULE": "lms.settings", "TASKS_BACKEND": "django.tasks.backends.dummy.DummyBackend"}
    )


@pytest.mark.again  # SQLite lets one write at a time
def test_nobody_is_ever_booked_twice(environment: dict[str, str]) -> None:
    scene = json.dumps(asdict(fill(coaches=4, learners=12, days=2)))

    verdict = run(environment, scene, workers=3, operations=60)

    assert verdict.errors == []
    assert verdict.wrongly_refused == []
    assert verdict.outcomes["create: done"] > 10
    assert verdict.outcomes["refused"] > 10, "nobody got in anybody's way: this proves nothing"
    left = audit()
    assert (left.overlaps, left.miscounted) == (0, 0)


def test_a_refusal_that_nothing_explains_is_seen() -> None:
    """The judge itself: right when something stood there, wrong when it had gone or had not come yet."""
    slot = ("coach 1 at 08:00",)
    history = [
        Call("create", 1, 2, "done", states=((7, 0, slot),)),
        Call("cancel", 5, 6, "done", states=((7, 1, ()),)),
    ]

    def refused(called: float, answered: float) -> list[Call]:
        return wrongly_refused([*history, Call("create", called, answered, "refused", wanted=slot)])

    assert not refused(3, 4)
    assert not refused(5.5, 7)
    assert refused(7, 8)
    assert refused(0.1, 0.5)


def test_the_same_request_twenty_times_at_once(
    enrolment: Enrolment, diary: Diary, kind: AppointmentKind, now: datetime
) -> None:
    key, wish = uuid4(), Wish(enrolment, diary, kind, now + timedelta(hours=22))

    def ask(_rank: int) -> int:
        try:
            return booking.book(wish=wish, key=key, actor=enrolment.learner, now=now).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(ask, range(20)))

    assert answers == {Seat.objects.get().pk}
    assert Notification.objects.count() == 2
