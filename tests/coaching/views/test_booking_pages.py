"""The learner's pages: what she sees, taps and reads, with and without htmx."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from coaching.enums import SeatState
from coaching.forms.booking import written
from coaching.models import Absence, AppointmentKind, CalendarFeed, CoachingQuota, Diary, Seat, WaitingEntry
from coaching.notices import signed_seat
from coaching.services import booking, changing
from coaching.services.seats import Wish
from lms.notifications.models import Delivery
from lms.programmes.models import Enrolment
from tests.factories import (
    AppointmentFactory,
    AppointmentKindFactory,
    EnrolmentFactory,
    SeatFactory,
    WeeklyHoursFactory,
)
from tests.world import client_for

PAGE = reverse("coaching:appointments")


@pytest.fixture(autouse=True)
def sunday(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def client(enrolment: Enrolment) -> Client:
    return client_for(enrolment.learner)


@pytest.fixture
def monday(now: datetime) -> datetime:
    """Monday, 10:00 in Paris."""
    return now + timedelta(hours=22)


def asked(diary: Diary, kind: AppointmentKind, starts_at: datetime, **more: Any) -> dict[str, Any]:
    return {"slot": written(starts_at), "kind": kind.public_id, "coach": diary.coach.public_id} | more


def booked(enrolment: Enrolment, diary: Diary, kind: AppointmentKind, starts_at: datetime, now: datetime) -> Seat:
    wish = Wish(enrolment, diary, kind, starts_at)
    return booking.book(wish=wish, key=uuid4(), actor=enrolment.learner, now=now)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- The page ---------------------------------------------------------------------------------------------------------


def test_the_page_says_who_when_and_in_which_zone(client: Client, kind: AppointmentKind) -> None:
    page = text(client.get(PAGE, headers={"accept-language": "en"}))

    assert "Clara Roy" in page
    assert "Paris" in page
    assert page.count("9 h 15") + page.count("9:15") >= 1


@pytest.mark.parametrize("appointments", [0, 30])
def test_the_page_costs_the_same_with_thirty_appointments(
    client: Client,
    enrolment: Enrolment,
    diary: Diary,
    kind: AppointmentKind,
    now: datetime,
    appointments: int,
    django_assert_num_queries: Any,
) -> None:
    for rank in range(appointments):
        past = AppointmentFactory(coach=diary.coach, kind=kind, starts_at=now - timedelta(days=rank + 1))
        SeatFactory(appointment=past, enrolment=enrolment)
    client.get(PAGE)

    with django_assert_num_queries(23):
        response = client.get(PAGE)

    assert response.status_code == 200


def test_times_are_those_of_the_learner(client: Client, enrolment: Enrolment, kind: AppointmentKind) -> None:
    enrolment.learner.time_zone = "Indian/Reunion"
    enrolment.learner.save()

    page = client.get(PAGE).content.decode()

    assert "Réunion" in page
    first = re.search(r'name="slot" value="([^"]+)"[^>]*>\s*(\d+)', page)
    assert first is not None
    assert first.groups() == ("2026-01-05T08:00Z", "12"), "9:00 in Paris is noon in Réunion"


def test_what_is_left_of_the_quota_is_shown(client: Client, enrolment: Enrolment, kind: AppointmentKind) -> None:
    CoachingQuota.objects.create(track=enrolment.cohort.track, minutes=120)

    assert "2\u00a0h" in client.get(PAGE).content.decode()


def test_who_has_come_before_is_offered_the_same_kind(client: Client, enrolment: Enrolment, now: datetime) -> None:
    AppointmentKindFactory(name="Premier rendez-vous", order=0)
    later = AppointmentKindFactory(name="Préparer le jury", order=2)
    current = re.compile(r'aria-current="page">\s*([^,<]+)')
    assert current.findall(client.get(PAGE).content.decode())[-1] == "Premier rendez-vous"

    past = AppointmentFactory(coach=enrolment.coach, kind=later, starts_at=now - timedelta(days=3))
    SeatFactory(appointment=past, enrolment=enrolment)

    assert current.findall(client.get(PAGE).content.decode())[-1] == "Préparer le jury"


def test_no_slot_offers_to_be_told(client: Client, diary: Diary, kind: AppointmentKind, enrolment: Enrolment) -> None:
    diary.weekly_hours.all().delete()
    page = client.get(PAGE).content.decode()
    assert reverse("coaching:wait") in page
    assert 'name="slot"' not in page

    client.post(reverse("coaching:wait"), {"coach": diary.coach.public_id, "kind": kind.public_id})

    assert WaitingEntry.objects.get().enrolment == enrolment


# --- Three taps -------------------------------------------------------------------------------------------------------


def test_three_taps_from_home_to_booked(client: Client, diary: Diary, kind: AppointmentKind, monday: datetime) -> None:
    page = client.get(PAGE).content.decode()
    assert f'value="{written(monday)}"' in page
    kept = client.post(reverse("coaching:hold-slot"), asked(diary, kind, monday), follow=True)
    fields = dict(re.findall(r'name="(slot|kind|coach|agreed|key|mode)" value="([^"]*)"', kept.content.decode()))

    done = client.post(reverse("coaching:book"), fields | {"mode": "online", "topic": "Mon CV"}, follow=True)

    seat = Seat.objects.get()
    assert (seat.state, seat.topic, seat.starts_at) == (SeatState.BOOKED, "Mon CV", monday)
    assert done.status_code == 200
    assert reverse("coaching:cancel", args=[seat.appointment.public_id]) in done.content.decode()
    again = client.post(reverse("coaching:book"), fields | {"mode": "online", "topic": "Mon CV"})
    assert again.status_code == 302
    assert Seat.objects.count() == 1


def test_another_body_under_the_same_key_is_422(
    client: Client, diary: Diary, kind: AppointmentKind, monday: datetime
) -> None:
    key = uuid4()
    client.post(reverse("coaching:book"), asked(diary, kind, monday, key=key))
    client.post(reverse("coaching:hold-slot"), asked(diary, kind, monday + timedelta(hours=3)))

    other = client.post(reverse("coaching:book"), asked(diary, kind, monday + timedelta(hours=3), key=key))

    assert other.status_code == 422
    assert Seat.objects.booked().count() == 1


def test_a_taken_slot_offers_the_next_three_and_keeps_what_was_typed(
    client: Client, diary: Diary, kind: AppointmentKind, monday: datetime
) -> None:
    AppointmentFactory(coach=diary.coach, kind=kind, starts_at=monday)

    response = client.post(
        reverse("coaching:book"),
        asked(diary, kind, monday, key=uuid4(), topic="Mon CV <b>", phone="06 11 22 33 44", mode="phone"),
    )

    assert response.status_code == 409
    page = response.content.decode()
    assert page.count('name="slot"') == 3
    assert "Mon CV &lt;b&gt;" in page
    assert "06 11 22 33 44" in page


def test_a_confirmation_refused_after_its_five_minutes_keeps_what_was_typed(
    client: Client, diary: Diary, kind: AppointmentKind, monday: datetime
) -> None:
    """The call asked for has no number, and the moment is no longer kept: it is kept again, or somebody has it."""
    kind.modes = ["online", "phone"]
    kind.save()
    late = asked(diary, kind, monday, key=uuid4(), topic="Mon CV <b>", mode="phone", phone="")

    kept = client.post(reverse("coaching:book"), late)
    Seat.objects.update(hold_expires_at=monday - timedelta(days=2))
    AppointmentFactory(coach=diary.coach, kind=kind, starts_at=monday + timedelta(hours=3))
    gone = client.post(reverse("coaching:book"), late | {"slot": written(monday + timedelta(hours=3))})

    assert (kept.status_code, gone.status_code) == (422, 409)
    for response in (kept, gone):
        assert "Mon CV &lt;b&gt;" in response.content.decode()
    assert gone.content.decode().count('name="slot"') == 3


def test_a_hold_of_somebody_else_is_nothing(
    client: Client, diary: Diary, kind: AppointmentKind, enrolment: Enrolment, monday: datetime, now: datetime
) -> None:
    rival = EnrolmentFactory(cohort=enrolment.cohort, coach=diary.coach)
    seat = booking.hold(wish=Wish(rival, diary, kind, monday, topic="CANARY"), actor=rival.learner, now=now)

    response = client.get(reverse("coaching:hold", args=[seat.public_id]), follow=True)
    client.post(reverse("coaching:hold-release", args=[seat.public_id]))

    assert "CANARY" not in response.content.decode()
    assert Seat.objects.get().state == SeatState.HELD


def test_a_kind_of_another_partner_does_not_exist(client: Client, diary: Diary, monday: datetime) -> None:
    other = AppointmentKindFactory(partner=EnrolmentFactory().cohort.partner)

    assert client.post(reverse("coaching:hold-slot"), asked(diary, other, monday)).status_code == 404


# --- One appointment --------------------------------------------------------------------------------------------------


def test_move_cancel_and_book_again(
    client: Client, enrolment: Enrolment, diary: Diary, kind: AppointmentKind, monday: datetime, now: datetime
) -> None:
    seat = booked(enrolment, diary, kind, monday, now)
    public_id = seat.appointment.public_id
    later = monday + timedelta(hours=2)

    listed = client.get(reverse("coaching:move", args=[public_id]))
    assert f'value="{written(later)}"' in listed.content.decode()
    client.post(reverse("coaching:move", args=[public_id]), {"slot": written(later), "sequence": 0})
    seat.refresh_from_db()
    assert seat.starts_at == later
    client.post(reverse("coaching:cancel", args=[public_id]))
    cancelled = client.get(reverse("coaching:appointment", args=[public_id])).content.decode()
    assert reverse("coaching:book-again", args=[public_id]) in cancelled
    client.post(reverse("coaching:book-again", args=[public_id]))

    assert Seat.objects.booked().get().starts_at == later


def test_a_page_that_is_out_of_date_moves_nothing(
    client: Client, enrolment: Enrolment, diary: Diary, kind: AppointmentKind, monday: datetime, now: datetime
) -> None:
    seat = booked(enrolment, diary, kind, monday, now)
    changing.move_appointment(
        appointment=seat.appointment, starts_at=monday + timedelta(hours=1), actor=diary.coach, now=now
    )

    stale = client.post(
        reverse("coaching:move", args=[seat.appointment.public_id]),
        {"slot": written(monday + timedelta(hours=4)), "sequence": 0},
    )

    assert stale.status_code == 409
    seat.refresh_from_db()
    assert seat.starts_at == monday + timedelta(hours=1)


def test_the_topic_is_for_the_coach_of_the_appointment_alone(
    enrolment: Enrolment, diary: Diary, kind: AppointmentKind, monday: datetime
) -> None:
    from tests.factories import PartnerMembershipFactory

    seat = SeatFactory(
        appointment=AppointmentFactory(coach=diary.coach, kind=kind, starts_at=monday),
        enrolment=enrolment,
        topic="TOPIC-CANARY",
        phone="0611223344",
    )
    manager = PartnerMembershipFactory(partner=enrolment.cohort.partner).user
    page = reverse("coaching:appointment", args=[seat.appointment.public_id])

    assert "TOPIC-CANARY" in client_for(diary.coach).get(page).content.decode()
    managers = client_for(manager).get(page)
    assert managers.status_code == 200
    assert "TOPIC-CANARY" not in managers.content.decode()
    assert "0611223344" not in managers.content.decode()


def test_a_group_shows_a_learner_nobody_else(
    client: Client, enrolment: Enrolment, diary: Diary, monday: datetime
) -> None:
    group = AppointmentFactory(coach=diary.coach, kind=AppointmentKindFactory(capacity=4), starts_at=monday)
    SeatFactory(appointment=group, enrolment=enrolment)
    other = SeatFactory(appointment=group, topic="OTHER-TOPIC")
    page = reverse("coaching:appointment", args=[group.public_id])

    shown = (
        client.get(page).content.decode()
        + client.get(reverse("coaching:invitation", args=[group.public_id])).content.decode()
    )

    assert other.learner.get_full_name() not in shown
    assert other.learner.email not in shown
    assert "OTHER-TOPIC" not in shown


# --- The mail's link --------------------------------------------------------------------------------------------------


@pytest.fixture
def seat(enrolment: Enrolment, diary: Diary, kind: AppointmentKind, monday: datetime, now: datetime) -> Seat:
    return booked(enrolment, diary, kind, monday, now)


def test_the_link_works_without_signing_in_and_get_changes_nothing(seat: Seat, monday: datetime) -> None:
    stranger, signed = Client(), signed_seat(seat)

    for name in ("mail-link", "mail-link-move", "mail-link-invitation"):
        assert stranger.get(reverse(f"coaching:{name}", args=[signed])).status_code == 200
    assert stranger.get(reverse("coaching:mail-link-cancel", args=[signed])).status_code == 405
    seat.refresh_from_db()
    assert (seat.starts_at, seat.state) == (monday, SeatState.BOOKED)

    stranger.post(
        reverse("coaching:mail-link-move", args=[signed]),
        {"slot": written(monday + timedelta(hours=1)), "sequence": 0},
    )
    seat.refresh_from_db()
    assert seat.starts_at == monday + timedelta(hours=1)
    stranger.post(reverse("coaching:mail-link-cancel", args=[signed]))
    seat.refresh_from_db()
    assert seat.state == SeatState.CANCELLED


def test_the_link_of_a_cancelled_date_books_another_one(seat: Seat, diary: Diary, now: datetime) -> None:
    """The coach is away: three moments, one tap, without signing in; twice the same page books once."""
    away = Absence.objects.create(diary=diary, starts_at=seat.starts_at, ends_at=seat.ends_at)
    changing.cancel_for_absence(absence=away, actor=diary.coach, now=now)
    stranger, link = Client(), reverse("coaching:mail-link", args=[signed_seat(seat)])
    page = stranger.get(link).content.decode()
    offered = re.findall(r'name="slot" value="([^"]+)"', page)
    assert len(offered) == 3
    assert written(seat.starts_at) not in offered

    key = re.search(r'name="key" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
    form = {"slot": offered[1], "sequence": seat.appointment.sequence, "key": key}
    again = [stranger.post(reverse("coaching:mail-link-move", args=[signed_seat(seat)]), form) for _try in range(2)]

    new = Seat.objects.booked().get()
    assert written(new.starts_at) == offered[1]
    assert {answer["Location"] for answer in again} == {reverse("coaching:mail-link", args=[signed_seat(new)])}
    assert new.booked_by == seat.learner


def test_a_cancelled_moment_is_offered_again_only_where_it_is_free(
    client: Client, seat: Seat, diary: Diary, now: datetime
) -> None:
    away = Absence.objects.create(diary=diary, starts_at=seat.starts_at, ends_at=seat.ends_at)
    changing.cancel_for_absence(absence=away, actor=diary.coach, now=now)

    page = client.get(reverse("coaching:appointment", args=[seat.appointment.public_id])).content.decode()

    assert reverse("coaching:book-again", args=[seat.appointment.public_id]) not in page
    assert f"coach={diary.coach.public_id}" in page


def test_the_report_is_one_tap_from_the_appointment_once_it_has_begun(seat: Seat, diary: Diary, now: datetime) -> None:
    url = reverse("coaching:appointment", args=[seat.appointment.public_id])
    report = reverse("coaching:report", args=[seat.public_id])
    coach = client_for(diary.coach)

    assert report not in coach.get(url).content.decode()
    with time_machine.travel(seat.starts_at, tick=False):
        assert report in coach.get(url).content.decode()
        assert report in coach.get(reverse("coaching:desk")).content.decode()
        assert report not in client_for(seat.learner).get(url).content.decode()


def test_the_link_ends_with_the_appointment(seat: Seat) -> None:
    link = reverse("coaching:mail-link", args=[signed_seat(seat)])

    with time_machine.travel(seat.ends_at, tick=False):
        assert Client().get(link).status_code == 404


@pytest.mark.parametrize("forged", ["{id}", "{id}:AAAA", "x:y", ":", "{id}:" + "A" * 43])
def test_a_forged_link_is_nothing(seat: Seat, forged: str) -> None:
    link = reverse("coaching:mail-link", args=[forged.format(id=seat.public_id)])

    assert Client().get(link).status_code == 404


def test_a_link_dies_with_the_right_to_come(seat: Seat, enrolment: Enrolment) -> None:
    """T05: suspended or withdrawn, the mail in the box opens nothing any more."""
    link = reverse("coaching:mail-link", args=[signed_seat(seat)])
    learner = enrolment.learner
    learner.is_active = False
    learner.save()

    assert Client().get(link).status_code == 404


# --- The Sunday the clocks change -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "sunday", "listed", "booked_at", "written_as"),
    [
        # 2 h does not exist: 1 h 45 is followed by 3 h, which is 1:00 UTC.
        ((2026, 3, 23), "2026-03-29", ["00:45", "01:00", "01:15"], (2026, 3, 29, 1), "20260329T030000"),
        # 2 h comes twice and is offered once, the first time: 0:00 UTC.
        ((2026, 10, 19), "2026-10-25", ["23:45", "00:00", "00:15"], (2026, 10, 25, 0), "20261025T020000"),
    ],
)
def test_a_sunday_when_the_clocks_change(
    enrolment: Enrolment,
    diary: Diary,
    kind: AppointmentKind,
    today: tuple[int, int, int],
    sunday: str,
    listed: list[str],
    booked_at: tuple[int, int, int, int],
    written_as: str,
) -> None:
    WeeklyHoursFactory(diary=diary, weekday=6, starts=time(1), ends=time(5))
    with time_machine.travel(datetime(*today, 12, tzinfo=UTC), tick=False):
        client = client_for(enrolment.learner)
        page = client.get(f"{PAGE}?from={sunday}").content.decode()
        values = re.findall(r'<button type="submit" name="slot" value="([^"]+)"', page)
        starts = [value[11:16] for value in values if value < f"{sunday}T05"]
        assert starts == list(dict.fromkeys(starts))
        assert [start for start in starts if start in listed] == listed

        fields = asked(diary, kind, datetime(*booked_at, tzinfo=UTC), key=uuid4(), mode="online")
        client.post(reverse("coaching:book"), fields)

    seat = Seat.objects.booked().get()
    assert seat.starts_at == datetime(*booked_at, tzinfo=UTC)
    assert seat.ends_at - seat.starts_at == timedelta(minutes=kind.minutes)
    file = Delivery.objects.get(recipient=enrolment.learner, channel="email").attachments[0]["content"]
    assert f"DTSTART;TZID=Europe/Paris:{written_as}" in file


# --- Series, reminders, feed ------------------------------------------------------------------------------------------


def test_a_series_is_planned_then_booked(client: Client, diary: Diary, kind: AppointmentKind, monday: datetime) -> None:
    AppointmentFactory(coach=diary.coach, kind=kind, starts_at=monday + timedelta(weeks=1))
    asked_for = asked(diary, kind, monday, every_weeks=1, count=4)

    planned = client.get(reverse("coaching:series"), asked_for).content.decode()
    starts = re.findall(r'name="starts" value="([^"]+)" checked', planned)
    client.post(reverse("coaching:series"), asked_for | {"starts": starts, "key": uuid4()})

    assert len(starts) == 3
    assert sorted(written(row.starts_at) for row in Seat.objects.booked()) == starts
    second = Seat.objects.booked().order_by("starts_at")[1].appointment
    assert 'name="rest"' in client.get(reverse("coaching:appointment", args=[second.public_id])).content.decode()
    client.post(reverse("coaching:cancel", args=[second.public_id]), {"rest": "1"})
    assert [written(row.starts_at) for row in Seat.objects.booked()] == starts[:1]


def test_reminders_are_chosen(client: Client, enrolment: Enrolment) -> None:
    client.post(reverse("coaching:reminders"), {"minutes": ["15", "2880"]})

    assert sorted(enrolment.learner.reminder_choice.minutes_before) == [15, 2880]
    assert client.post(reverse("coaching:reminders"), {"minutes": ["7"]}).status_code == 422


def test_the_feed_is_shown_once_answers_not_modified_and_closes(client: Client, seat: Seat) -> None:
    made = client.post(reverse("coaching:calendar")).content.decode()
    found = re.search(r"/calendar/[\w-]+\.ics", made)
    assert found is not None
    address, stranger = found[0], Client()

    first = stranger.get(address)
    assert f"UID:{seat.appointment.public_id}@" in first.content.decode().replace("\r\n ", "")
    assert stranger.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert address not in client.get(reverse("coaching:calendar")).content.decode()
    assert CalendarFeed.objects.get().token_digest not in address

    changing.cancel(seat=seat, actor=seat.learner, now=datetime.now(UTC))
    changed = stranger.get(address, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert "VEVENT" not in changed.content.decode()
    client.post(reverse("coaching:calendar-close"))
    assert stranger.get(address).status_code == 404


def test_the_feed_of_a_suspended_person_is_closed(client: Client, enrolment: Enrolment) -> None:
    found = re.search(r"/calendar/[\w-]+\.ics", client.post(reverse("coaching:calendar")).content.decode())
    assert found is not None
    enrolment.learner.is_active = False
    enrolment.learner.save()

    assert Client().get(found[0]).status_code == 404


# --- On somebody's behalf ---------------------------------------------------------------------------------------------


def test_a_coach_books_outside_her_week(enrolment: Enrolment, diary: Diary, kind: AppointmentKind) -> None:
    page = reverse("coaching:book-for", args=[enrolment.public_id])
    fields = {"key": uuid4(), "kind": kind.public_id, "mode": "online", "at": "2026-01-10T19:00", "book": ""}

    response = client_for(diary.coach).post(page, fields)

    seat = Seat.objects.get()
    assert response["Location"] == reverse("coaching:appointment", args=[seat.appointment.public_id])
    assert seat.starts_at == datetime(2026, 1, 10, 18, tzinfo=UTC)
    assert seat.appointment.events.get().on_behalf_of == enrolment.learner


def test_a_coach_proposes_and_the_learner_answers_with_one_tap(
    client: Client, enrolment: Enrolment, diary: Diary, kind: AppointmentKind, monday: datetime
) -> None:
    page = reverse("coaching:book-for", args=[enrolment.public_id])
    starts = [written(monday), written(monday + timedelta(hours=1))]
    fields = {"key": uuid4(), "kind": kind.public_id, "mode": "online", "slot": starts, "propose": "1"}

    client_for(diary.coach).post(page, fields)
    seen = client.get(PAGE).content.decode()
    accept = re.findall(r'action="([^"]+/accept/)"', seen)
    client.post(accept[1])

    assert len(accept) == 2
    assert Seat.objects.get().state == SeatState.BOOKED


def test_moments_that_overlap_are_not_proposed_and_stay_ticked(
    enrolment: Enrolment, diary: Diary, kind: AppointmentKind, monday: datetime
) -> None:
    page = reverse("coaching:book-for", args=[enrolment.public_id])
    starts = [written(monday), written(monday + timedelta(minutes=30))]
    fields = {"key": uuid4(), "kind": kind.public_id, "mode": "online", "slot": starts, "propose": "1"}

    response = client_for(diary.coach).post(page, fields)

    assert response.status_code == 409
    assert "se chevauchent" in text(response)
    assert re.findall(r'value="([^"]+)" checked aria-label', response.content.decode()) == starts
    assert not Seat.objects.exists()


def test_the_moments_listed_are_those_of_the_kind(enrolment: Enrolment, diary: Diary, kind: AppointmentKind) -> None:
    long = AppointmentKindFactory(name="Préparer le jury", minutes=480, order=2)
    coach, page = client_for(diary.coach), reverse("coaching:book-for", args=[enrolment.public_id])

    few = coach.get(f"{page}?kind={long.public_id}").content.decode()

    assert f'name="kind" value="{long.public_id}"' in few
    assert few.count('name="slot"') < coach.get(page).content.decode().count('name="slot"')
