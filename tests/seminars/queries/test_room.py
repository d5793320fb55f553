"""Reads of the room: as many queries for one as for many, and nothing of what is not hers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from seminars.enums import PollKind
from seminars.models import SessionPollAnswer
from seminars.queries.room import (
    group_event,
    message_event,
    own_content,
    place_of,
    poll_event,
    shared_content,
    silent_in,
    staff_content,
)
from tests.factories import UserFactory
from tests.seminars.factories import (
    BreakoutRoomFactory,
    BreakoutRoundFactory,
    BreakoutSeatFactory,
    ChatMessageFactory,
    HandFactory,
    QuestionFactory,
    QuestionVoteFactory,
    RemovalFactory,
    RunSheetItemFactory,
    SessionPollFactory,
    StayFactory,
)
from tests.seminars.rooms import Room, make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(db: None) -> Room:
    return make_room()


def fill(room: Room, number: int) -> None:
    for _ in range(number):
        answered = ChatMessageFactory(session=room.session)
        ChatMessageFactory(session=room.session, reply_to=answered, pinned_at=timezone.now())
        question = QuestionFactory(session=room.session, answered_by=room.host, answered_at=timezone.now())
        QuestionVoteFactory(question=question, person=room.learner)
        HandFactory(session=room.session)
        RemovalFactory(session=room.session, actor=room.host)
        RunSheetItemFactory(session=room.session)
        StayFactory(session=room.session, left_at=None)
        BreakoutRoomFactory(round=BreakoutRoundFactory(session=room.session))


@pytest.mark.parametrize(
    ("read", "queries"),
    [
        (lambda room: place_of(room.learner, room.session.public_id), 4),
        (lambda room: shared_content(room.session, timezone.now()), 17),
        (lambda room: own_content(room.session, room.learner, {"questions": ["one"], "poll": "one"}), 2),
        (lambda room: own_content(room.session, room.learner, {"questions": [], "poll": None}), 0),
        (lambda room: list(silent_in(room.session)), 1),
    ],
    ids=["place", "shared", "own", "own of nothing", "silent"],
)
def test_queries_do_not_grow(
    room: Room, read: Callable[[Room], Any], queries: int, django_assert_num_queries: Any
) -> None:
    opened = timezone.now()
    round_ = BreakoutRoundFactory(session=room.session, opened_at=opened, ends_at=opened + timedelta(minutes=5))
    BreakoutSeatFactory(room=BreakoutRoomFactory(round=round_))
    SessionPollFactory(session=room.session, opened_at=opened)
    fill(room, 1)
    with django_assert_num_queries(queries):
        read(room)
    fill(room, 4)
    with django_assert_num_queries(queries):
        read(room)


def test_a_group_reads_its_own_lines_with_as_many_queries_for_many(room: Room, django_assert_num_queries: Any) -> None:
    group = BreakoutRoomFactory(round__session=room.session)

    def talk(number: int) -> None:
        for _ in range(number):
            ChatMessageFactory(session=room.session, breakout=group)
            BreakoutSeatFactory(room=group)

    ChatMessageFactory(session=room.session, text="Dans la salle")
    for number in (1, 4):
        talk(number)
        with django_assert_num_queries(2):
            told = group_event(room.session, group)
    assert (len(told["messages"]), len(told["people"])) == (5, 5)
    assert "Dans la salle" not in str(told)
    assert str(group.public_id) not in str(shared_content(room.session, timezone.now()))


def test_a_deleted_line_keeps_nothing_of_what_it_said(room: Room) -> None:
    line = ChatMessageFactory(session=room.session, text="À oublier", deleted_at=timezone.now())
    answer = ChatMessageFactory(session=room.session, text="Ah ?", reply_to=line)
    assert "À oublier" not in str([message_event(line), message_event(answer)])


def test_results_and_right_answers_are_told_when_they_may_be(room: Room) -> None:
    now = timezone.now()
    poll = SessionPollFactory(session=room.session, kind=PollKind.QUIZ, opened_at=now)
    choice = poll.choices.first()
    SessionPollAnswer.objects.create(poll=poll, choice=choice, person=room.learner)

    asked = poll_event(poll)
    assert (asked["results"], asked["voters"], "right" in asked["choices"][0]) == (None, 1, False)
    poll.shown_at = now
    shown = poll_event(poll)
    assert (shown["results"][str(choice.public_id)], "right" in shown["choices"][0]) == (1, False)
    poll.closed_at = now
    assert poll_event(poll)["choices"][0]["right"] is True
    poll.shown_at = None
    assert poll_event(poll, for_staff=True)["results"] is not None


def test_those_who_said_nothing_are_participants_who_are_here(room: Room) -> None:
    quiet, gone, spoke = UserFactory(), UserFactory(), UserFactory()
    for person in (quiet, spoke, room.host):
        StayFactory(session=room.session, person=person, left_at=None)
    StayFactory(session=room.session, person=gone)
    ChatMessageFactory(session=room.session, author=spoke)
    assert list(silent_in(room.session)) == [quiet]


def test_the_desk_holds_what_is_prepared(room: Room) -> None:
    SessionPollFactory(session=room.session)
    fill(room, 2)
    desk = staff_content(room.session)
    assert [len(desk[name]) for name in ("polls", "rounds", "removals", "sheet")] == [1, 2, 2, 2]
