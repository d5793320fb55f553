"""What is written in another language than the page says so (WCAG 3.1.2), word by word, and nothing else does."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup, NavigableString
from django.test import Client
from django.urls import reverse

from courses.enums import QuestionKind
from courses.models import AcademyHomePage, CoursePage, LessonPage, Question, QuizAttempt
from lms.programmes.models import Competency
from tests.factories import (
    CohortFactory,
    CoursePageFactory,
    EnrolmentFactory,
    LessonPageFactory,
    ModulePageFactory,
    PartnerFactory,
    QuestionFactory,
    TrackFactory,
    TrackModuleFactory,
    TrainingProviderFactory,
    UserFactory,
    quiz_block,
    reflection_block,
    text_block,
)

pytestmark = pytest.mark.django_db

HERE = "Médiathèque"  # in every text an administrator types
THERE = "Souris"  # in every text of a course


@dataclass
class Place:
    course: CoursePage
    lesson: LessonPage
    client: Client


@pytest.fixture
def place(page_language: str, course_language: str) -> Place:
    """A learner who reads pages in one language and follows a course written in another."""
    provider = TrainingProviderFactory(
        help_role=HERE, help_hours=HERE, help_delay=HERE, disability_contact=HERE, help_phone="01 99 00 12 34"
    )
    track = TrackFactory(name=HERE)
    cohort = CohortFactory(name=HERE, track=track, partner=PartnerFactory(provider=provider, name="P"))
    enrolment = EnrolmentFactory(cohort=cohort, learner=UserFactory(language=page_language))
    prose = f"<p>{THERE}</p>"
    course = CoursePageFactory(
        title=THERE, language=course_language, summary=THERE, audience=THERE, introduction=prose, credits=THERE
    )
    AcademyHomePage.objects.update(title=HERE, lead=HERE, body=f"<p>{HERE}</p>")
    module = ModulePageFactory(parent=course, title=THERE, summary=THERE, objectives=THERE)
    TrackModuleFactory(track=track, module=module)
    answers = [{"text": f"{THERE} 1", "fraction": 100, "feedback": prose}, {"text": f"{THERE} 2", "fraction": 0}]
    pairs = [{"text": THERE, "match": THERE}, {"text": f"{THERE} 2", "match": f"{THERE} 3"}]
    questions = [
        QuestionFactory(stem=prose, general_feedback=prose, answers=answers),
        QuestionFactory(stem=prose, general_feedback=prose, kind=QuestionKind.MATCH, answers=pairs),
        QuestionFactory(stem=prose, general_feedback=prose, kind=QuestionKind.SHORT, answers=answers),
    ]
    quiz = quiz_block(*questions)
    quiz["value"]["title"] = THERE
    lesson = LessonPageFactory(
        parent=module,
        title=THERE,
        section=THERE,
        objectives=THERE,
        prerequisites=THERE,
        body=[text_block(f"<h2>{THERE}</h2>{prose}<h2>{THERE}</h2>{prose}"), reflection_block(THERE), quiz],
    )
    lesson.competencies.set([Competency.objects.create(block=track.block, number=1, title=HERE)])
    lesson.save()
    client = Client()
    client.force_login(enrolment.learner)
    client.post(reverse("courses:quiz-start", args=[lesson.public_id, quiz["id"]]))
    return Place(course, lesson, client)


def spoken(html: str) -> Iterator[tuple[str, str]]:
    """Each piece of text a person hears, with the language a screen reader says it in."""
    page = BeautifulSoup(html, "html.parser")
    for text in page.body.find_all(string=True):
        if type(text) is NavigableString and text.strip() and text.find_parent(["script", "style"]) is None:
            yield text.strip(), str(text.find_parent(lang=True)["lang"])


def check(html: str, page_language: str, course_language: str, *, shows: str) -> None:
    pieces = list(spoken(html))
    assert any(shows in text for text, _language in pieces)
    wrong = []
    for text, language in pieces:
        words = {THERE: course_language, HERE: "fr", "Défenseur des droits": "fr", "Français": "fr", "English": "en"}
        expected = next((language for mark, language in words.items() if mark in text), page_language)
        if language != expected:
            wrong.append(f"{text!r} is said in {language}, not {expected}")
    assert not wrong, "\n".join(wrong)


ADDRESSES = [
    ("/home/", THERE),
    ("/learn/", THERE),
    ("module", THERE),
    ("lesson", THERE),
    ("/hours/", HERE),
    ("/help/", HERE),
    ("/accessibilite/", HERE),
]


LANGUAGES = [("en", "fr"), ("fr", "en"), ("fr", "fr")]


@pytest.mark.parametrize(("page_language", "course_language"), LANGUAGES)
def test_every_word_is_said_in_its_language(place: Place, page_language: str, course_language: str) -> None:
    own = {"module": reverse("courses:module", args=[place.lesson.get_parent().specific.public_id])}
    own["lesson"] = place.lesson.get_absolute_url()
    for name, shows in ADDRESSES:
        html = place.client.get(own.get(name, name), follow=True).content.decode()
        assert f'<html lang="{page_language}"' in html
        check(html, page_language, course_language, shows=shows)


@pytest.mark.parametrize(("page_language", "course_language"), LANGUAGES)
def test_a_quiz_too(place: Place, page_language: str, course_language: str) -> None:
    attempt = QuizAttempt.objects.get()
    for rank, question in enumerate(Question.objects.order_by("pk"), 1):
        wrong = question.answers.last()
        assert wrong
        answer = {"choice": wrong.pk, "text": THERE} | {
            f"pair-{pair.pk}": f"{THERE} 3" for pair in question.answers.all()
        }
        address = reverse("courses:quiz-question", args=[attempt.public_id, rank])
        for html in (place.client.get(address), place.client.post(address, answer, follow=True)):
            check(html.content.decode(), page_language, course_language, shows=THERE)
    result = place.client.get(reverse("courses:quiz-result", args=[attempt.public_id]))
    assert result.status_code == 200
    check(result.content.decode(), page_language, course_language, shows=THERE)


@pytest.mark.parametrize(("page_language", "course_language"), LANGUAGES)
def test_what_a_visitor_reads_too(place: Place, page_language: str, course_language: str) -> None:
    stranger = Client(headers={"Accept-Language": page_language})
    home = stranger.get("/").content.decode()
    check(home, page_language, course_language, shows=HERE)
    check(home, page_language, course_language, shows=THERE)
    course = stranger.get(place.course.get_url()).content.decode()
    check(course, page_language, course_language, shows=THERE)
