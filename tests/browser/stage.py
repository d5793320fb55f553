"""Sets the stage of the browser's tests in the demo's database, in a process of its own; prints what it made as JSON.

A lesson with a question of each kind, and for each language a learner who has been through it once and started again,
a newcomer, and a coach: the demo's own people are left as they are.
"""

import json
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402

from courses.enums import Finish, QuestionKind  # noqa: E402
from courses.models import LessonPage, ModulePage, Question, QuizAttempt  # noqa: E402
from courses.queries.quizzes import quizzes_in  # noqa: E402
from courses.services.quizzes import answer_question, start_attempt  # noqa: E402
from lms.accounts.backends import DEMO_PASSWORD  # noqa: E402
from lms.accounts.models import User  # noqa: E402
from lms.evidence.models import Attestation  # noqa: E402
from lms.programmes.models import Cohort, Enrolment  # noqa: E402
from tests.factories import (  # noqa: E402
    CohortStaffFactory,
    EnrolmentFactory,
    LessonPageFactory,
    QuestionFactory,
    UserFactory,
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
    for name in ("keys", "plain", "timed-out", "torn"):
        EnrolmentFactory(learner=person(name, "fr"), cohort=cohort, coach=coach)
    return told


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
