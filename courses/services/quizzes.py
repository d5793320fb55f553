"""Attempts at a quiz: every answer is saved as it is given, graded by the server, and counted once."""

import secrets
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import grading
from courses.enums import Finish, LessonState
from courses.models import LessonPage, LessonProgress, Question, QuizAnswer, QuizAttempt
from courses.queries.path import path_of
from courses.queries.quizzes import QuizSpec, standings
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.programmes.models import Enrolment

from .progress import LessonClosed, NotFinished, complete_lesson


class NoAttemptLeft(DomainError):
    """All the attempts of a quiz are used."""


class AlreadyAnswered(DomainError):
    """A final answer was given before, and it was another one."""


class AnswerMissing(DomainError):
    """Nothing was answered."""


def start_attempt(*, enrolment: Enrolment, lesson: LessonPage, spec: QuizSpec, now: datetime) -> QuizAttempt:
    """Open an attempt, or return the one already open: a double tap starts one.

    Raises:
        LessonClosed: the lesson is not open to this learner.
        NoAttemptLeft: the quiz counts attempts and none is left.
    """
    step = path_of(enrolment, timezone.localdate(now)).step(lesson.pk)
    if step is None or not step.is_open:
        raise LessonClosed("lesson-closed", _("This lesson is not open yet. Your track tells when it opens."))
    standing = standings(enrolment, [spec])[spec.id]
    if standing.open_attempt:
        return standing.open_attempt
    if not standing.may_start:
        raise NoAttemptLeft("no-attempt-left", _("You have used all your attempts. Your best one counts."))
    seed = secrets.randbelow(2**31)
    known = list(Question.objects.filter(pk__in=spec.question_ids, live=True).values_list("pk", flat=True))
    ordered = [pk for pk in spec.question_ids if pk in known]
    try:
        with transaction.atomic():
            attempt = QuizAttempt.objects.create(
                enrolment=enrolment,
                lesson=lesson,
                quiz_id=spec.id,
                number=len(standing.attempts) + 1,
                question_ids=grading.shuffled(ordered, seed=seed, salt=0, shuffle=spec.shuffle),
                pass_percent=spec.pass_percent,
                seed=seed,
                started_at=now,
            )
            LessonProgress.objects.get_or_create(
                enrolment=enrolment, lesson=lesson, defaults={"started_at": now, "opened_at": now}
            )
            return attempt
    except IntegrityError:
        # Two taps at once: the other request opened it.
        return QuizAttempt.objects.get(enrolment=enrolment, quiz_id=spec.id, finished_at__isnull=True)


def save_draft(*, attempt: QuizAttempt, question: Question, response: dict[str, Any], now: datetime) -> None:
    """Keep what is being answered; a final answer is left alone."""
    if attempt.finished_at is not None:
        return
    answer, created = QuizAnswer.objects.get_or_create(
        attempt=attempt, question=question, defaults={"response": response, "saved_at": now}
    )
    if not created:
        QuizAnswer.objects.filter(pk=answer.pk, final_at__isnull=True).update(response=response, saved_at=now)


def answer_question(
    *, attempt: QuizAttempt, question: Question, response: dict[str, Any], actor: User, now: datetime
) -> QuizAnswer:
    """Make an answer final and grade it; the last one ends the attempt and may finish the lesson.

    Idempotent: the same answer sent again (double tap, network cut) returns the first result.

    Raises:
        AnswerMissing: nothing was answered.
        AlreadyAnswered: another answer was final before.
    """
    if grading.is_empty(question, response):
        raise AnswerMissing("answer-missing", _("Choose or write an answer first."))
    with transaction.atomic():
        # The attempt is the lock: two devices answer one after the other.
        attempt = QuizAttempt.objects.select_for_update().get(pk=attempt.pk)
        answer = QuizAnswer.objects.filter(attempt=attempt, question=question).first()
        if answer is not None and answer.final_at is not None:
            kept = {key: value for key, value in answer.response.items() if key != "said"}
            if kept != response:
                words = _("You had already answered this question. That answer is kept.")
                raise AlreadyAnswered("already-answered", words)
            return answer
        answer = answer or QuizAnswer(attempt=attempt, question=question)
        answer.response = response | {"said": grading.said(question, response)}
        answer.fraction = grading.mark(question, response).fraction
        answer.saved_at = answer.final_at = now
        answer.save()
        _finish_if_all_answered(attempt, actor, now)
    return answer


def _finish_if_all_answered(attempt: QuizAttempt, actor: User, now: datetime) -> None:
    final = list(attempt.answers.filter(final_at__isnull=False))
    if len(final) < len(attempt.question_ids):
        return
    marked = [answer.fraction for answer in final if answer.fraction is not None]
    score = sum(marked, Decimal(0)) * 100 / len(marked) if marked else Decimal(100)
    attempt.score_percent = score.quantize(Decimal("0.01"))
    attempt.passed = score >= attempt.pass_percent
    attempt.finished_at = now
    attempt.save(update_fields=["score_percent", "passed", "finished_at"])
    if attempt.passed and attempt.lesson.finish == Finish.QUIZ:
        done = LessonProgress.objects.filter(
            enrolment=attempt.enrolment, lesson=attempt.lesson, state=LessonState.DONE
        ).exists()
        if not done:
            try:
                complete_lesson(enrolment=attempt.enrolment, lesson=attempt.lesson, actor=actor, now=now)
            except NotFinished:
                return  # another quiz of the lesson waits
