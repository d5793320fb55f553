"""What learners do: progress in lessons, attempts at quizzes, private notes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.enums import LessonState
from lms.kit.ids import PublicIdModel
from lms.programmes.models import Enrolment

from .pages import LessonPage
from .questions import Question


class LessonProgress(models.Model):
    """Where one enrolment stands in one lesson, and the exact place to come back to."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="lesson_progress")
    lesson = models.ForeignKey(LessonPage, on_delete=models.PROTECT, related_name="progress")
    state = models.CharField(
        max_length=8,
        choices=[(s, s.label) for s in (LessonState.STARTED, LessonState.DONE)],
        default=LessonState.STARTED,
    )
    position = models.CharField(max_length=60, blank=True, help_text="Id of the last block read.")
    started_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson"], name="courses_lessonprogress_unique"),
            models.CheckConstraint(
                condition=Q(state=LessonState.STARTED, completed_at__isnull=True)
                | Q(state=LessonState.DONE, completed_at__isnull=False),
                name="courses_lessonprogress_done_has_date",
            ),
        ]
        indexes = [models.Index(fields=["enrolment", "-opened_at"], name="courses_lessonprogress_recent")]

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.state}"


class QuizAttempt(PublicIdModel):
    """One go at the quiz of a lesson; the questions and their order are frozen when it starts."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="quiz_attempts")
    lesson = models.ForeignKey(LessonPage, on_delete=models.PROTECT, related_name="quiz_attempts")
    quiz_id = models.UUIDField(help_text="Id of the quiz block in the lesson.")
    number = models.PositiveSmallIntegerField()
    question_ids = models.JSONField(help_text="Ids of the questions, in the order asked.")
    pass_percent = models.PositiveSmallIntegerField()
    seed = models.PositiveIntegerField(help_text="Shuffles the answers the same way on every screen.")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    score_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    passed = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "quiz_id", "number"], name="courses_quizattempt_unique"),
            models.UniqueConstraint(
                fields=["enrolment", "quiz_id"],
                condition=Q(finished_at__isnull=True),
                name="courses_quizattempt_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id} #{self.number}"


class QuizAnswer(models.Model):
    """What was answered to one question of one attempt: first a draft saved as it is given, then final and graded."""

    attempt = models.ForeignKey(QuizAttempt, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="given_answers")
    response = models.JSONField(help_text="Shape by kind: see courses.grading.")
    fraction = models.DecimalField(
        max_digits=6, decimal_places=5, null=True, blank=True, help_text="0 to 1; null until graded, or ungraded kind."
    )
    saved_at = models.DateTimeField(default=timezone.now)
    final_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "question"], name="courses_quizanswer_unique"),
            models.CheckConstraint(
                condition=Q(fraction__isnull=True) | Q(fraction__gte=0, fraction__lte=1),
                name="courses_quizanswer_fraction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.question_id}"


class Reflection(models.Model):
    """A private note of a learner beside a lesson: read by nobody else, not even staff."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reflections")
    lesson = models.ForeignKey(LessonPage, on_delete=models.PROTECT, related_name="reflections")
    block_id = models.UUIDField()
    text = models.TextField(blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "block_id"], name="courses_reflection_unique")]

    def __str__(self) -> str:
        return f"{self.learner_id}/{self.block_id}"
