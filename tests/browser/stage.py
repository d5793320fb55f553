"""Sets the stage of the browser's tests in the demo's database, in a process of its own; prints what it made as JSON.

A lesson with a question of each kind, and for each language a learner who has been through it once and started again,
a newcomer, and a coach: the demo's own people are left as they are.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402

from coaching.enums import Presence, SignerRole  # noqa: E402
from coaching.models import Absence, BusyCalendar, DayException, OneOffSlot  # noqa: E402
from courses.enums import Finish, QuestionKind  # noqa: E402
from courses.models import LessonPage, ModulePage, Question, QuizAttempt  # noqa: E402
from courses.queries.path import path_of  # noqa: E402
from courses.queries.quizzes import quizzes_in  # noqa: E402
from courses.services.progress import complete_lesson  # noqa: E402
from courses.services.quizzes import answer_question, start_attempt  # noqa: E402
from lms.accounts.backends import DEMO_PASSWORD  # noqa: E402
from lms.accounts.models import User  # noqa: E402
from lms.evidence.models import SHARE_SALT, Attestation  # noqa: E402
from lms.evidence.services import share_attestation  # noqa: E402
from lms.kit.tokens import token_of  # noqa: E402
from lms.notifications.stops import stop_token  # noqa: E402
from lms.portal.demo.responses import response as known_response  # noqa: E402
from lms.programmes.models import Cohort, Enrolment  # noqa: E402
from seminars.enums import RecordingState  # noqa: E402
from seminars.models import SessionRecording  # noqa: E402
from tests.browser import meet, talk  # noqa: E402
from tests.factories import (  # noqa: E402
    AppointmentFactory,
    AppointmentKindFactory,
    AttestationFactory,
    CohortStaffFactory,
    DiaryFactory,
    EnrolmentFactory,
    FollowUpTaskFactory,
    GoalFactory,
    LessonPageFactory,
    MetSeatFactory,
    NotificationFactory,
    PrivateNoteFactory,
    QuestionFactory,
    ReportFactory,
    SeatFactory,
    UserFactory,
    WeeklyHoursFactory,
    quiz_block,
    reflection_block,
    text_block,
)

TITLE = "Toutes les sortes de questions"
# The rows of `tests.factories`: what is right and what is not, as a response of `courses.grading`.
WORDS = {"short": "un navigateur", "numeric": "3,14", "essay": "Je commence par écouter."}


def stage() -> dict[str, Any]:
    """Everything the tests need to know, ready for JSON."""
    module = ModulePage.objects.live().order_by("path").first()
    lesson = every_kind(module)
    cohort = Cohort.objects.get(name="Promotion Ada")
    coach = User.objects.get(email="clara@example.org")
    told: dict[str, Any] = {
        "lesson": str(lesson.public_id),
        "module": str(module.public_id),
        "cohort": str(cohort.public_id),
        "code": Attestation.objects.get(enrolment__learner__email="louise@example.org").code,
        "kinds": [kind.value for kind in QuestionKind],
    }
    for language in ("fr", "en"):
        staff = person(f"coach-{language}", language, staff_since=timezone.now())
        CohortStaffFactory(cohort=cohort, user=staff)
        for name in (f"learner-{language}", f"newcomer-{language}", f"quick-{language}"):
            EnrolmentFactory(learner=person(name, language), cohort=cohort, coach=coach)
        enrolment = Enrolment.objects.get(learner__email=f"learner-{language}@example.org")
        finished, again = attempt(enrolment, lesson, right=False), attempt(enrolment, lesson, right=None)
        told[language] = {"finished": str(finished.public_id), "open": str(again.public_id)}
        told[language] |= attested(enrolment)
        told[language] |= coached(enrolment, staff)
        told[language] |= a_diary(staff)
        told[language] |= news(enrolment.learner)
        told[language] |= meet.met(language, enrolment, staff)
        told[language] |= rooms(enrolment, person(f"host-{language}", language))
        alumnus = talk.cast(f"alumnus-{language}", language, cohort, coach)
        moderator = talk.moderator(f"moderator-{language}", language)
        told[language] |= talk.talked(language, enrolment.learner, staff, moderator, alumnus)
    for name in ("keys", "plain", "timed-out", "patient"):
        news(EnrolmentFactory(learner=person(name, "fr"), cohort=cohort, coach=coach).learner)
    torn = person("torn", "fr", certificate_name="Tora NORD")
    finish_all_but(lesson, EnrolmentFactory(learner=torn, cohort=cohort, coach=coach))
    bookable(cohort)
    told |= talk.evening(cohort, coach)
    # The film that the demo leaves to its worker would keep it busy for a minute; films have their own tests.
    SessionRecording.objects.filter(state=RecordingState.WAITING).update(state=RecordingState.READY)
    if material := talk.material():
        told |= talk.attacks(material, cohort)
    return told


def attested(enrolment: Enrolment) -> dict[str, str]:
    """An attestation, and a link that shows it."""
    attestation = AttestationFactory(enrolment=enrolment)
    share = share_attestation(attestation=attestation, days=30, label="Mairie", now=timezone.now())
    return {"attestation": str(attestation.public_id), "shared": token_of(SHARE_SALT, share.public_id)}


def finish_all_but(last: LessonPage, enrolment: Enrolment) -> None:
    """One lesson is left of her whole track."""
    now = timezone.now()
    left = [step.node.pk for step in path_of(enrolment, timezone.localdate(now)).steps if step.node.pk != last.pk]
    for lesson in LessonPage.objects.filter(pk__in=left).order_by("path"):
        for spec in quizzes_in(lesson):
            begun = start_attempt(enrolment=enrolment, lesson=lesson, spec=spec, now=now)
            for question in Question.objects.filter(pk__in=begun.question_ids).prefetch_related("answers"):
                given = known_response(question, right=True)
                answer_question(attempt=begun, question=question, response=given, actor=enrolment.learner, now=now)
        if lesson.finish == Finish.READ:
            complete_lesson(enrolment=enrolment, lesson=lesson, actor=enrolment.learner, now=now)


def a_diary(coach: User) -> dict[str, str]:
    """A coach's diary with one row of each sort, and an absence on a day when somebody comes."""
    now, diary = timezone.now(), DiaryFactory(coach=coach)
    WeeklyHoursFactory(diary=diary)
    DayException.objects.create(diary=diary, day=(now + timedelta(days=30)).date())
    later = now + timedelta(days=40)
    absence = Absence.objects.create(diary=diary, starts_at=later, ends_at=later + timedelta(days=1))
    meeting = AppointmentFactory(coach=coach, starts_at=later + timedelta(hours=2))
    SeatFactory(appointment=meeting)
    OneOffSlot.objects.create(diary=diary, kind=meeting.kind, starts_at=now + timedelta(days=9))
    BusyCalendar.objects.create(diary=diary, name="Maison", address="https://calendar.example/a.ics", read_at=now)
    return {"absence": str(absence.public_id)}


def bookable(cohort: Cohort) -> None:
    """A coach open every day, and three people who may book her."""
    diary = DiaryFactory(coach=person("diarist", "fr"), minimum_notice=60)
    for weekday in range(7):
        WeeklyHoursFactory(diary=diary, weekday=weekday)
    AppointmentKindFactory(order=0)
    for name in ("booker-phone", "booker-keys", "booker-plain"):
        EnrolmentFactory(learner=person(name, "fr"), cohort=cohort, coach=diary.coach)


def news(learner: User) -> dict[str, str]:
    """Two pieces of news to read, one read, and the link of a mail that turns the summary off."""
    NotificationFactory.create_batch(2, recipient=learner)
    NotificationFactory(recipient=learner, read_at=timezone.now())
    return {"stop": stop_token(learner, None)}


def rooms(enrolment: Enrolment, host: User) -> dict[str, str]:
    """An appointment that is going on, one in two hours, one that is over."""
    now = timezone.now()
    hours = {"room": 0, "early_room": 2, "past_room": -2}
    return {name: appointment(enrolment, host, now + timedelta(hours=after)) for name, after in hours.items()}


def appointment(enrolment: Enrolment, host: User, starts_at: datetime) -> str:
    ends_at = starts_at + timedelta(hours=1)
    made = AppointmentFactory(coach=host, kind__name="Point d’étape", starts_at=starts_at, ends_at=ends_at)
    return str(SeatFactory(appointment=made, enrolment=enrolment).appointment.public_id)


def coached(enrolment: Enrolment, coach: User) -> dict[str, str]:
    """Two appointments of last week: one with its report, one whose report is still to be written."""
    report = ReportFactory(seat=MetSeatFactory(enrolment=enrolment, appointment__coach=coach))
    day_after = report.seat.starts_at + timedelta(days=1)
    unwritten = MetSeatFactory(
        enrolment=enrolment, appointment__coach=coach, appointment__starts_at=day_after, presence=Presence.UNKNOWN
    )
    FollowUpTaskFactory(enrolment=enrolment)
    FollowUpTaskFactory(enrolment=enrolment, owner=SignerRole.COACH)
    GoalFactory(enrolment=enrolment)
    PrivateNoteFactory(enrolment=enrolment, author=coach)
    return {
        "person": str(enrolment.public_id),
        "report": str(report.public_id),
        "unwritten": str(unwritten.public_id),
    }


def every_kind(module: ModulePage) -> LessonPage:
    questions = [QuestionFactory(name=f"Sorte {kind}", kind=kind) for kind in QuestionKind]
    words = "".join(f"<p>{n}. Une phrase courte, puis une autre. {'Lire lentement. ' * 30}</p>" for n in range(1, 7))
    body = [
        text_block(f"<h2>Lire</h2>{words}"),
        text_block(f"<h2>Relire</h2>{words}"),
        reflection_block("À qui pensez-vous en lisant ?"),
        text_block(f"<h2>Retenir</h2>{words}"),
        quiz_block(*questions),
    ]
    lesson: LessonPage = LessonPageFactory(
        parent=module, title=TITLE, slug="toutes-les-sortes", finish=Finish.QUIZ, body=body, planned_minutes=20
    )
    return lesson


def person(name: str, language: str, **fields: Any) -> User:
    user: User = UserFactory(
        email=f"{name}@example.org", display_name=name.title(), language=language, password=DEMO_PASSWORD, **fields
    )
    return user


def attempt(enrolment: Enrolment, lesson: LessonPage, *, right: bool | None) -> QuizAttempt:
    """An attempt answered right, wrong from end to end, or (None) only started."""
    now = timezone.now()
    [spec] = quizzes_in(lesson)
    started = start_attempt(enrolment=enrolment, lesson=lesson, spec=spec, now=now)
    if right is not None:
        for question in Question.objects.filter(pk__in=started.question_ids).prefetch_related("answers"):
            answer_question(
                attempt=started, question=question, response=response(question, right), actor=enrolment.learner, now=now
            )
    started.refresh_from_db()
    return started


def response(question: Question, right: bool) -> dict[str, Any]:
    answers = list(question.answers.all())
    wanted = [answer for answer in answers if (answer.fraction > 0) == right]
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.TRUE_FALSE:
            return {"choice": wanted[0].pk}
        case QuestionKind.MULTIPLE:
            return {"choices": [answers[0].pk, answers[-1].pk] if not right else [answer.pk for answer in wanted]}
        case QuestionKind.MATCH:
            said = [answer.match for answer in answers]
            return {"pairs": {str(a.pk): m for a, m in zip(answers, said if right else said[::-1], strict=True)}}
        case _:
            return {"text": WORDS[question.kind] if right else "12"}


if __name__ == "__main__":
    print(json.dumps(stage()))
