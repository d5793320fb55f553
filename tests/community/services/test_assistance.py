"""Answers of the team to learners are dated proofs of assistance, with the time the learner waited."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from community.models import Post, Thread
from community.services.assistance import note_answer, note_taken_back
from lms.accounts.models import User
from lms.evidence.models import Assistance
from lms.evidence.seals import assistance_digest
from lms.programmes.enums import CohortRole, EnrolmentState
from lms.programmes.models import Enrolment
from tests.community.factories import PostFactory, ThreadFactory
from tests.factories import CohortStaffFactory, EnrolmentFactory, UserFactory

NOW = datetime(2026, 3, 10, 21, 0, tzinfo=UTC)


@pytest.fixture
def enrolment(db: None) -> Enrolment:
    row: Enrolment = EnrolmentFactory()
    return row


@pytest.fixture
def coach(enrolment: Enrolment) -> User:
    user: User = UserFactory(display_name="Clara Dubois")
    CohortStaffFactory(cohort=enrolment.cohort, user=user)
    return user


@pytest.fixture
def question(enrolment: Enrolment) -> Thread:
    thread: Thread = ThreadFactory(author=enrolment.learner, title="Comment aider Ali ?", created_at=NOW)
    return thread


def said(thread: Thread, author: User, minutes: int, **fields: object) -> Post:
    post: Post = PostFactory(thread=thread, author=author, created_at=NOW + timedelta(minutes=minutes), **fields)
    return post


def test_a_coachs_answer_is_written_with_its_delay(enrolment: Enrolment, coach: User, question: Thread) -> None:
    answer = said(question, coach, 90)

    line = note_answer(answer, NOW)

    assert line is not None
    assert (line.enrolment, line.helper, line.helper_role) == (enrolment, coach, CohortRole.COACH)
    assert (line.subject, line.delay_minutes) == ("Comment aider Ali ?", 90)
    assert line.digest == assistance_digest(line)
    assert note_answer(answer, NOW) == line
    assert Assistance.objects.count() == 1


def test_the_delay_runs_from_what_was_not_answered_yet(coach: User, question: Thread) -> None:
    note_answer(said(question, coach, 10), NOW)
    more = note_answer(said(question, coach, 12), NOW)
    said(question, question.author, 60)
    said(question, question.author, 70)
    again = note_answer(said(question, coach, 80), NOW)

    assert more is not None
    assert more.delay_minutes is None
    assert again is not None
    assert again.delay_minutes == 20


def test_nobody_elses_words_are_proof(enrolment: Enrolment, coach: User, question: Thread) -> None:
    classmate = EnrolmentFactory(cohort=enrolment.cohort).learner
    of_the_team = ThreadFactory(author=coach, created_at=NOW)

    assert note_answer(said(question, question.author, 1), NOW) is None
    assert note_answer(said(question, classmate, 2), NOW) is None
    assert note_answer(said(of_the_team, coach, 3), NOW) is None
    assert note_answer(said(of_the_team, UserFactory(), 4), NOW) is None


@pytest.mark.parametrize("state", [EnrolmentState.ALUMNI, EnrolmentState.WITHDRAWN, EnrolmentState.PENDING])
def test_who_is_not_in_training_is_helped_without_proof(
    enrolment: Enrolment, coach: User, question: Thread, state: EnrolmentState
) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(state=state)

    assert note_answer(said(question, coach, 5), NOW) is None


def test_a_reply_helps_the_one_it_answers(enrolment: Enrolment, coach: User, question: Thread) -> None:
    other = EnrolmentFactory(cohort=enrolment.cohort)
    asked = said(question, other.learner, 30)
    line = note_answer(said(question, coach, 45, reply_to=asked), NOW)

    assert line is not None
    assert (line.enrolment, line.delay_minutes) == (other, 15)


def test_a_trainer_of_another_cohort_helps_too(enrolment: Enrolment, question: Thread) -> None:
    trainer = CohortStaffFactory(role=CohortRole.TRAINER).user
    line = note_answer(said(question, trainer, 5), NOW)

    assert line is not None
    assert (line.enrolment, line.helper_role) == (enrolment, CohortRole.TRAINER)


def test_an_answer_taken_back_keeps_its_line_and_gets_another(coach: User, question: Thread) -> None:
    answer = said(question, coach, 5)
    line = note_answer(answer, NOW)
    note_taken_back(answer, NOW)
    note_taken_back(answer, NOW)
    note_taken_back(said(question, question.author, 6), NOW)

    assert Assistance.objects.filter(takes_back=line).count() == 1
    assert Assistance.objects.count() == 2


def test_the_database_refuses_to_change_a_proof(coach: User, question: Thread) -> None:
    note_answer(said(question, coach, 5), NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Assistance.objects.update(subject="Autre")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assistance.objects.all()._raw_delete("default")
