"""Finishing lessons: state, hours, attestation; never twice, never too early, never locked again."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from courses.enums import CourseOrder, LessonState
from courses.models import LessonProgress, TrackModule
from courses.queries.path import path_of
from courses.queries.quizzes import quizzes_in
from courses.services.progress import LessonClosed, NotFinished, complete_lesson, touch_lesson, write_reflection
from courses.services.quizzes import answer_question, start_attempt
from lms.evidence.enums import EvidenceSource
from lms.evidence.models import Attestation, HourEntry, MeasuredTime
from tests.classroom import make_classroom
from tests.factories import LessonPageFactory


def finish(classroom, lesson, now):
    return complete_lesson(enrolment=classroom.enrolment, lesson=lesson, actor=classroom.learner, now=now)


def pass_quiz(classroom, now):
    spec = quizzes_in(classroom.quizzed)[0]
    attempt = start_attempt(enrolment=classroom.enrolment, lesson=classroom.quizzed, spec=spec, now=now)
    for question in classroom.questions:
        right = [a.pk for a in question.answers.all() if a.fraction > 0]
        response = {"choice": right[0]} if question.kind == "single" else {"choices": right}
        answer_question(attempt=attempt, question=question, response=response, actor=classroom.learner, now=now)
    attempt.refresh_from_db()
    return attempt


def states(classroom):
    path = path_of(classroom.enrolment, timezone.localdate())
    return [path.step(lesson.pk).state for lesson in (classroom.reading, classroom.quizzed, classroom.last)]


def test_finishing_a_lesson_credits_its_planned_minutes(classroom, now):
    finish(classroom, classroom.reading, now)
    entry = HourEntry.objects.get()
    assert (entry.enrolment, entry.activity_id) == (classroom.enrolment, classroom.reading.public_id)
    assert (entry.planned_minutes, entry.credited_minutes) == (15, 15)
    assert entry.source == EvidenceSource.DECLARED
    assert entry.course_id == classroom.course.public_id


def test_finishing_twice_changes_nothing(classroom, now):
    first = finish(classroom, classroom.reading, now)
    again = finish(classroom, classroom.reading, now + timedelta(hours=1))
    assert again.completed_at == first.completed_at
    assert HourEntry.objects.count() == 1


def test_a_lesson_with_questions_is_finished_by_passing_them(classroom, now):
    with pytest.raises(NotFinished):
        finish(classroom, classroom.quizzed, now)
    assert not HourEntry.objects.exists()
    assert pass_quiz(classroom, now).passed
    entry = HourEntry.objects.get()
    assert (entry.credited_minutes, entry.source) == (20, EvidenceSource.OBSERVED)


def test_the_last_lesson_brings_the_attestation(classroom, now):
    finish(classroom, classroom.reading, now)
    pass_quiz(classroom, now)
    assert not Attestation.objects.exists()
    finish(classroom, classroom.last, now)
    attestation = Attestation.objects.get()
    assert attestation.enrolment == classroom.enrolment
    assert attestation.paper["course_title"] == classroom.course.title
    assert (attestation.paper["planned_minutes"], attestation.paper["credited_minutes"]) == (45, 45)


def test_an_optional_module_is_not_waited_for(classroom, now):
    TrackModule.objects.filter(module=classroom.second).update(required=False)
    finish(classroom, classroom.reading, now)
    pass_quiz(classroom, now)
    assert Attestation.objects.get().paper["planned_minutes"] == 35


def test_a_lesson_outside_the_track_is_closed(classroom, now):
    with pytest.raises(LessonClosed):
        finish(classroom, LessonPageFactory(), now)


def test_in_order_one_lesson_opens_the_next_and_nothing_closes_again(db, now):
    classroom = make_classroom(order=CourseOrder.SEQUENTIAL)
    assert states(classroom) == [LessonState.TODO, LessonState.LOCKED, LessonState.LOCKED]
    with pytest.raises(LessonClosed):
        finish(classroom, classroom.last, now)
    finish(classroom, classroom.reading, now)
    pass_quiz(classroom, now)
    finish(classroom, classroom.last, now)
    assert states(classroom) == [LessonState.DONE] * 3
    # An editor slips a new lesson in at the front of the last module: what was done stays open.
    LessonPageFactory(parent=classroom.first)
    assert states(classroom) == [LessonState.DONE] * 3


def test_a_module_opens_on_its_day(classroom, now):
    cohort = classroom.enrolment.cohort
    wait = (timezone.localdate() - cohort.starts_on).days + 3
    TrackModule.objects.filter(module=classroom.second).update(opens_after_days=wait)
    assert states(classroom)[2] == LessonState.LOCKED
    with pytest.raises(LessonClosed):
        finish(classroom, classroom.last, now)


def test_touch_remembers_the_place_and_counts_the_seconds(classroom, now):
    place = "b-0198c0de-0000-7000-8000-000000000001"
    touch_lesson(enrolment=classroom.enrolment, lesson=classroom.reading, position=place, seconds=25, now=now)
    progress = LessonProgress.objects.get()
    assert (progress.position, progress.state) == (place, LessonState.STARTED)
    assert MeasuredTime.objects.get().seconds == 25
    assert path_of(classroom.enrolment, timezone.localdate()).current.node.pk == classroom.reading.pk


def test_touch_never_reopens_a_finished_lesson(classroom, now):
    finish(classroom, classroom.reading, now)
    touch_lesson(enrolment=classroom.enrolment, lesson=classroom.reading, position="b-1", seconds=0, now=now)
    assert LessonProgress.objects.get().state == LessonState.DONE


def test_a_note_is_kept_for_its_learner_alone(classroom, now):
    block = next(b for b in classroom.reading.body.raw_data if b["type"] == "reflection")
    write = {"learner": classroom.learner, "lesson": classroom.reading, "block_id": UUID(block["id"]), "now": now}
    write_reflection(text="Josiane.", **write)
    note = write_reflection(text="Josiane, et ma mère.", **write)
    assert note.text == "Josiane, et ma mère."
    assert classroom.learner.reflections.count() == 1
    with pytest.raises(NotFinished):
        write_reflection(text="x", **(write | {"block_id": UUID(int=1)}))
