"""The report's pages: prefilled, kept as a draft, refused with both texts, read by whom it is for, signed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coaching.enums import Presence
from coaching.models import (
    CoachingReport,
    CohortCoaching,
    FollowUpTask,
    ReportDraft,
    ReportSignature,
    RoomPresence,
    Seat,
)
from coaching.services.reports import Wording, write_report
from lms.evidence.models import HourEntry
from tests.factories import AppointmentFactory, CompetencyFactory, MetSeatFactory, SeatFactory
from tests.world import World, client_for


@pytest.fixture
def seat(world: World) -> Seat:
    """A seat of world A's learner, yesterday, without a report."""
    starts_at = timezone.now().replace(second=0, microsecond=0) - timedelta(days=1)
    appointment = AppointmentFactory(coach=world.a.coach, starts_at=starts_at)
    met: Seat = SeatFactory(enrolment=world.a.enrolment, appointment=appointment)
    return met


@pytest.fixture
def coach(world: World) -> Client:
    world.a.coach.language = "en"
    world.a.coach.save(update_fields=["language"])
    return client_for(world.a.coach)


def posted(**changes: Any) -> dict[str, Any]:
    return {
        "base": 0,
        "presence": "attended",
        "coach_presence": "attended",
        "minutes": 40,
        "covered": "The outline.",
        "next_step": "The welcome.",
        "is_shared": "on",
        "task-0-text": "Read the sheet",
        "task-0-owner": "learner",
        "task-1-text": "",
        "task-1-owner": "learner",
        **changes,
    }


def url(seat: Seat) -> str:
    return reverse("coaching:report", args=[seat.public_id])


def value(page: str, name: str) -> str:
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert field, name
    return re.search(r'value="([^"]*)"', field[0])[1]  # type: ignore[index]


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_the_form_proposes_what_was_scheduled_or_seen(coach: Client, seat: Seat) -> None:
    page = coach.get(url(seat)).content.decode()
    assert value(page, "minutes") == "45"
    assert re.search(r'name="presence" value="attended"[^>]*checked', page)

    end = seat.starts_at + timedelta(minutes=31)
    for person in (seat.learner, seat.appointment.coach):
        RoomPresence.objects.create(
            appointment=seat.appointment, person=person, joined_at=seat.starts_at, seen_at=end, left_at=end
        )
    page = coach.get(url(seat)).content.decode()
    assert value(page, "minutes") == "31"
    assert "The room saw you together" in page


def test_a_report_is_saved_with_its_tasks_and_its_hours(world: World, coach: Client, seat: Seat) -> None:
    competency = world.block.competencies.get()

    response = coach.post(url(seat), posted(competencies=[str(competency.public_id)]))

    report = CoachingReport.objects.get(seat=seat)
    assert response["Location"] == reverse("coaching:report-shown", args=[report.public_id])
    assert list(report.competencies.all()) == [competency]
    assert [task.text for task in report.tasks.all()] == ["Read the sheet"]
    assert HourEntry.objects.get(activity_id=seat.public_id).credited_minutes == 40


def test_a_competency_of_another_block_is_not_taken(coach: Client, seat: Seat) -> None:
    foreign = CompetencyFactory()

    assert coach.post(url(seat), posted(competencies=[str(foreign.public_id)])).status_code == 422
    assert not CoachingReport.objects.filter(seat=seat).exists()


def test_what_is_typed_is_kept_and_comes_back(coach: Client, seat: Seat) -> None:
    kept = coach.post(url(seat), posted(covered="Half a sen", minutes="", draft="1", **{"task-1-text": "Call"}))
    assert kept.status_code == 204
    assert not CoachingReport.objects.filter(seat=seat).exists()

    page = coach.get(url(seat)).content.decode()
    assert "Half a sen" in page
    assert value(page, "task-1-text") == "Call"

    coach.post(url(seat), posted())
    assert not ReportDraft.objects.exists()
    assert coach.post(url(seat), posted(draft="1")).status_code == 409


def test_a_form_that_is_refused_keeps_what_was_typed(coach: Client, seat: Seat) -> None:
    response = coach.post(url(seat), posted(minutes="many", covered="Long words."))

    assert response.status_code == 422
    assert "Long words." in response.content.decode()


def test_the_second_editor_reads_both_texts_and_may_then_save(coach: Client, seat: Seat) -> None:
    coach.post(url(seat), posted(covered="What Clara saved."))

    response = coach.post(url(seat), posted(covered="What I was writing."))

    page = response.content.decode()
    assert response.status_code == 409
    assert "What Clara saved." in page
    assert "What I was writing." in page
    again = coach.post(url(seat), posted(covered="Both of them.", base=value(page, "base")))
    assert again.status_code == 302
    assert CoachingReport.objects.get(seat=seat).covered == "Both of them."


def test_changed_minutes_ask_why(coach: Client, seat: Seat) -> None:
    coach.post(url(seat), posted())
    refused = coach.post(url(seat), posted(base=1, minutes=20))
    assert refused.status_code == 422
    assert 'id="id_reason_error"' in refused.content.decode()

    assert coach.post(url(seat), posted(base=1, minutes=20, reason="The line was cut.")).status_code == 302
    counter = HourEntry.objects.get(activity_id=seat.public_id, corrects__isnull=False)
    assert (counter.credited_minutes, counter.reason) == (-20, "The line was cut.")


def test_there_is_no_report_before_the_appointment(coach: Client, world: World) -> None:
    to_come = SeatFactory(enrolment=world.a.enrolment, appointment=AppointmentFactory(coach=world.a.coach))

    assert "has not begun yet" in coach.get(url(to_come)).content.decode()
    assert coach.post(url(to_come), posted()).status_code == 422
    assert not CoachingReport.objects.filter(seat=to_come).exists()


# --- Reading ----------------------------------------------------------------------------------------------------------

WORDS = ("covered", "learnt", "difficulty")


@pytest.mark.parametrize(
    ("role", "words", "step"),
    [
        ("coach", True, True),
        ("learner", True, True),
        ("manager", False, True),
        ("auditor", False, False),
        ("classmate", None, None),
    ],
)
def test_everybody_reads_her_part(world: World, role: str, words: bool | None, step: bool | None) -> None:
    shown = reverse("coaching:report-shown", args=[world.a.report.public_id])
    response = client_for(getattr(world.a, role)).get(shown)

    if words is None:
        assert response.status_code == 404
        return
    page = response.content.decode()
    assert all((f"CANARY-A-{word}" in page) is words for word in WORDS)
    assert ("CANARY-A-step" in page) is step
    assert "40 / 45" in page


def test_what_is_not_shared_does_not_exist_for_the_learner(world: World) -> None:
    CoachingReport.objects.update(is_shared=False)
    shown = reverse("coaching:report-shown", args=[world.a.report.public_id])

    assert client_for(world.a.learner).get(shown).status_code == 404
    assert client_for(world.a.coach).get(shown).status_code == 200
    listed = client_for(world.a.learner).get(reverse("coaching:appointments")).content.decode()
    assert "CANARY-A-step" not in listed


def test_the_history_shows_what_changed_to_staff_alone(world: World) -> None:
    report = world.a.report
    said = Wording(
        Presence.ATTENDED, Presence.ATTENDED, minutes=40, covered="CANARY-A-covered again", next_step="CANARY-A-step"
    )
    write_report(seat=report.seat, base=1, wording=said, actor=world.a.coach, now=timezone.now())
    shown = reverse("coaching:report-shown", args=[report.public_id])

    page = client_for(world.a.coach).get(shown).content.decode()
    assert "<ins> again</ins>" in page
    assert "<del>CANARY-A-learnt</del>" in page
    assert "<del>" not in client_for(world.a.learner).get(shown).content.decode()


# --- Signing ----------------------------------------------------------------------------------------------------------


def test_one_tap_signs_what_was_shown(world: World) -> None:
    CohortCoaching.objects.update_or_create(cohort=world.a.cohort, defaults={"is_countersigned": True})
    shown = reverse("coaching:report-shown", args=[world.a.report.public_id])
    sign = reverse("coaching:report-sign", args=[world.a.report.public_id])
    learner = client_for(world.a.learner)
    assert sign in learner.get(shown).content.decode()

    assert learner.post(sign, {"revision": "7"}).status_code == 409
    assert learner.post(sign, {"revision": "1"}).status_code == 302
    assert client_for(world.a.coach).post(sign, {"revision": "1"}).status_code == 302

    digests = list(ReportSignature.objects.values_list("digest", flat=True))
    page = learner.get(shown).content.decode()
    assert len(digests) == 2
    assert all(digest in page for digest in digests)
    assert sign not in page
    for role in ("classmate", "manager", "auditor"):
        assert client_for(getattr(world.a, role)).post(sign, {"revision": "1"}).status_code == 404


def test_nobody_signs_where_it_is_not_asked(world: World) -> None:
    sign = reverse("coaching:report-sign", args=[world.a.report.public_id])

    assert client_for(world.a.learner).post(sign, {"revision": "1"}).status_code == 409
    assert not ReportSignature.objects.exists()


# --- What follows -----------------------------------------------------------------------------------------------------


def test_a_learner_ticks_hers_and_nobody_else_s(world: World) -> None:
    url = reverse("coaching:task", args=[world.a.task.public_id])
    for role in ("classmate", "manager"):
        assert client_for(getattr(world.a, role)).post(url).status_code == 404
    assert client_for(world.b.coach).post(url).status_code == 404

    for there in ("//elsewhere.example", "nowhere"):
        led = client_for(world.a.learner).post(url, {"next": there})
        assert led["Location"] == reverse("coaching:appointments")
    world.a.task.refresh_from_db()
    assert world.a.task.done_by == world.a.learner

    client_for(world.a.coach).post(url, {"done": "0"})
    world.a.task.refresh_from_db()
    assert world.a.task.done_at is None


def test_a_coach_s_task_is_not_the_learner_s_to_tick(world: World) -> None:
    FollowUpTask.objects.update(owner="coach")

    assert client_for(world.a.learner).post(reverse("coaching:task", args=[world.a.task.public_id])).status_code == 404


def test_the_goal_is_in_her_words(world: World) -> None:
    learner = client_for(world.a.learner)
    assert "CANARY-A-goal" in learner.get(reverse("coaching:goal")).content.decode()

    learner.post(reverse("coaching:goal"), {"text": "Open a workshop."})
    assert [goal.text for goal in world.a.enrolment.goals.filter(closed_at=None)] == ["Open a workshop."]


def test_a_coach_who_leaves_the_cohort_loses_the_file_at_once(world: World) -> None:
    coach = client_for(world.a.coach)
    person = reverse("coaching:person", args=[world.a.enrolment.public_id])
    assert coach.get(person).status_code == 200

    world.a.cohort.staff.all().delete()
    world.a.cohort.enrolments.update(coach=None)

    assert coach.get(person).status_code == 404
    assert coach.get(reverse("coaching:desk")).status_code == 404
    other = MetSeatFactory(enrolment=world.a.classmate_enrolment)
    assert coach.get(url(other)).status_code == 404
