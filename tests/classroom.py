"""A learner half way through a small course."""

from dataclasses import dataclass, field

from courses.enums import Finish, QuestionKind
from courses.models import CoursePage, LessonPage, ModulePage, Question
from lms.programmes.models import Enrolment
from tests.factories import (
    CoursePageFactory,
    EnrolmentFactory,
    LessonPageFactory,
    ModulePageFactory,
    QuestionFactory,
    TrackModuleFactory,
    quiz_block,
    reflection_block,
    text_block,
)


@dataclass
class Classroom:
    """One course of two modules: a lesson to read, a lesson with a quiz; then a lesson to read."""

    enrolment: Enrolment
    course: CoursePage
    first: ModulePage
    second: ModulePage
    reading: LessonPage
    quizzed: LessonPage
    last: LessonPage
    questions: list[Question] = field(default_factory=list)

    @property
    def learner(self):
        return self.enrolment.learner


def make_classroom(**course) -> Classroom:
    enrolment = EnrolmentFactory()
    page = CoursePageFactory(**course)
    first, second = ModulePageFactory(parent=page), ModulePageFactory(parent=page)
    questions = [QuestionFactory(kind=kind) for kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE)]
    reading = LessonPageFactory(parent=first, body=[text_block("<p>Lire.</p>"), reflection_block()])
    quizzed = LessonPageFactory(
        parent=first, finish=Finish.QUIZ, planned_minutes=20, body=[text_block("<p>?</p>"), quiz_block(*questions)]
    )
    last = LessonPageFactory(parent=second, planned_minutes=10)
    for module in (first, second):
        TrackModuleFactory(track=enrolment.cohort.track, module=module)
    return Classroom(enrolment, page, first, second, reading, quizzed, last, questions)
