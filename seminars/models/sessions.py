"""One live session: when, for whom, who runs it, and what the room is doing now."""

from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from lms.kit.ids import PublicIdModel
from lms.programmes.models import Cohort, Funder, Partner, Track
from seminars.enums import Audience, RoomRole, SessionState

from .pages import SeminarSeriesPage


class LiveSessionQuerySet(models.QuerySet["LiveSession"]):
    def shown(self) -> "LiveSessionQuerySet":
        """Those that their audience knows of: no draft; a cancelled one says that it is."""
        return self.exclude(state=SessionState.DRAFT)

    def to_come(self, now: datetime) -> "LiveSessionQuerySet":
        """Announced and not over by the clock, or live: a room that overruns is over when somebody ends it."""
        return self.filter(Q(state=SessionState.LIVE) | Q(state=SessionState.ANNOUNCED, ends_at__gt=now))


class LiveSession(PublicIdModel, ClusterableModel):
    """A date of a series. Times in UTC; `time_zone` is where it is announced.

    Planned minutes are those between its start and its end: nothing beyond is ever credited (domain.md, §4).
    """

    series = models.ForeignKey(
        SeminarSeriesPage, on_delete=models.PROTECT, related_name="live_sessions", verbose_name=_("series")
    )
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("what happens in it"), max_length=1000, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Paris")
    state = models.CharField(_("state"), max_length=10, choices=SessionState, default=SessionState.DRAFT)
    audience = models.CharField(_("who may register"), max_length=10, choices=Audience, default=Audience.ACADEMY)
    track = models.ForeignKey(
        Track, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("track")
    )
    cohort = models.ForeignKey(
        Cohort, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("cohort")
    )
    partner = models.ForeignKey(
        Partner,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("partner"),
        help_text=_("The partner that organises it; its managers run it. Empty: the consortium."),
    )
    seats = models.PositiveSmallIntegerField(
        _("seats"), null=True, blank=True, validators=[MinValueValidator(1)], help_text=_("Empty: no limit.")
    )
    is_credited = models.BooleanField(_("its time is credited"), default=True)
    threshold_percent = models.PositiveSmallIntegerField(
        _("presence that counts (%)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Empty: what the funder of each learner asks for."),
    )
    is_recorded = models.BooleanField(
        _("recorded"), default=False, help_text=_("Everybody is told before entering, and sees it in the room.")
    )
    retention_days = models.PositiveSmallIntegerField(
        _("recording kept for (days)"), default=365, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    phone_number = models.CharField(_("number to listen by phone"), max_length=30, blank=True)
    stream_url = models.URLField(
        _("address of an outside stream"), blank=True, help_text=_("Shown where the academy carries no video itself.")
    )

    # --- What the room is doing: written by its services alone ---
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    locked_at = models.DateTimeField(null=True, blank=True, editable=False)
    chat_paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    shown_deck = models.ForeignKey(
        "seminars.Deck", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    shown_page = models.PositiveSmallIntegerField(default=1, editable=False)
    shared_notes = models.TextField(blank=True, max_length=20_000, editable=False)
    notes_version = models.PositiveIntegerField(default=0, editable=False)
    media_pin = models.CharField(max_length=64, blank=True, editable=False)
    calendar_sequence = models.PositiveIntegerField(default=0, editable=False)

    objects = LiveSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("live session")
        verbose_name_plural = _("live sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="seminars_livesession_ordered"),
            models.CheckConstraint(
                condition=~Q(audience=Audience.COHORT) | Q(cohort__isnull=False),
                name="seminars_livesession_cohort_named",
            ),
            models.CheckConstraint(
                condition=~Q(audience=Audience.TRACK) | Q(track__isnull=False),
                name="seminars_livesession_track_named",
            ),
            models.CheckConstraint(
                condition=~Q(audience=Audience.PARTNER) | Q(partner__isnull=False),
                name="seminars_livesession_partner_named",
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="seminars_livesession_coming")]

    def __str__(self) -> str:
        return self.title

    @property
    def minutes(self) -> int:
        """Scheduled minutes."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def is_live(self) -> bool:
        return self.state == SessionState.LIVE

    @property
    def is_over(self) -> bool:
        return self.state == SessionState.ENDED


class SessionStaff(models.Model):
    """Who runs a session: one host at least, presenters, moderators of the chat. `remind_at`: her next reminder."""

    session = ParentalKey(LiveSession, on_delete=models.CASCADE, related_name="staff")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=12, choices=RoomRole, default=RoomRole.PRESENTER)
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="seminars_sessionstaff_once")]

    def __str__(self) -> str:
        return f"{self.person}, {self.session}"


class RunSheetItem(models.Model):
    """One line of the presenter's run sheet."""

    session = ParentalKey(LiveSession, on_delete=models.CASCADE, related_name="run_sheet")
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=5)
    title = models.CharField(_("what"), max_length=200)
    notes = models.TextField(_("notes for the presenter"), max_length=2000, blank=True)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class FunderPresence(models.Model):
    """How much of a session a funder's learners must have been there for it to count; without a row, 80 %."""

    funder = models.OneToOneField(Funder, on_delete=models.CASCADE, related_name="+", verbose_name=_("funder"))
    threshold_percent = models.PositiveSmallIntegerField(
        _("presence that counts (%)"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    needs_signature = models.BooleanField(_("asks for signatures by half-day"), default=True)

    class Meta:
        verbose_name = _("presence asked by a funder")
        verbose_name_plural = _("presence asked by funders")

    def __str__(self) -> str:
        return f"{self.funder}: {self.threshold_percent} %"


class RoomChange(models.Model):
    """The journal of a room: who opened, ended, locked, removed, muted, recorded, and when."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=30)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    detail = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.what


class Removal(models.Model):
    """Somebody a host sent out of the room: she does not come back until it is lifted."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="removals")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"], condition=Q(lifted_at=None), name="seminars_removal_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.session}"
