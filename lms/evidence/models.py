"""Three figures, never mixed: planned, credited, measured; and the attestations drawn from them."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.kit.ids import PublicIdModel
from lms.programmes.enums import CohortRole
from lms.programmes.models import Enrolment

from .enums import ActivityKind, AssistanceKind, AttestationKind, EvidenceSource

SHARE_SALT = "lms.evidence.share"


class HourEntry(PublicIdModel):
    """One line of the hours' book: minutes granted for one activity, or a counter-entry that corrects one.

    Append-only: written by `services.credit` and `services.correct` alone; the database refuses UPDATE and DELETE.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="hour_entries")
    activity_kind = models.CharField(max_length=20, choices=ActivityKind)
    activity_id = models.UUIDField(help_text=_("Public id of the activity, in the app that owns it."))
    activity_title = models.CharField(max_length=255)
    course_id = models.UUIDField(null=True, help_text=_("Public id of the course the activity belongs to."))
    planned_minutes = models.PositiveIntegerField()
    credited_minutes = models.IntegerField(help_text=_("Negative on a counter-entry."))
    measured_seconds = models.PositiveIntegerField(
        default=0, help_text=_("Observed on this activity when the line was written; corroborates, never counts.")
    )
    reason = models.CharField(max_length=300, help_text=_("Why these minutes were granted or taken back, in words."))
    source = models.CharField(max_length=10, choices=EvidenceSource, default=EvidenceSource.OBSERVED)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the line, printed beside it."))

    class Meta:
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "activity_kind", "activity_id"],
                condition=Q(corrects__isnull=True),
                name="evidence_hourentry_credited_once",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=False)
                | Q(credited_minutes__gte=0, credited_minutes__lte=models.F("planned_minutes")),
                name="evidence_hourentry_capped_at_planned",
            ),
        ]
        indexes = [models.Index(fields=["enrolment", "happened_at"], name="evidence_hourentry_timeline")]

    def __str__(self) -> str:
        return f"{self.activity_title}: {self.credited_minutes} min"

    @property
    def fingerprint(self) -> str:
        """The first eight digits of the seal, in two groups, to compare by eye."""
        return f"{self.digest[:4]} {self.digest[4:8]}"

    @property
    def measured_minutes(self) -> int:
        return self.measured_seconds // 60

    @property
    def is_scantly_observed(self) -> bool:
        """Ten minutes or more of a lesson, of which less than a tenth was observed: a question, not an accusation."""
        is_lesson = self.activity_kind == ActivityKind.LESSON
        return is_lesson and self.credited_minutes >= 10 and self.measured_seconds * 10 < self.credited_minutes * 60


class MeasuredTime(models.Model):
    """Seconds observed in front of one activity on one local day; corroborates, never counts."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="measured_times")
    activity_kind = models.CharField(max_length=20, choices=ActivityKind)
    activity_id = models.UUIDField()
    day = models.DateField()
    seconds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "activity_kind", "activity_id", "day"], name="evidence_measuredtime_unique"
            ),
            models.CheckConstraint(condition=Q(seconds__lte=86_400), name="evidence_measuredtime_within_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.seconds} s"


class MeasureCursor(models.Model):
    """Until when a person's time has been counted: two devices at once advance the same cursor."""

    learner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    counted_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.counted_until:%Y-%m-%d %H:%M:%S}"


class AssistanceQuerySet(models.QuerySet["Assistance"]):
    def first_lines(self) -> Self:
        """One line an answer, with `line_count`: how many speak of it."""
        same = Assistance.objects.filter(
            enrolment=OuterRef("enrolment"),
            answered_at=OuterRef("answered_at"),
            kind=OuterRef("kind"),
            answer_id=OuterRef("answer_id"),
        ).order_by()
        counted = same.values("answer_id").annotate(count=models.Count("pk")).values("count")
        return self.filter(takes_back=None).annotate(line_count=Subquery(counted))

    def standing(self) -> Self:
        """The first lines of the answers that are there today."""
        return self.first_lines().annotate(odd=F("line_count") % 2).filter(odd=1)


class Assistance(PublicIdModel):
    """One dated proof that a learner was helped by her team (Code du travail, art. D6313-3-1), or its counter-line.

    It never counts as hours. Append-only: the database refuses UPDATE and DELETE; help that was taken back keeps its
    line, and another says so. Where the answer came back, one more takes back that one: an odd number of lines counts.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="assistances")
    kind = models.CharField(max_length=10, choices=AssistanceKind)
    answer_id = models.UUIDField(help_text=_("Public id of what was said, in the app that owns it."))
    subject = models.CharField(max_length=255)
    helper = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    helper_role = models.CharField(max_length=20, choices=CohortRole)
    asked_at = models.DateTimeField(null=True, help_text=_("When the learner asked; empty where nobody had asked."))
    answered_at = models.DateTimeField()
    takes_back = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="taken_back")
    written_at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the line, printed beside it."))

    objects = AssistanceQuerySet.as_manager()

    class Meta:
        ordering = ["-answered_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "answer_id"],
                condition=Q(takes_back__isnull=True),
                name="evidence_assistance_written_once",
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True) | Q(asked_at__lte=F("answered_at")),
                name="evidence_assistance_asked_before",
            ),
        ]
        indexes = [models.Index(fields=["enrolment", "-answered_at"], name="evidence_assistance_timeline")]

    def __str__(self) -> str:
        return self.subject

    @property
    def fingerprint(self) -> str:
        """The first eight digits of the seal, in two groups, to compare by eye."""
        return f"{self.digest[:4]} {self.digest[4:8]}"

    @property
    def delay_minutes(self) -> int | None:
        """Whole minutes between the question and the answer; None where nobody had asked."""
        if self.asked_at is None:
            return None
        return int((self.answered_at - self.asked_at).total_seconds()) // 60


class Attestation(PublicIdModel):
    """The paper of a finished course, or of the hours followed up to a day: a frozen copy of what it says, for ever.

    Revoked, never deleted.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attestations")
    kind = models.CharField(max_length=10, choices=AttestationKind, default=AttestationKind.COURSE)
    course_id = models.UUIDField(null=True)
    until = models.DateField(null=True, help_text=_("The last day that an attestation of hours counts."))
    code = models.CharField(max_length=10, unique=True, help_text=_("What the QR code and the short address carry."))
    issued_at = models.DateTimeField(default=timezone.now)
    paper = models.JSONField(help_text=_("Every word printed, as it was on the day of issue."))
    digest = models.CharField(max_length=64)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=300, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "course_id"],
                condition=Q(revoked_at__isnull=True),
                name="evidence_attestation_one_valid",
            ),
            models.UniqueConstraint(fields=["enrolment", "until"], name="evidence_attestation_one_a_day"),
            models.CheckConstraint(
                condition=Q(kind=AttestationKind.COURSE, course_id__isnull=False, until__isnull=True)
                | Q(kind=AttestationKind.HOURS, course_id__isnull=True, until__isnull=False),
                name="evidence_attestation_of_a_course_or_hours",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ShareQuerySet(models.QuerySet["AttestationShare"]):
    def open_at(self, now: datetime) -> Self:
        """Those that lead somewhere: neither over, nor stopped, nor to a revoked paper."""
        return self.filter(stopped_at=None, expires_at__gt=now, attestation__revoked_at=None)


class AttestationShare(PublicIdModel):
    """A link that shows one attestation to whoever has it, until a day its holder chose."""

    attestation = models.ForeignKey(Attestation, on_delete=models.CASCADE, related_name="shares")
    label = models.CharField(max_length=80, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="evidence_attestationshare_expires_later"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attestation_id}, {self.expires_at:%Y-%m-%d}"
