"""The desk: the day, three people and why, everybody; the same number of queries with 3 and with 80 learners."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from coaching.enums import Presence
from coaching.models import ContactLog, ContactRule, MessageTemplate
from courses.models import LessonProgress, QuizAttempt
from lms.accounts.models import User
from lms.programmes.enums import CohortRole, EnrolmentState
from lms.programmes.models import Cohort, Enrolment
from tests.factories import (
    AppointmentFactory,
    CohortFactory,
    CohortStaffFactory,
    ContactLogFactory,
    EnrolmentFactory,
    FollowUpTaskFactory,
    GoalFactory,
    LessonPageFactory,
    MetSeatFactory,
    ReportFactory,
    SeatFactory,
    TrainingProviderFactory,
    UserFactory,
)
from tests.world import World, client_for

DESK = "/desk/"


@pytest.fixture
def coach(db: None) -> User:
    user: User = UserFactory(language="en", staff_since=timezone.now(), display_name="Clara Roy")
    return user


@pytest.fixture
def cohort(coach: User) -> Cohort:
    row: Cohort = CohortFactory(starts_on=timezone.localdate() - timedelta(days=30))
    CohortStaffFactory(cohort=row, user=coach, role=CohortRole.COACH)
    return row


@pytest.fixture
def client(coach: User) -> Client:
    return client_for(coach)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def learner(cohort: Cohort, coach: User, name: str, now: datetime, *, met: int = 1, seen: int = 0) -> Enrolment:
    """Somebody who was seen `seen` days ago, and met `met` days ago."""
    enrolment: Enrolment = EnrolmentFactory(
        cohort=cohort, coach=coach, learner=UserFactory(display_name=name), enrolled_at=now - timedelta(days=30)
    )
    LessonProgress.objects.create(
        enrolment=enrolment, lesson=LessonPageFactory(), opened_at=now - timedelta(days=seen, minutes=1)
    )
    if met:
        ContactLogFactory(enrolment=enrolment, author=coach, at=now - timedelta(days=met))
    return enrolment


def text(response: Any) -> str:
    return response.content.decode()  # type: ignore[no-any-return]


# --- The day ----------------------------------------------------------------------------------------------------------


def test_the_next_one_is_joined_in_one_tap(client: Client, cohort: Cohort, coach: User, now: datetime) -> None:
    enrolment = learner(cohort, coach, "Lina Diallo", now)
    GoalFactory(enrolment=enrolment, text="Dare to speak.")
    ReportFactory(seat=MetSeatFactory(enrolment=enrolment, appointment__coach=coach), next_step="Bring the outline.")
    soon = SeatFactory(
        enrolment=enrolment,
        appointment=AppointmentFactory(coach=coach, starts_at=now + timedelta(minutes=9, seconds=30)),
    )

    page = text(client.get(DESK))

    assert "in 10 minutes" in page
    assert f'href="{reverse("coaching:room", args=[soon.appointment.public_id])}"' in page
    assert "Dare to speak." in page
    assert "Bring the outline." in page


@pytest.mark.parametrize("begins", [10, -5])
def test_the_next_one_may_stand_on_the_other_side_of_midnight(coach: User, cohort: Cohort, begins: int) -> None:
    """At eight minutes to twelve, and again at seven past, when either goes on."""
    late = datetime(2026, 1, 4, 23, 52, tzinfo=ZoneInfo("Europe/Paris"))
    with time_machine.travel(late, tick=False):
        enrolment = learner(cohort, coach, "Lina Diallo", late)
        seat = SeatFactory(
            enrolment=enrolment,
            appointment=AppointmentFactory(coach=coach, starts_at=late + timedelta(minutes=begins)),
        )

        page = text(client_for(coach).get(DESK))

    assert ("in 10 minutes" if begins > 0 else "One of them is going on.") in page
    assert f'href="{reverse("coaching:room", args=[seat.appointment.public_id])}"' in page

    with time_machine.travel(late + timedelta(minutes=15), tick=False):
        page = text(client_for(coach).get(DESK))

    assert f'href="{reverse("coaching:room", args=[seat.appointment.public_id])}"' in page


def test_what_is_to_be_written_and_what_was_promised(
    client: Client, cohort: Cohort, coach: User, now: datetime
) -> None:
    enrolment = learner(cohort, coach, "Lina Diallo", now)
    unwritten = MetSeatFactory(enrolment=enrolment, appointment__coach=coach)
    FollowUpTaskFactory(enrolment=enrolment, owner="coach", text="Send the example.")
    FollowUpTaskFactory(enrolment=enrolment, owner="learner", text="Read the sheet.")

    page = text(client.get(DESK))

    assert reverse("coaching:report", args=[unwritten.public_id]) in page
    assert "Send the example." in page
    assert "Read the sheet." not in page


def test_an_empty_desk_says_so(client: Client, cohort: Cohort) -> None:
    page = text(client.get(DESK))

    assert "No appointment today." in page
    assert "Nobody to contact today" in page


# --- Whom to contact, and why -----------------------------------------------------------------------------------------


def people(page: str) -> list[str]:
    return [name for name in ("Silent", "Missed", "Alone", "Stuck", "Paused", "Fine") if f">{name}<" in page]


def test_three_people_by_the_weight_of_their_reasons(
    client: Client, cohort: Cohort, coach: User, now: datetime
) -> None:
    ContactRule.objects.filter(signal="behind_plan").delete()
    learner(cohort, coach, "Fine", now)
    stuck = learner(cohort, coach, "Stuck", now, met=5)
    learner(cohort, coach, "Alone", now, met=15)
    missed = learner(cohort, coach, "Missed", now, met=5)
    learner(cohort, coach, "Silent", now, met=5, seen=8)
    paused = learner(cohort, coach, "Paused", now, met=20, seen=20)
    Enrolment.objects.filter(pk=paused.pk).update(state=EnrolmentState.SUSPENDED)
    for days in (4, 6):
        MetSeatFactory(
            enrolment=missed,
            presence=Presence.NO_SHOW,
            appointment__coach=coach,
            appointment__starts_at=now - timedelta(days=days),
        )
    quiz = LessonPageFactory(title="Welcoming")
    for number in (1, 2, 3):
        QuizAttempt.objects.create(
            enrolment=stuck,
            lesson=quiz,
            quiz_id="00000000-0000-7000-8000-000000000001",
            number=number,
            question_ids=[],
            pass_percent=60,
            seed=1,
            finished_at=now,
        )

    page = text(client.get(DESK))

    assert people(page) == ["Silent", "Missed", "Alone"]
    assert "Silent for 8 days" in page
    assert "2 missed appointments" in page
    assert "No human contact for 15 days" in page

    listed = text(client.get(reverse("coaching:people")))
    assert "3 failed attempts in “Welcoming”" in listed
    found = [listed.index(f">{name}<") for name in ("Silent", "Missed", "Alone", "Stuck", "Fine")]
    assert found == sorted(found)
    why = text(client.get(reverse("coaching:why")))
    assert "Days without any activity: from 7, weighs 30." in why


def test_somebody_who_was_just_contacted_is_left_time_to_answer(
    client: Client, cohort: Cohort, coach: User, now: datetime
) -> None:
    silent = learner(cohort, coach, "Silent", now, met=5, seen=8)
    learner(cohort, coach, "Émile-Noé Hébert", now)
    for words in ("silent", "EMILE hebert", "noé", "emile silent"):
        listed = text(client.get(reverse("coaching:people"), {"q": words}))
        assert (">Silent<" in listed, "Émile" in listed.partition("<main")[2]) == (
            words == "silent",
            "silent" not in words,
        )
    assert people(text(client.get(DESK))) == ["Silent"]

    ContactLogFactory(enrolment=silent, author=coach, at=now)
    assert people(text(client.get(DESK))) == []


def test_rules_are_data(client: Client, cohort: Cohort, coach: User, now: datetime) -> None:
    learner(cohort, coach, "Silent", now, met=5, seen=4)
    ContactRule.objects.exclude(signal="silent_days").update(is_active=False)
    assert people(text(client.get(DESK))) == []

    ContactRule.objects.filter(signal="silent_days").update(threshold=4)
    assert people(text(client.get(DESK))) == ["Silent"]


def test_hours_behind_the_plan(client: Client, cohort: Cohort, coach: User, now: datetime) -> None:
    ContactRule.objects.exclude(signal="behind_plan").update(is_active=False)
    learner(cohort, coach, "Fine", now)
    hours = cohort.track.hours * 30 // (cohort.ends_on - cohort.starts_on).days

    assert f"{hours} h behind the plan" in text(client.get(reverse("coaching:people")))


# --- The same number of queries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [3, 80])
def test_the_desk_costs_the_same_with_any_number_of_learners(
    client: Client, cohort: Cohort, coach: User, now: datetime, count: int
) -> None:
    TrainingProviderFactory()
    lesson = LessonPageFactory()
    for rank in range(count):
        enrolment = EnrolmentFactory(cohort=cohort, coach=coach)
        LessonProgress.objects.create(enrolment=enrolment, lesson=lesson, opened_at=now - timedelta(days=rank))
        starts_at = now + timedelta(hours=1 + rank) - timedelta(hours=count)
        SeatFactory(enrolment=enrolment, appointment=AppointmentFactory(coach=coach, starts_at=starts_at))
        GoalFactory(enrolment=enrolment)
        FollowUpTaskFactory(enrolment=enrolment, owner="coach")

    with CaptureQueriesContext(
        connection,
    ) as desk:
        assert client.get(DESK).status_code == 200
    with CaptureQueriesContext(connection) as listed:
        assert client.get(reverse("coaching:people")).status_code == 200
    with CaptureQueriesContext(connection) as file:
        assert client.get(reverse("coaching:person", args=[enrolment.public_id])).status_code == 200

    assert (len(desk), len(listed), len(file)) == (14, 11, 24)


# --- Writing to somebody ----------------------------------------------------------------------------------------------


def test_a_message_is_ready_in_her_language_for_the_reason(
    client: Client, cohort: Cohort, coach: User, now: datetime
) -> None:
    enrolment = learner(cohort, coach, "Fatou Sarr", now)
    url = reverse("coaching:message", args=[enrolment.public_id])
    assert (
        MessageTemplate.objects.filter(language="fr").count()
        == MessageTemplate.objects.filter(language="en").count()
        == 6
    )

    french = text(client.get(f"{url}?signal=silent_days"))
    User.objects.filter(pk=enrolment.learner_id).update(language="en")
    english = text(client.get(f"{url}?signal=silent_days"))

    assert "Bonjour Fatou," in french
    assert "Hello Fatou," in english
    assert "Clara Roy" in english


def test_a_message_is_sent_and_stays_in_the_file(client: Client, cohort: Cohort, coach: User, now: datetime) -> None:
    enrolment = learner(cohort, coach, "Fatou Sarr", now, met=0)
    url = reverse("coaching:message", args=[enrolment.public_id])
    assert client.post(url, {"text": ""}).status_code == 422

    response = client.post(url, {"text": "How are you?", "key": "00000000-0000-4000-8000-000000000001"})

    assert response.status_code == 302
    assert ContactLog.objects.get().text == "How are you?"
    assert "How are you?" in text(client.get(reverse("coaching:person", args=[enrolment.public_id])))


# --- Load and files ---------------------------------------------------------------------------------------------------


def test_the_load_of_each_coach(world: World) -> None:
    world.a.manager.language = "en"
    world.a.manager.save(update_fields=["language"])
    MetSeatFactory(
        enrolment=world.a.classmate_enrolment,
        presence=Presence.NO_SHOW,
        attended_minutes=0,
        appointment__coach=world.a.coach,
        appointment__starts_at=timezone.now() - timedelta(days=5),
    )

    page = text(client_for(world.a.manager).get(reverse("coaching:load")))

    assert "CANARY-A-coach" in page
    assert "CANARY-B" not in page
    row = page.partition("CANARY-A-coach")[2].partition("</tr>")[0]
    assert "40\u00a0min" in row
    assert '<span class="tag warn">' in row  # a report that is late


@pytest.mark.parametrize("role", ["coach", "manager"])
def test_the_files_hold_facts_and_no_words(world: World, role: str) -> None:
    client = client_for(getattr(world.a, role))

    rows = list(
        csv.reader(io.StringIO(client.get(reverse("coaching:export-csv")).content.decode("utf-8-sig")), delimiter=";")
    )
    sheet = load_workbook(io.BytesIO(client.get(reverse("coaching:export-xlsx")).content)).active

    assert any("CANARY-A-learner" in row for row in rows)
    said = str(rows) + str([[cell.value for cell in row] for row in sheet.rows])
    for secret in ("CANARY-B", "covered", "learnt", "difficulty", "CANARY-A-step", "CANARY-A-topic", "SECRET"):
        assert secret not in said
    assert len(rows) == sheet.max_row
    met = next(row for row in sheet.rows if row[14].value == 1)
    assert isinstance(met[0].value, datetime)
    assert met[11].value == 40
