"""The room's writings and stays: nothing doubled, nothing overwritten, nobody kept after a crash."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from coaching.models import ChecklistItem, RoomMessage, RoomPresence
from coaching.queries.room import MESSAGES_SHOWN, content_of
from coaching.services import room
from tests.factories import AppointmentFactory, SeatFactory

NOW = datetime(2026, 3, 9, 14, tzinfo=UTC)


@pytest.fixture
def seat(db: None) -> Any:
    return SeatFactory(appointment__starts_at=NOW)


def say(seat: Any, text: str, key: uuid.UUID | None = None) -> RoomMessage:
    return room.say(appointment=seat.appointment, author=seat.learner, text=text, key=key or uuid.uuid4(), now=NOW)


def test_messages_are_numbered_without_gaps_and_said_once(seat: Any) -> None:
    key = uuid.uuid4()

    said = [say(seat, "Un"), say(seat, "Deux", key), say(seat, "Deux", key), say(seat, "Trois")]

    assert [message.seq for message in said] == [1, 2, 2, 3]
    assert RoomMessage.objects.count() == 3


def test_a_key_of_another_room_says_nothing_here(seat: Any) -> None:
    key = uuid.uuid4()
    say(seat, "Ici", key)
    other = SeatFactory(appointment__starts_at=NOW)

    with pytest.raises(room.RoomRefusal):
        say(other, "Là", key)
    assert RoomMessage.objects.count() == 1


def test_rooms_have_their_own_story(seat: Any) -> None:
    say(seat, "Ici")
    other = SeatFactory(appointment__starts_at=NOW)
    room.add_item(appointment=other.appointment, text="Là")

    assert [message["text"] for message in content_of(seat.appointment)["messages"]] == ["Ici"]
    assert content_of(seat.appointment)["items"] == []
    assert content_of(other.appointment)["messages"] == []


def test_a_long_story_is_shown_from_its_end(seat: Any) -> None:
    RoomMessage.objects.bulk_create(
        RoomMessage(appointment=seat.appointment, seq=n, author=seat.learner, text=str(n))
        for n in range(1, MESSAGES_SHOWN + 11)
    )

    shown = content_of(seat.appointment)["messages"]

    assert (shown[0]["n"], shown[-1]["n"], len(shown)) == (11, MESSAGES_SHOWN + 10, MESSAGES_SHOWN)


def test_a_snapshot_costs_three_queries(seat: Any, django_assert_num_queries: Any) -> None:
    for n in range(5):
        say(seat, str(n))
        room.add_item(appointment=seat.appointment, text=str(n))

    with django_assert_num_queries(3):
        content_of(seat.appointment)


def test_a_list_is_bounded(seat: Any) -> None:
    for n in range(room.MOST_ITEMS):
        room.add_item(appointment=seat.appointment, text=str(n))

    with pytest.raises(room.RoomRefusal) as refusal:
        room.add_item(appointment=seat.appointment, text="une de trop")

    assert refusal.value.code == "checklist-full"
    assert [item.order for item in ChecklistItem.objects.all()] == list(range(1, room.MOST_ITEMS + 1))


def test_a_line_is_ticked_and_removed_in_its_own_room_only(seat: Any) -> None:
    item = room.add_item(appointment=seat.appointment, text="Relire")
    other = AppointmentFactory(starts_at=NOW)

    with pytest.raises(room.RoomRefusal):
        room.tick_item(appointment=other, item=item.public_id, done=True)
    room.remove_item(appointment=other, item=item.public_id)
    item.refresh_from_db()
    assert item.done is False

    assert room.tick_item(appointment=seat.appointment, item=item.public_id, done=True).done
    room.remove_item(appointment=seat.appointment, item=item.public_id)
    assert not ChecklistItem.objects.exists()


def test_notes_are_never_overwritten(seat: Any) -> None:
    first = room.write_notes(appointment=seat.appointment, text="Un", version=0, now=NOW)

    with pytest.raises(room.NotesConflict) as conflict:
        room.write_notes(appointment=seat.appointment, text="Autre", version=0, now=NOW)

    assert (conflict.value.notes.text, conflict.value.notes.version) == ("Un", 1)
    assert room.write_notes(appointment=seat.appointment, text="Deux", version=first.version, now=NOW).version == 2


def test_what_is_written_is_told_after_commit_and_only_then(seat: Any, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as told:
        say(seat, "Un")
        room.add_item(appointment=seat.appointment, text="Deux")
        room.write_notes(appointment=seat.appointment, text="Trois", version=0, now=NOW)

    assert len(told) == 3


# --- Stays ------------------------------------------------------------------------------------------------------------


def test_a_crash_ends_a_stay_at_its_last_sign(seat: Any) -> None:
    lost = room.enter_room(appointment=seat.appointment, person=seat.learner, now=NOW)
    alive = room.enter_room(appointment=seat.appointment, person=seat.appointment.coach, now=NOW)
    room.keep_stays([lost.pk, alive.pk], NOW + timedelta(minutes=5))
    later = NOW + timedelta(minutes=9)
    room.keep_stays([alive.pk], later)

    assert room.close_lost_stays(now=later) == 1

    lost.refresh_from_db()
    alive.refresh_from_db()
    assert lost.left_at == NOW + timedelta(minutes=5)
    assert alive.left_at is None
    assert room.close_lost_stays(now=later) == 0


def test_a_process_that_was_only_slow_goes_on(seat: Any) -> None:
    stay = room.enter_room(appointment=seat.appointment, person=seat.learner, now=NOW)
    later = NOW + timedelta(minutes=10)
    room.close_lost_stays(now=later)

    room.keep_stays([stay.pk], later)

    stay.refresh_from_db()
    assert (stay.left_at, stay.seen_at) == (None, later)


def test_leaving_twice_changes_nothing(seat: Any) -> None:
    stay = room.enter_room(appointment=seat.appointment, person=seat.learner, now=NOW)

    room.leave_room(stay=stay.pk, now=NOW + timedelta(minutes=3))
    room.leave_room(stay=stay.pk, now=NOW + timedelta(minutes=30))

    assert RoomPresence.objects.get().left_at == NOW + timedelta(minutes=3)


def test_many_stays_are_kept_by_one_statement(seat: Any, django_assert_num_queries: Any) -> None:
    pks = [room.enter_room(appointment=seat.appointment, person=seat.learner, now=NOW).pk for _ in range(20)]

    with django_assert_num_queries(1):
        room.keep_stays(pks, NOW)
