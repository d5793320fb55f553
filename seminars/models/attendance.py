"""Who was there, from when to when, as seen by our own sockets; and the signatures that say so."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.kit.ids import PublicIdModel
from seminars.enums import HalfDay

from .breakouts import BreakoutRoom
from .registrations import Registration
from .sessions import LiveSession


class Stay(models.Model):
    """One connection of one person, in the main room or a group; an open one is closed at `seen_at` by the sweeper."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="stays")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    breakout = models.ForeignKey(BreakoutRoom, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    joined_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    was_lost = models.BooleanField(default=False, help_text=_("Closed by the sweeper: its end is uncertain."))

    class Meta:
        ordering = ["joined_at"]
        constraints = [models.CheckConstraint(condition=Q(seen_at__gte=F("joined_at")), name="seminars_stay_ordered")]
        indexes = [
            models.Index(fields=["seen_at"], condition=Q(left_at=None), name="seminars_stay_open"),
            models.Index(fields=["session", "person"], name="seminars_stay_session"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.joined_at:%H:%M}"


class Attendance(PublicIdModel):
    """What became of one registration once the session was over: computed from stays, corrected only by a dated word.

    Seconds within the scheduled time; `uncertain_seconds` of them rest on a last sign of life, not on a goodbye.
    """

    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, related_name="attendance")
    first_in = models.DateTimeField(null=True, blank=True)
    last_out = models.DateTimeField(null=True, blank=True)
    present_seconds = models.PositiveIntegerField(default=0)
    uncertain_seconds = models.PositiveIntegerField(default=0)
    threshold_percent = models.PositiveSmallIntegerField()
    credited_minutes = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.registration}: {self.present_seconds} s"


class AttendanceCorrection(PublicIdModel):
    """A member of staff says otherwise, once more for each word; the stays themselves never change."""

    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="corrections")
    minutes = models.PositiveIntegerField(help_text=_("Minutes that count from then on."))
    reason = models.CharField(_("reason"), max_length=300)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.minutes} min"


class HalfDaySignature(PublicIdModel):
    """One tap, dated: a learner or a trainer signs for one half-day. Append-only; `digest` seals what was signed."""

    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="signatures")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    as_trainer = models.BooleanField(default=False)
    day = models.DateField()
    half = models.CharField(max_length=2, choices=HalfDay)
    signed_at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["session", "person", "day", "half"], name="seminars_halfdaysignature_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.day} {self.half}"
