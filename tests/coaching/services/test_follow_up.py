"""Goals, tasks, contacts and private notes."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from coaching.enums import ContactChannel, SignerRole
from coaching.models import ContactLog, Goal, PrivateNote
from coaching.services.contacts import ContactRefused, log_contact, send_message, write_note
from coaching.services.goals import set_goal
from coaching.services.tasks import add_task, tick_task
from lms.notifications.models import Notification
from lms.programmes.models import Enrolment
from tests.factories import EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def enrolment() -> Enrolment:
    row: Enrolment = EnrolmentFactory(coach=UserFactory())
    return row


def test_a_new_goal_closes_the_former_one(enrolment: Enrolment, now: datetime) -> None:
    for words in ("Oser  animer.", "Oser animer.", "Ouvrir un atelier."):
        set_goal(enrolment=enrolment, text=words, actor=enrolment.learner, now=now)

    assert list(Goal.objects.order_by("pk").values_list("text", "closed_at")) == [
        ("Oser animer.", now),
        ("Ouvrir un atelier.", None),
    ]
    assert set_goal(enrolment=enrolment, text=" ", actor=enrolment.learner, now=now) is None
    assert not Goal.objects.filter(closed_at=None).exists()


def test_a_tick_keeps_its_first_date_and_can_be_taken_back(enrolment: Enrolment, now: datetime) -> None:
    coach = enrolment.coach
    assert coach is not None
    task = add_task(enrolment=enrolment, owner=SignerRole.LEARNER, text="Lire.", due_on=None, actor=coach, now=now)

    tick_task(task=task, is_done=True, actor=enrolment.learner, now=now)
    tick_task(task=task, is_done=True, actor=coach, now=timezone.now())
    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (now, enrolment.learner)

    tick_task(task=task, is_done=False, actor=coach, now=now)
    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (None, None)


def test_a_message_leaves_once_and_stays_in_the_file(enrolment: Enrolment, now: datetime) -> None:
    coach, key = enrolment.coach, uuid4()
    assert coach is not None
    for _attempt in range(2):
        send_message(enrolment=enrolment, text="Bonjour,\n\nTout va bien ?", key=key, actor=coach, now=now)

    told = Notification.objects.get()
    assert told.recipient == enrolment.learner
    assert told.lines == ["Bonjour,", "Tout va bien ?"]
    assert ContactLog.objects.get().channel == ContactChannel.MESSAGE

    with pytest.raises(ContactRefused):
        send_message(enrolment=EnrolmentFactory(), text="Bonjour", key=key, actor=coach, now=now)


def test_a_call_is_noted_without_telling_anybody(enrolment: Enrolment, now: datetime) -> None:
    log_contact(enrolment=enrolment, channel=ContactChannel.PHONE, text="Ça va.", actor=UserFactory(), now=now)

    assert ContactLog.objects.get().text == "Ça va."
    assert not Notification.objects.exists()


def test_a_corrected_note_replaces_the_other_once(enrolment: Enrolment, now: datetime) -> None:
    author = UserFactory()
    first = write_note(enrolment=enrolment, text="Un.", author=author, now=now)
    second = write_note(enrolment=enrolment, text="Deux.", author=author, now=now, replaces=first)

    assert PrivateNote.objects.get(replaced_by=None) == second
    with pytest.raises(ContactRefused):
        write_note(enrolment=enrolment, text="Trois.", author=author, now=now, replaces=first)
    with pytest.raises(ContactRefused):
        write_note(enrolment=enrolment, text="Quatre.", author=UserFactory(), now=now, replaces=second)
    assert PrivateNote.objects.count() == 2
    assert not Notification.objects.exists()
