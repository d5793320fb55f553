"""What stays of coaching: reports, goals, tasks, contacts. Shared and private never stand in the same table."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coaching.enums import ContactChannel, ContactSignal, SignerRole
from lms.kit.ids import PublicIdModel
from lms.programmes.models import Competency, Enrolment, Partner

from .appointments import Seat


class CoachingReport(PublicIdModel):
    """The report of one seat, as it stands today; every earlier wording is a `ReportRevision`.

    The learner reads it when it is shared; staff of her cohort read it; a funder's auditor sees that it exists,
    its date and its minutes. What the coach keeps for herself is a `PrivateNote`.
    """

    seat = models.OneToOneField(Seat, on_delete=models.PROTECT, related_name="report")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    covered = models.TextField(_("what we did"), max_length=4000, blank=True)
    learnt = models.TextField(_("what moved forward"), max_length=4000, blank=True)
    difficulty = models.TextField(_("what is still difficult"), max_length=4000, blank=True)
    next_step = models.CharField(_("next step"), max_length=500, blank=True)
    competencies = models.ManyToManyField(Competency, blank=True, related_name="+", verbose_name=_("competencies"))
    is_shared = models.BooleanField(_("share with the learner"), default=True)
    revision = models.PositiveSmallIntegerField(default=1)
    written_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.seat}"


class ReportRevision(models.Model):
    """A report as it was worded at one moment; append-only, also for the database."""

    report = models.ForeignKey(CoachingReport, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="coaching_reportrevision_order")]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.number}"


class ReportDraft(models.Model):
    """What somebody is typing into a report and has not saved yet; `base` is the revision it started from."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="report_drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    base = models.PositiveSmallIntegerField(help_text="0: there was no report yet.")
    content = models.JSONField(help_text="The form as it was posted: lists of values by field.")
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seat", "author"], name="coaching_reportdraft_once")]

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.kept_at:%Y-%m-%d %H:%M}"


class ReportSignature(PublicIdModel):
    """One tap of one person under one wording of a report; append-only, also for the database."""

    revision = models.ForeignKey(ReportRevision, on_delete=models.PROTECT, related_name="signatures")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=SignerRole)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the revision's digest, the person and the instant.")
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "role"], name="coaching_reportsignature_once")]

    def __str__(self) -> str:
        return f"{self.person}"


class PrivateNote(PublicIdModel):
    """A coach's own note on a learner: read by its author alone, in no export, never sent anywhere."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="private_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(max_length=4000)
    written_at = models.DateTimeField(default=timezone.now)
    replaced_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces"
    )

    class Meta:
        ordering = ["-written_at"]

    def __str__(self) -> str:
        return f"{self.written_at:%Y-%m-%d}"


class Goal(PublicIdModel):
    """What a learner is aiming at, in her own words; a new one closes the former, none is overwritten."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="goals")
    text = models.CharField(_("your goal, in your words"), max_length=500)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-written_at"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment"], condition=Q(closed_at=None), name="coaching_goal_one_open")
        ]

    def __str__(self) -> str:
        return self.text


class FollowUpTask(PublicIdModel):
    """Something to do before the next appointment, by the learner or by the coach."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="follow_up_tasks")
    owner = models.CharField(_("who"), max_length=10, choices=SignerRole)
    text = models.CharField(_("what to do"), max_length=300)
    due_on = models.DateField(_("by"), null=True, blank=True)
    report = models.ForeignKey(CoachingReport, null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["due_on", "created_at"]

    def __str__(self) -> str:
        return self.text


class ContactLog(PublicIdModel):
    """A human contact outside appointments (a message, a call): part of the assistance trail (D6313-3-1)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="contacts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=ContactChannel)
    text = models.TextField(max_length=4000, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["enrolment", "-at"], name="coaching_contactlog_recent")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.at:%Y-%m-%d}"


class ContactRule(models.Model):
    """One reason to contact somebody, as data: shown to the coach in words, with its threshold."""

    signal = models.CharField(_("what it looks at"), max_length=20, choices=ContactSignal, unique=True)
    threshold = models.PositiveSmallIntegerField(_("from"), help_text=_("Days, hours or times, as the signal says."))
    weight = models.PositiveSmallIntegerField(_("weight"), default=10)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("contact rule")
        verbose_name_plural = _("contact rules")
        ordering = ["-weight"]

    def __str__(self) -> str:
        return f"{self.get_signal_display()}: {self.threshold}"


class MessageTemplate(PublicIdModel):
    """A message ready to be adapted; `{first_name}` and `{coach}` are filled in when it is opened."""

    partner = models.ForeignKey(
        Partner,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="message_templates",
        verbose_name=_("partner"),
        help_text=_("Empty: offered to every coach."),
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="fr")
    title = models.CharField(_("title"), max_length=100)
    signal = models.CharField(
        _("proposed when"), max_length=20, choices=ContactSignal, blank=True, help_text=_("The reason it answers.")
    )
    text = models.TextField(_("text"), max_length=2000)

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title
