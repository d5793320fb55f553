"""Appointments and the seats in them; intervals are half-open [starts_at, ends_at), in UTC.

Nobody is ever in two places: no two live appointments of a coach or a place overlap, nor two live seats of a person.
Migration 0002 writes these rules into the database, on both engines.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coaching.enums import AppointmentState, Mode, Presence, SeatState
from lms.kit.ids import PublicIdModel
from lms.programmes.models import Enrolment

from .diary import AppointmentKind, Place


class AppointmentSeries(PublicIdModel):
    """Appointments booked together, every so many weeks at the same local time."""

    coach = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="appointment_series")
    every_weeks = models.PositiveSmallIntegerField(default=1)
    occurrences = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(every_weeks__gte=1, occurrences__gte=2, occurrences__lte=26), name="coaching_series_bounds"
            )
        ]

    def __str__(self) -> str:
        return f"{self.occurrences} × {self.every_weeks}"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def live(self) -> "AppointmentQuerySet":
        """Held or confirmed: those that take the coach's time."""
        return self.filter(state__in=Appointment.LIVE_STATES)

    def confirmed(self) -> "AppointmentQuerySet":
        return self.filter(state=AppointmentState.CONFIRMED)


class Appointment(PublicIdModel):
    """A coach's time given to one learner, or to a small group."""

    LIVE_STATES: ClassVar = (AppointmentState.HELD, AppointmentState.CONFIRMED)

    coach = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointments_given")
    kind = models.ForeignKey(AppointmentKind, on_delete=models.PROTECT, related_name="appointments")
    series = models.ForeignKey(
        AppointmentSeries, null=True, blank=True, on_delete=models.SET_NULL, related_name="appointments"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.ONLINE)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments")
    state = models.CharField(max_length=10, choices=AppointmentState, default=AppointmentState.CONFIRMED)
    capacity = models.PositiveSmallIntegerField(default=1)
    seats_taken = models.PositiveSmallIntegerField(default=0)
    sequence = models.PositiveIntegerField(default=0, help_text="SEQUENCE of RFC 5545: raised by each change told.")
    coach_presence = models.CharField(max_length=10, choices=Presence, default=Presence.UNKNOWN)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="coaching_appointment_ordered"),
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("capacity")), name="coaching_appointment_seats_within_capacity"
            ),
            models.CheckConstraint(
                condition=~Q(state=AppointmentState.CANCELLED) | Q(cancelled_at__isnull=False),
                name="coaching_appointment_cancelled_has_date",
            ),
            models.CheckConstraint(
                condition=Q(mode=Mode.PLACE) | Q(place__isnull=True), name="coaching_appointment_place_only_in_person"
            ),
        ]
        indexes = [models.Index(fields=["coach", "ends_at", "starts_at"], name="coaching_appointment_when")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} {self.coach}"

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE_STATES


class SeatQuerySet(models.QuerySet["Seat"]):
    def live(self) -> "SeatQuerySet":
        return self.filter(state__in=Seat.LIVE_STATES)

    def booked(self) -> "SeatQuerySet":
        return self.filter(state=SeatState.BOOKED)


class Seat(PublicIdModel):
    """One learner in one appointment. `starts_at` and `ends_at` repeat its times: constraints need them here."""

    LIVE_STATES: ClassVar = (SeatState.HELD, SeatState.BOOKED)

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="seats")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="appointment_seats")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointment_seats")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SeatState, default=SeatState.BOOKED)
    hold_expires_at = models.DateTimeField(null=True, blank=True)
    topic = models.CharField(_("what you would like to talk about"), max_length=500, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField(default=timezone.now)
    presence = models.CharField(max_length=10, choices=Presence, default=Presence.UNKNOWN)
    attended_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Noted by the coach; the room only proposes it."
    )

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "learner"],
                condition=Q(state__in=["held", "booked"]),
                name="coaching_seat_once_an_appointment",
            ),
            models.CheckConstraint(
                condition=Q(state=SeatState.HELD, hold_expires_at__isnull=False)
                | (~Q(state=SeatState.HELD) & Q(hold_expires_at__isnull=True)),
                name="coaching_seat_held_until",
            ),
        ]
        indexes = [models.Index(fields=["learner", "ends_at"], name="coaching_seat_when")]

    def __str__(self) -> str:
        return f"{self.learner}, {self.starts_at:%Y-%m-%d %H:%M}"


class AppointmentEvent(models.Model):
    """The journal of an appointment: who did what, when, on whose behalf. Rows are only ever added."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    verb = models.CharField(max_length=30)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.verb


class BookingKey(models.Model):
    """An idempotency key made by the browser: the same request twice has one effect and one answer."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what was asked.")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="coaching_bookingkey_once")]

    def __str__(self) -> str:
        return str(self.key)


class WaitingEntry(PublicIdModel):
    """Somebody who wants a slot that is not there, or one earlier than hers (`instead_of`)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="waiting_entries")
    coach = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="waiting_entries")
    kind = models.ForeignKey(AppointmentKind, on_delete=models.CASCADE, related_name="+")
    instead_of = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "coach", "kind"], condition=Q(closed_at=None), name="coaching_waitingentry_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}"


class ReminderChoice(models.Model):
    """When one person wants to be reminded; without a row, a day and an hour before."""

    DEFAULT_MINUTES: ClassVar = (24 * 60, 60)

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminder_choice")
    minutes_before = models.JSONField(default=list, help_text="Minutes before the start, in any order; may be empty.")

    def __str__(self) -> str:
        return str(self.minutes_before)


class Reminder(models.Model):
    """A reminder of its own row, swept every minute: moving an appointment is an UPDATE of `due_at`."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="reminders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    minutes_before = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment", "person", "minutes_before"], name="coaching_reminder_once")
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None), name="coaching_reminder_due"),
        ]

    def __str__(self) -> str:
        return f"{self.due_at:%Y-%m-%d %H:%M}"
