"""What the demo's learners have already done, through the same services as everybody's."""

import random
from datetime import datetime, timedelta

from django.utils import timezone

from courses.enums import Finish
from courses.models import LessonPage, Question
from courses.queries.path import path_of
from courses.queries.quizzes import quizzes_in
from courses.services.progress import complete_lesson, touch_lesson
from courses.services.quizzes import answer_question, start_attempt
from lms.evidence.enums import ActivityKind
from lms.evidence.services import observe
from lms.programmes.models import Enrolment

from .responses import response

_EVENING = timedelta(hours=18, minutes=40)
_BEAT = 60  # seconds


def follow(enrolment: Enrolment, *, lessons_done: int, now: datetime) -> None:
    """Finish the first lessons of the track, one evening after another, and open the next one."""
    steps = path_of(enrolment, timezone.localdate(now)).steps
    lessons = LessonPage.objects.in_bulk([step.node.pk for step in steps[: lessons_done + 1]])
    evenings = _evenings(enrolment, lessons_done + 1, now)
    chance = random.Random(enrolment.learner.email)  # noqa: S311 - the same story at each loading
    for step, at in zip(steps[:lessons_done], evenings, strict=False):
        _finish(enrolment, lessons[step.node.pk], at, chance)
    if lessons_done < len(steps):
        waiting = lessons[steps[lessons_done].node.pk]
        blocks = waiting.body.raw_data
        touch_lesson(
            enrolment=enrolment,
            lesson=waiting,
            position=f"b-{blocks[len(blocks) // 2]['id']}",
            seconds=_BEAT,
            now=evenings[-1],
        )


def _evenings(enrolment: Enrolment, count: int, now: datetime) -> list[datetime]:
    """`count` moments from the second day of the cohort until yesterday evening."""
    midnight = timezone.make_aware(datetime.combine(enrolment.cohort.starts_on, datetime.min.time()))
    first = midnight + timedelta(days=1) + _EVENING
    last = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1) + _EVENING
    gap = (last - first) / max(1, count - 1)
    return [first + gap * rank for rank in range(count)]


def _finish(enrolment: Enrolment, lesson: LessonPage, at: datetime, chance: random.Random) -> None:
    last_block = lesson.body.raw_data[-1]["id"]
    touch_lesson(enrolment=enrolment, lesson=lesson, position="", seconds=_BEAT, now=at)
    for _minute in range(int(lesson.planned_minutes * chance.uniform(0.6, 1.1))):
        at += timedelta(seconds=_BEAT)
        observe(enrolment=enrolment, kind=ActivityKind.LESSON, activity_id=lesson.public_id, seconds=_BEAT, now=at)
    touch_lesson(enrolment=enrolment, lesson=lesson, position=f"b-{last_block}", seconds=0, now=at)
    _answer_quizzes(enrolment, lesson, at, chance)
    if lesson.finish == Finish.READ:
        complete_lesson(enrolment=enrolment, lesson=lesson, actor=enrolment.learner, now=at)


def _answer_quizzes(enrolment: Enrolment, lesson: LessonPage, at: datetime, chance: random.Random) -> None:
    """Answer well, with a slip now and then; a quiz that was not passed is taken again."""
    for spec in quizzes_in(lesson):
        slips = chance.random() < 0.4
        for attempt_rank in range(2):
            attempt = start_attempt(enrolment=enrolment, lesson=lesson, spec=spec, now=at)
            questions = Question.objects.prefetch_related("answers").in_bulk(attempt.question_ids)
            for rank, pk in enumerate(attempt.question_ids):
                at += timedelta(seconds=20)
                answer_question(
                    attempt=attempt,
                    question=questions[pk],
                    response=response(questions[pk], right=not (slips and rank == 1 and attempt_rank == 0)),
                    actor=enrolment.learner,
                    now=at,
                )
            attempt.refresh_from_db()
            if attempt.passed:
                break
