"""The page of a room before, during and after; whose phone it shows; what it may ask of a browser."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from coaching.enums import Mode
from tests.factories import AppointmentFactory, EnrolmentFactory, SeatFactory
from tests.world import client_for


def seat(**appointment: Any) -> Any:
    now = timezone.now()
    return SeatFactory(
        appointment=AppointmentFactory(
            **{"starts_at": now, "coach__phone": "06 00 00 00 01", "capacity": 3} | appointment
        ),
        enrolment__learner__phone="06 00 00 00 02",
    )


def address(seat: Any) -> str:
    return f"/appointments/{seat.appointment.public_id}/room/"


@pytest.mark.parametrize(
    ("starts_in", "template"),
    [(11, "door.html"), (9, "room.html"), (-70, "room.html"), (-76, "door.html")],
)
def test_a_room_opens_ten_minutes_before_and_closes_thirty_after(db: None, starts_in: int, template: str) -> None:
    row = seat(starts_at=timezone.now() + timedelta(minutes=starts_in))

    for person in (row.learner, row.appointment.coach):
        response = client_for(person).get(address(row))
        assert response.status_code == 200
        assert f"coaching/room/{template}" in [used.name for used in response.templates]


def test_only_its_people_know_of_it(db: None) -> None:
    row = seat()

    assert client_for(EnrolmentFactory(cohort=row.enrolment.cohort).learner).get(address(row)).status_code == 404
    assert client_for(None).get(address(row)).status_code == 302


def test_a_learner_sees_the_coachs_phone_and_no_other_learners(db: None) -> None:
    row = seat()
    SeatFactory(appointment=row.appointment, phone="06 00 00 00 03")

    for_learner = client_for(row.learner).get(address(row)).content.decode()
    for_coach = client_for(row.appointment.coach).get(address(row)).content.decode()

    assert "06 00 00 00 01" in for_learner
    assert "06 00 00 00 03" not in for_learner
    assert "06 00 00 00 02" in for_coach
    assert "06 00 00 00 03" in for_coach


@pytest.mark.parametrize("mode", [Mode.PHONE, Mode.PLACE])
def test_an_appointment_elsewhere_has_no_room(db: None, mode: str) -> None:
    row = seat(mode=mode)

    response = client_for(row.learner).get(address(row))

    assert b"data-join" not in response.content
    assert b"06 00 00 00 01" in response.content


def test_only_a_room_may_ask_for_a_microphone(db: None) -> None:
    row = seat()
    client = client_for(row.learner)

    assert "microphone=(self)" in client.get(address(row))["Permissions-Policy"]
    assert "microphone=()" in client.get("/help/")["Permissions-Policy"]


def test_a_room_costs_the_same_for_two_and_for_six(db: None, django_assert_num_queries: Any) -> None:
    small, big = seat(), seat(capacity=6)
    for _ in range(4):
        SeatFactory(appointment=big.appointment)

    for row in (small, big):
        client = client_for(row.appointment.coach)
        client.get(address(row))
        with django_assert_num_queries(8):
            client.get(address(row))
