"""Attempts: one open at a time, every answer counted once, the best one kept, the clock of the server only."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from courses.models import QuizAnswer, QuizAttempt
from courses.queries.quizzes import quizzes_in, standings
from courses.services.quizzes import (
    AlreadyAnswered,
    AnswerMissing,
    NoAttemptLeft,
    answer_question,
    save_draft,
    start_attempt,
)
from lms.evidence.models import HourEntry
from tests.classroom import make_classroom


def start(classroom, now):
    spec = quizzes_in(classroom.quizzed)[0]
    return start_attempt(enrolment=classroom.enrolment, lesson=classroom.quizzed, spec=spec, now=now)


def right(question):
    good = [a.pk for a in question.answers.all() if a.fraction > 0]
    return {"choice": good[0]} if question.kind == "single" else {"choices": good}


def wrong(question):
    bad = next(a.pk for a in question.answers.all() if a.fraction <= 0)
    return {"choice": bad} if question.kind == "single" else {"choices": [bad]}


def answer(classroom, attempt, question, response, now):
    return answer_question(attempt=attempt, question=question, response=response, actor=classroom.learner, now=now)


def set_max_attempts(classroom, number):
    body = list(classroom.quizzed.body.raw_data)
    body[1]["value"]["max_attempts"] = number
    classroom.quizzed.body = body
    classroom.quizzed.save()


def test_a_double_tap_starts_one_attempt(classroom, now):
    assert start(classroom, now) == start(classroom, now)
    assert QuizAttempt.objects.count() == 1


def test_a_draft_is_kept_and_graded_only_when_final(classroom, now):
    attempt, question = start(classroom, now), classroom.questions[0]
    save_draft(attempt=attempt, question=question, response=wrong(question), now=now)
    save_draft(attempt=attempt, question=question, response=right(question), now=now)
    kept = QuizAnswer.objects.get()
    assert (kept.response, kept.fraction, kept.final_at) == (right(question), None, None)


def test_a_draft_sent_late_does_not_touch_a_final_answer(classroom, now):
    attempt, question = start(classroom, now), classroom.questions[0]
    answer(classroom, attempt, question, right(question), now)
    save_draft(attempt=attempt, question=question, response=wrong(question), now=now)
    assert QuizAnswer.objects.get().fraction == 1


def test_the_same_answer_again_is_the_same_answer(classroom, now):
    attempt, question = start(classroom, now), classroom.questions[0]
    first = answer(classroom, attempt, question, right(question), now)
    again = answer(classroom, attempt, question, right(question), now + timedelta(minutes=1))
    assert (again.pk, again.final_at) == (first.pk, first.final_at)


def test_another_answer_afterwards_is_refused_and_the_first_kept(classroom, now):
    attempt, question = start(classroom, now), classroom.questions[0]
    answer(classroom, attempt, question, wrong(question), now)
    with pytest.raises(AlreadyAnswered):
        answer(classroom, attempt, question, right(question), now)
    assert QuizAnswer.objects.get().fraction == 0


def test_an_empty_answer_is_refused(classroom, now):
    with pytest.raises(AnswerMissing):
        answer(classroom, start(classroom, now), classroom.questions[0], {"choice": None}, now)


def test_the_best_attempt_counts(classroom, now):
    first = start(classroom, now)
    for question in classroom.questions:
        answer(classroom, first, question, wrong(question), now)
    second = start(classroom, now)
    for question in classroom.questions:
        answer(classroom, second, question, right(question), now)
    third = start(classroom, now)
    for question in classroom.questions:
        answer(classroom, third, question, wrong(question), now)
    spec = quizzes_in(classroom.quizzed)[0]
    standing = standings(classroom.enrolment, [spec])[spec.id]
    assert standing.passed
    assert standing.best == second
    assert [a.score_percent for a in standing.attempts] == [0, 100, 0]


def test_attempts_are_counted_when_the_quiz_counts_them(classroom, now):
    set_max_attempts(classroom, 1)
    attempt = start(classroom, now)
    for question in classroom.questions:
        answer(classroom, attempt, question, wrong(question), now)
    with pytest.raises(NoAttemptLeft):
        start(classroom, now)


def test_what_was_answered_survives_a_new_wording(classroom, now):
    attempt, question = start(classroom, now), classroom.questions[0]
    given = answer(classroom, attempt, question, right(question), now)
    question.answers.update(text="Autre chose")
    given.refresh_from_db()
    assert given.response["said"] == ["Paris"]


@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_answers_are_one(now):
    classroom = make_classroom()
    attempt = start(classroom, now)
    for question in classroom.questions[:-1]:
        answer(classroom, attempt, question, right(question), now)
    question = classroom.questions[-1]
    response = right(question)

    def send(_):
        try:
            return answer(classroom, attempt, question, response, now).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(send, range(20)))) == 1
    assert QuizAnswer.objects.filter(question=question).count() == 1
    assert HourEntry.objects.count() == 1
