"""Pages of a course, the question bank, and what learners do with them."""

from .imports import CourseImport, ImportRecord
from .pages import AcademyHomePage, CoursePage, LessonPage, ModulePage, ServedByView, TrackModule
from .progress import LessonProgress, QuizAnswer, QuizAttempt, Reflection
from .questions import GlossaryTerm, Question, QuestionAnswer

__all__ = [
    "AcademyHomePage",
    "CourseImport",
    "CoursePage",
    "GlossaryTerm",
    "ImportRecord",
    "LessonPage",
    "LessonProgress",
    "ModulePage",
    "Question",
    "QuestionAnswer",
    "QuizAnswer",
    "QuizAttempt",
    "Reflection",
    "ServedByView",
    "TrackModule",
]
