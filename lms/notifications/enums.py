"""The few words that notifications are told in: by what way, in which state, how often together."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    """The ways beside the in-app list, which has everything."""

    EMAIL = "email", _("E-mail")
    PUSH = "push", _("On my devices")


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("Waiting to leave")
    SENT = "sent", pgettext_lazy("a message", "Sent")
    DIGEST = "digest", _("Waiting for the digest")
    FOLDED = "folded", _("In a digest")
    SKIPPED = "skipped", _("Not needed any more")
    DEAD = "dead", _("Could not be delivered")


class DigestFrequency(models.TextChoices):
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every Monday")
    OFF = "off", _("Never")
