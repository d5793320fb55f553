"""The choices of a course: order, completion, kinds of question, states."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CourseOrder(models.TextChoices):
    FREE = "free", _("Free: every lesson is open")
    SEQUENTIAL = "sequential", _("In order: a lesson opens when the one before is finished")


class Finish(models.TextChoices):
    """What counts as finished, told to the learner before she starts."""

    READ = "read", _("The learner says “I have finished”")
    QUIZ = "quiz", _("The questions of the lesson are passed")


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("Single choice")
    MULTIPLE = "multiple", _("Multiple choice")
    TRUE_FALSE = "true_false", _("True or false")
    SHORT = "short", _("Short answer")
    NUMERIC = "numeric", _("Number")
    MATCH = "match", _("Matching")
    ESSAY = "essay", _("Open answer, with a model answer")


class LessonState(models.TextChoices):
    """A learner's state in a lesson; `locked` and `todo` are computed, the others are stored."""

    LOCKED = "locked", _("Not open yet")
    TODO = "todo", _("To do")
    STARTED = "started", _("In progress")
    DONE = "done", _("Finished")


class ImportState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    CHECKED = "checked", _("Checked, nothing written yet")
    DONE = "done", _("Imported")
    REFUSED = "refused", _("Refused")
    UNDONE = "undone", _("Undone")
