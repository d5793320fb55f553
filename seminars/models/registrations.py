"""Who said that she comes, and who waits for a seat."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from lms.kit.ids import PublicIdModel
from lms.programmes.models import Enrolment
from seminars.enums import RegistrationState

from .sessions import LiveSession


class Registration(PublicIdModel):
    """One person at one session. `enrolment` is the contract that her hours belong to; a guest or an alumna without
    one attends all the same. `consents_to_recording`: None until she was asked."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="registrations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seminar_registrations")
    enrolment = models.ForeignKey(Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RegistrationState, default=RegistrationState.REGISTERED)
    registered_at = models.DateTimeField(default=timezone.now)
    seated_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    consents_to_recording = models.BooleanField(null=True, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["registered_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="seminars_registration_once")]
        indexes = [
            models.Index(
                fields=["session", "registered_at"],
                condition=Q(state=RegistrationState.WAITING),
                name="seminars_registration_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.session}"


class Reminder(models.Model):
    """One message before a session, sent once by the worker."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="reminders")
    at = models.DateTimeField()
    minutes_before = models.PositiveIntegerField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["registration", "minutes_before"], name="seminars_reminder_once")
        ]
        indexes = [models.Index(fields=["at"], condition=Q(sent_at=None), name="seminars_reminder_due")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class SessionFeed(models.Model):
    """The address of one person's live sessions for her own calendar; only the token's SHA-256 is kept."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="session_feed")
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.person)
