"""Kinds of evidence and where each comes from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityKind(models.TextChoices):
    LESSON = "lesson", _("Lesson")


class EvidenceSource(models.TextChoices):
    """How the academy knows: shown beside every row."""

    OBSERVED = "observed", _("observed by the academy")
    DECLARED = "declared", _("declared by the learner")
    CERTIFIED = "certified", _("certified by a member of staff")
