"""What people were told, what still has to leave, and how each of them wants to be told."""

from datetime import date, datetime, time
from typing import ClassVar, Self

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.kit.ids import PublicIdModel

from .enums import Channel, DeliveryState, DigestFrequency


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)


class Notification(PublicIdModel):
    """One piece of news in a person's list, in her language: the same (recipient, key) is told once."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=64, help_text=_("Code of a registered kind."))
    key = models.CharField(max_length=200, help_text=_("What happened, once for each person."))
    title = models.CharField(max_length=255)
    lines = models.JSONField(default=list)
    url = models.CharField(max_length=500, blank=True, help_text=_("A path of the academy."))
    action = models.CharField(max_length=80, blank=True, help_text=_("Words on the button that leads there."))
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notifications_notification_told_once"),
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="notifications_notification_of"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notifications_unread"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_unread(self) -> bool:
        return self.read_at is None

    @property
    def local_day(self) -> date:
        """The day it was told, in the zone of whoever reads."""
        return timezone.localdate(self.created_at)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def pending(self) -> "DeliveryQuerySet":
        return self.filter(state=DeliveryState.PENDING)

    def dead(self) -> "DeliveryQuerySet":
        return self.filter(state=DeliveryState.DEAD)


class Delivery(PublicIdModel):
    """A row of the outbox: one notification, or one digest, by one channel; written with what it tells, sent later.

    `public_id` makes the mail's Message-ID and the push's tag: whatever arrives twice is recognised.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deliveries")
    notification = models.ForeignKey(Notification, null=True, on_delete=models.CASCADE, related_name="deliveries")
    digest_on = models.DateField(null=True, help_text=_("Set on a digest: the day it is for, where the person is."))
    digest = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="folded")
    channel = models.CharField(max_length=5, choices=Channel)
    is_urgent = models.BooleanField(default=False)
    attachments = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.PENDING)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, help_text=_("Until then a worker has it in hand."))
    budget_day = models.DateField(null=True, help_text=_("The person's day whose mail budget it uses."))
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, help_text=_("When it was sent, folded, skipped or given up."))

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["notification", "channel"], name="notifications_delivery_one_a_channel"),
            models.UniqueConstraint(fields=["recipient", "digest_on"], name="notifications_delivery_one_digest_a_day"),
            models.CheckConstraint(
                condition=Q(notification__isnull=False, digest_on=None)
                | Q(notification=None, digest_on__isnull=False, channel=Channel.EMAIL),
                name="notifications_delivery_news_or_digest",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[DeliveryState.PENDING, DeliveryState.DIGEST], finished_at=None)
                | (~Q(state__in=[DeliveryState.PENDING, DeliveryState.DIGEST]) & Q(finished_at__isnull=False)),
                name="notifications_delivery_finished_once_done",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(state=DeliveryState.PENDING), name="notifications_outbox"
            ),
            models.Index(
                fields=["due_at", "recipient"],
                condition=Q(state=DeliveryState.DIGEST),
                name="notifications_for_digest",
            ),
            models.Index(fields=["recipient", "budget_day"], name="notifications_budget"),
            models.Index(fields=["state", "finished_at"], name="notifications_delivery_done"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.notification or self.digest_on}"

    @property
    def message_id(self) -> str:
        """The same at every try, so that a mail that arrives twice is shown once."""
        host = settings.SITE_URL.partition("//")[2].partition("/")[0].partition(":")[0]
        return f"<{self.public_id}@{host}>"


class ChannelChoice(models.Model):
    """What a person decided about one kind by one channel; without a row, the kind's own default."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="channel_choices")
    kind = models.CharField(max_length=64)
    channel = models.CharField(max_length=5, choices=Channel)
    is_on = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "channel"], name="notifications_channelchoice_one"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}: {self.is_on}"


class TellingChoices(models.Model):
    """When and how much a person wants to hear, in her own time zone; the defaults hold for whoever chose nothing."""

    MOST_MAILS: ClassVar[int] = 20

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="telling_choices")
    digest = models.CharField(
        _("Summary by e-mail"), max_length=6, choices=DigestFrequency, default=DigestFrequency.DAILY
    )
    digest_hour = models.PositiveSmallIntegerField(_("At what time"), default=8, validators=[MaxValueValidator(23)])
    quiet_from = models.TimeField(_("Quiet from"), null=True, blank=True, default=time(21))
    quiet_until = models.TimeField(_("Quiet until"), null=True, blank=True, default=time(7, 30))
    mails_a_day = models.PositiveSmallIntegerField(
        _("Single e-mails a day, at most"), default=3, validators=[MaxValueValidator(MOST_MAILS)]
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(digest_hour__gte=0, digest_hour__lte=23), name="notifications_tellingchoices_hour"
            ),
            models.CheckConstraint(
                condition=Q(mails_a_day__gte=0, mails_a_day__lte=20), name="notifications_tellingchoices_budget"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notifications_tellingchoices_quiet_both",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_digest_display()}"


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    def signed_in(self, now: datetime) -> Self:
        """Browsers in which their person is signed in: a session that ended, or that ran out, is told nothing."""
        running = Session.objects.filter(expire_date__gt=now).values("session_key")
        return self.filter(Q(session=None) | Q(session__session_key__in=running))


class PushSubscription(PublicIdModel):
    """One browser that a person asked to be told on (Push API); gone once its service says so (404 or 410), or once
    its session is ended from her list of devices."""

    session = models.ForeignKey(
        UserSession, null=True, on_delete=models.CASCADE, related_name="+", help_text=_("Empty where it is not known.")
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120, help_text=_("The browser's public key, base64url."))
    auth = models.CharField(max_length=40, help_text=_("The shared secret, base64url."))
    device = models.CharField(max_length=120, blank=True, help_text=_("The browser and its system, in words."))
    created_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.device or self.endpoint
