"""Kinds of evidence and where each comes from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityKind(models.TextChoices):
    LESSON = "lesson", _("Lesson")
    APPOINTMENT = "appointment", _("Appointment")
    SEMINAR = "seminar", _("Live seminar")
    REPLAY = "replay", _("Replay watched")


class AssistanceKind(models.TextChoices):
    """Where the learner was helped."""

    COMMUNITY = "community", _("Answer in the community")


class AttestationKind(models.TextChoices):
    COURSE = "course", _("Course finished")
    HOURS = "hours", _("Hours followed")


class EvidenceSource(models.TextChoices):
    """How the academy knows: shown beside every row."""

    OBSERVED = "observed", _("observed by the academy")
    DECLARED = "declared", _("declared by the learner")
    CERTIFIED = "certified", _("certified by a member of staff")


class MonthPhase(models.TextChoices):
    """Where a month stands against today."""

    PAST = "past", _("over")
    CURRENT = "current", _("in progress")
    FUTURE = "future", _("to come")


class Verdict(models.TextChoices):
    """What the verification page says of a code."""

    VALID = "valid", _("This attestation is valid")
    REVOKED = "revoked", _("This attestation is no longer valid")
    ALTERED = "altered", _("This attestation cannot be trusted")
    UNKNOWN = "unknown", _("No attestation has this code")
