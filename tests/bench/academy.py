"""Fills a database with an academy of a given size, and says where its measured learner stands.

Run by itself, in the site whose environment it is given: `python -m tests.bench.academy LESSONS LEARNERS LONG_TRACK`.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

import django

django.setup()

from allauth.account.models import EmailAddress  # noqa: E402 - models are loaded only now
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from courses.enums import LessonState  # noqa: E402
from courses.models import LessonPage, LessonProgress, QuizAnswer, QuizAttempt  # noqa: E402
from lms.accounts.models import User  # noqa: E402
from lms.evidence.enums import ActivityKind  # noqa: E402
from lms.evidence.models import HourEntry, MeasuredTime  # noqa: E402
from lms.evidence.seals import line_digest  # noqa: E402
from lms.kit.ids import uuid7  # noqa: E402
from lms.programmes.enums import EnrolmentState  # noqa: E402
from lms.programmes.models import Cohort, Enrolment, Track  # noqa: E402
from tests import factories  # noqa: E402
from tests.bench.sites import Learner  # noqa: E402

LESSONS_OF_A_COURSE = 10
LESSONS_OF_A_MODULE = 5
DONE = 4
"""Lessons that every learner has finished; she is in the next one."""

PARAGRAPH = (
    "<p>Une personne qui n’ose pas toucher la souris n’a pas besoin d’un cours d’informatique. Elle a besoin qu’on "
    "s’assoie à côté d’elle, qu’on lui laisse le clavier, et qu’on attende. <b>Montrez du doigt</b>, dites le nom de "
    "ce que vous montrez, puis taisez-vous le temps qu’elle essaie. Si elle se trompe, demandez-lui ce qu’elle "
    "voulait faire ; la réponse vous apprendra plus que l’erreur.</p>"
)


def fill(*, lessons: int, learners: int) -> Learner:
    """`lessons` in courses of ten, one track a course, and `learners` spread evenly over the tracks, half-way through.

    So every learner's own track has ten lessons, however large the academy is.
    """
    now = timezone.now()
    provider = factories.TrainingProviderFactory()
    block = factories.CompetencyBlockFactory()
    courses = [_course(block) for _ in range(lessons // LESSONS_OF_A_COURSE)]
    partners = [factories.PartnerFactory(provider=provider) for _ in range(min(10, len(courses)))]
    cohorts = [
        factories.CohortFactory(partner=partners[rank % len(partners)], track=track)
        for rank, (track, _) in enumerate(courses)
    ]
    coach = factories.UserFactory()
    per_cohort = learners // len(cohorts)
    for cohort, (_, pages) in zip(cohorts, courses, strict=True):
        _learners(cohort, pages, coach, per_cohort, now)
    # In the middle: neither the first nor the last rows of any table.
    cohort, (_, pages) = cohorts[len(cohorts) // 2], courses[len(courses) // 2]
    return _sign_in(cohort.enrolments.order_by("pk")[per_cohort // 2], pages)


def long_track(*, lessons: int) -> Learner:
    """One more track, of many lessons in modules of ten, and one learner in it."""
    track, pages = _course(factories.CompetencyBlockFactory(), lessons=lessons, per_module=10)
    cohort = factories.CohortFactory(track=track)
    _learners(cohort, pages, factories.UserFactory(), 1, timezone.now())
    return _sign_in(cohort.enrolments.get(), pages)


def _course(
    block: models.Model, *, lessons: int = LESSONS_OF_A_COURSE, per_module: int = LESSONS_OF_A_MODULE
) -> tuple[Track, list[LessonPage]]:
    course = factories.CoursePageFactory(block=block)
    track = factories.TrackFactory(block=block)
    questions = [factories.QuestionFactory() for _ in range(5)]
    pages = []
    for number in range(lessons // per_module):
        module = factories.ModulePageFactory(parent=course)
        factories.TrackModuleFactory(track=track, module=module, order=number + 1)
        for _ in range(per_module):
            body = [
                factories.text_block(f"<h2>Se mettre à la place de la personne</h2>{PARAGRAPH * 3}"),
                {
                    "type": "callout",
                    "id": str(uuid7()),
                    "value": {"tone": "warn", "title": "Ne prenez pas la souris", "text": PARAGRAPH},
                },
                factories.text_block(f"<h2>Dire ce que l’on fait</h2>{PARAGRAPH * 3}<ul>{'<li>Saluer</li>' * 5}</ul>"),
                factories.reflection_block(),
                factories.quiz_block(*questions),
            ]
            pages.append(factories.LessonPageFactory(parent=module, body=body))
    return track, pages


def _learners(cohort: Cohort, pages: list[LessonPage], coach: User, count: int, now: datetime) -> None:
    """People in the middle of their track: four lessons done and credited, one open with its quiz begun."""
    first = User.objects.count()
    people = User.objects.bulk_create(
        User(email=f"learner{n}@example.org", display_name=f"Lina Martin {n}", password="!")
        for n in range(first, first + count)
    )
    EmailAddress.objects.bulk_create(EmailAddress(user=p, email=p.email, verified=True, primary=True) for p in people)
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(learner=person, cohort=cohort, state=EnrolmentState.ACTIVE, coach=coach) for person in people
    )
    done, current = pages[:DONE], pages[DONE]
    dates = [now - timedelta(days=DONE - rank) for rank in range(DONE)]
    LessonProgress.objects.bulk_create(
        LessonProgress(
            enrolment=enrolment, lesson=page, state=LessonState.DONE, started_at=at, opened_at=at, completed_at=at
        )
        for enrolment in enrolments
        for page, at in zip(done, dates, strict=True)
    )
    LessonProgress.objects.bulk_create(
        LessonProgress(enrolment=enrolment, lesson=current, position=current.body.raw_data[2]["id"])
        for enrolment in enrolments
    )
    HourEntry.objects.bulk_create(_credits(enrolments, done, dates))
    MeasuredTime.objects.bulk_create(
        MeasuredTime(
            enrolment=enrolment,
            activity_kind=ActivityKind.LESSON,
            activity_id=page.public_id,
            day=at.date(),
            seconds=800,
        )
        for enrolment in enrolments
        for page, at in zip(done, dates, strict=True)
    )
    _answers(enrolments, current)


def _credits(enrolments: list[Enrolment], done: list[LessonPage], dates: list[datetime]) -> Iterator[HourEntry]:
    for enrolment in enrolments:
        for page, at in zip(done, dates, strict=True):
            entry = factories.HourEntryFactory.build(enrolment=enrolment, activity_id=page.public_id, happened_at=at)
            entry.digest = line_digest(entry)
            yield entry


def _answers(enrolments: list[Enrolment], lesson: LessonPage) -> None:
    quiz = lesson.body.raw_data[-1]
    questions = [item["value"] for item in quiz["value"]["questions"]]
    attempts = QuizAttempt.objects.bulk_create(
        QuizAttempt(
            enrolment=enrolment,
            lesson=lesson,
            quiz_id=UUID(quiz["id"]),
            number=1,
            question_ids=questions,
            pass_percent=60,
            seed=enrolment.pk,
        )
        for enrolment in enrolments
    )
    QuizAnswer.objects.bulk_create(
        QuizAnswer(attempt=attempt, question_id=questions[0], response={"choice": 1}) for attempt in attempts
    )


def _sign_in(enrolment: Enrolment, pages: list[LessonPage]) -> Learner:
    learner = enrolment.learner
    session = SessionStore()
    session[SESSION_KEY] = str(learner.pk)
    session[BACKEND_SESSION_KEY] = "lms.accounts.backends.AcademyBackend"
    session[HASH_SESSION_KEY] = learner.get_session_auth_hash()
    session.create()
    assert session.session_key
    attempt = enrolment.quiz_attempts.get()
    return Learner(
        session=session.session_key,
        lesson=reverse("courses:lesson", args=[pages[DONE].public_id]),
        outline=reverse("courses:path"),
        home=reverse("portal:home"),
        question=reverse("courses:quiz-question", args=[attempt.public_id, 2]),
    )


def main() -> None:
    lessons, learners, long = (int(number) for number in sys.argv[1:])
    with transaction.atomic():
        people = [fill(lessons=lessons, learners=learners)]
        if long:
            people.append(long_track(lessons=long))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the planner of a database that has lived knows its tables
    print(json.dumps([asdict(learner) for learner in people]))


if __name__ == "__main__":
    main()
