"""When a coach can be booked, for what, and what keeps her busy elsewhere."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coaching.enums import CalendarKind, Continuity, Mode, PublicHolidays
from lms.kit.ids import PublicIdModel
from lms.programmes.models import Cohort, Partner, Track


class Place(PublicIdModel):
    """A room where people meet; never booked twice at the same time."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="places", verbose_name=_("partner"))
    name = models.CharField(_("name"), max_length=150)
    address = models.TextField(_("address"), blank=True)
    access = models.TextField(
        _("how to get in"), blank=True, help_text=_("Door code, floor, lift, nearest stop: what a newcomer asks.")
    )

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AppointmentKind(PublicIdModel):
    """One kind of appointment: how long, how, for how many, and who may book it."""

    partner = models.ForeignKey(
        Partner,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="appointment_kinds",
        verbose_name=_("partner"),
        help_text=_("Empty: offered by the whole academy."),
    )
    name = models.CharField(_("name"), max_length=100)
    description = models.CharField(_("what it is for"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("length (minutes)"), default=45, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    modes = models.JSONField(_("how"), default=list, help_text=_("Any of: online, phone, place."))
    capacity = models.PositiveSmallIntegerField(
        _("seats"), default=1, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    for_learners = models.BooleanField(_("learners in training may book it"), default=True)
    for_alumni = models.BooleanField(_("alumni may book it"), default=False)
    counts_in_quota = models.BooleanField(_("counts in the coaching hours of the track"), default=True)
    is_credited = models.BooleanField(_("its time is credited"), default=True)
    is_active = models.BooleanField(_("offered"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("kind of appointment")
        verbose_name_plural = _("kinds of appointment")
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=480), name="coaching_kind_minutes"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="coaching_kind_capacity"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_group(self) -> bool:
        return self.capacity > 1


class Diary(PublicIdModel):
    """The booking rules of one coach; its row is what a booking locks. Times of day are in the coach's own zone."""

    coach = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="diary", verbose_name=_("coach")
    )
    presentation = models.CharField(_("a word about you"), max_length=300, blank=True)
    holidays = models.CharField(
        _("public holidays"),
        max_length=20,
        choices=PublicHolidays,
        default=PublicHolidays.METROPOLITAN,
        blank=True,
    )
    buffer_before = models.PositiveSmallIntegerField(_("minutes kept free before"), default=5)
    buffer_after = models.PositiveSmallIntegerField(_("minutes kept free after"), default=10)
    step_minutes = models.PositiveSmallIntegerField(_("a start every (minutes)"), default=15)
    minimum_notice = models.PositiveIntegerField(
        _("shortest notice (minutes)"), default=240, help_text=_("Nobody books later than this before the start.")
    )
    change_deadline = models.PositiveIntegerField(
        _("last change (minutes before)"), default=120, help_text=_("Until then a learner moves or cancels by herself.")
    )
    window_days = models.PositiveSmallIntegerField(
        _("booking window (days)"), default=28, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    max_per_day = models.PositiveSmallIntegerField(_("at most a day"), default=6)
    max_per_week = models.PositiveSmallIntegerField(_("at most a week"), default=25)
    is_open = models.BooleanField(_("can be booked"), default=True)

    class Meta:
        verbose_name = _("diary")
        verbose_name_plural = _("diaries")
        constraints = [
            models.CheckConstraint(condition=Q(window_days__gte=1, window_days__lte=365), name="coaching_diary_window"),
            models.CheckConstraint(condition=Q(step_minutes__gte=5), name="coaching_diary_step"),
        ]

    def __str__(self) -> str:
        return str(self.coach)


class WeeklyHours(PublicIdModel):
    """One weekly stretch of a diary, from `starts` to `ends` of a weekday (0 is Monday), local time."""

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField(_("day"), validators=[MaxValueValidator(6)])
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    mode = models.CharField(
        _("how"), max_length=10, choices=Mode, blank=True, help_text=_("Empty: as the person who books prefers.")
    )
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("place"))
    kinds = models.ManyToManyField(
        AppointmentKind, blank=True, verbose_name=_("only for"), help_text=_("None chosen: every kind.")
    )
    valid_from = models.DateField(_("as of"), null=True, blank=True)
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="coaching_weeklyhours_ordered"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="coaching_weeklyhours_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.starts:%H:%M}-{self.ends:%H:%M}"


class DayException(PublicIdModel):
    """One date that does not follow the week: other hours, or none when both times are empty."""

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="exceptions")
    day = models.DateField(_("date"))
    starts = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["day", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__isnull=True, ends__isnull=True) | Q(ends__gt=F("starts")),
                name="coaching_dayexception_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class Absence(PublicIdModel):
    """Time a coach is away; those who had booked it are offered another moment. The reason is hers alone."""

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason (only you see it)"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["starts_at"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="coaching_absence_ordered")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class OneOffSlot(PublicIdModel):
    """A slot offered once, outside the week: an evening, a group session."""

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="one_off_slots")
    kind = models.ForeignKey(AppointmentKind, on_delete=models.PROTECT, verbose_name=_("kind"))
    starts_at = models.DateTimeField(_("starts"))
    mode = models.CharField(_("how"), max_length=10, choices=Mode, blank=True)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("place"))

    class Meta:
        ordering = ["starts_at"]
        constraints = [models.UniqueConstraint(fields=["diary", "starts_at"], name="coaching_oneoffslot_unique")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class BusyCalendar(PublicIdModel):
    """A coach's own calendar: read for its busy time alone; titles and people are never kept."""

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="busy_calendars")
    kind = models.CharField(_("kind"), max_length=10, choices=CalendarKind, default=CalendarKind.ICS)
    name = models.CharField(_("name"), max_length=100, blank=True)
    address = models.URLField(_("address"), max_length=1000)
    username = models.CharField(_("user name"), max_length=200, blank=True)
    sealed_password = models.TextField(blank=True, editable=False, help_text="Encrypted with a key of SECRET_KEY.")
    pushes = models.BooleanField(_("write my appointments into it"), default=False)
    read_at = models.DateTimeField(null=True, editable=False)
    due_at = models.DateTimeField(default=timezone.now, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    problem = models.CharField(max_length=300, blank=True, editable=False)
    validator = models.CharField(max_length=200, blank=True, editable=False, help_text="ETag of the last reading.")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["due_at"], name="coaching_busycalendar_due")]

    def __str__(self) -> str:
        return self.name or str(self.get_kind_display())


class BusyPeriod(models.Model):
    """A stretch [starts_at, ends_at) when the coach is busy elsewhere; nothing else is known of it."""

    calendar = models.ForeignKey(BusyCalendar, on_delete=models.CASCADE, related_name="periods")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="coaching_busyperiod_ordered")
        ]
        indexes = [models.Index(fields=["calendar", "ends_at"], name="coaching_busyperiod_when")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class CalendarCopy(models.Model):
    """An appointment as a coach's own calendar holds it: `sequence` is that of what was written there."""

    calendar = models.ForeignKey(BusyCalendar, on_delete=models.CASCADE, related_name="copies")
    appointment = models.ForeignKey("coaching.Appointment", on_delete=models.CASCADE, related_name="copies")
    sequence = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "appointment"], name="coaching_calendarcopy_once")]

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.sequence}"


class CoachingQuota(models.Model):
    """How many minutes of coaching a track offers each learner."""

    track = models.OneToOneField(
        Track, on_delete=models.CASCADE, related_name="coaching_quota", verbose_name=_("track")
    )
    minutes = models.PositiveIntegerField(_("minutes of coaching"))

    class Meta:
        verbose_name = _("coaching hours of a track")
        verbose_name_plural = _("coaching hours of tracks")

    def __str__(self) -> str:
        return f"{self.track}: {self.minutes} min"


class CohortCoaching(models.Model):
    """Whom the learners of a cohort may book. Without a row: her own coach first, another one if she agrees."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="coaching", verbose_name=_("cohort"))
    continuity = models.CharField(
        pgettext_lazy("coaching", "whom to book"), max_length=12, choices=Continuity, default=Continuity.SAME_FIRST
    )
    is_countersigned = models.BooleanField(
        _("reports are signed by both"), default=False, help_text=_("When the funder asks for it.")
    )

    class Meta:
        verbose_name = _("coaching of a cohort")
        verbose_name_plural = _("coaching of cohorts")

    def __str__(self) -> str:
        return f"{self.cohort}: {self.get_continuity_display()}"


class CalendarFeed(models.Model):
    """The address of one person's appointments for her own calendar; only the token's SHA-256 is kept."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.person)
