"""Small rooms beside the main one, for a while."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.kit.ids import PublicIdModel

from .sessions import LiveSession


class BreakoutRound(PublicIdModel):
    """One going into groups: prepared, opened until `ends_at`, closed."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="breakout_rounds")
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=10)
    opened_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(opened_at__isnull=False, closed_at=None),
                name="seminars_breakoutround_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%H:%M}"


class BreakoutRoom(PublicIdModel):
    round = models.ForeignKey(BreakoutRound, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(_("name"), max_length=80)
    order = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class BreakoutSeat(models.Model):
    """Who is in which group: kept through a drop, so that she comes back to her own."""

    room = models.ForeignKey(BreakoutRoom, on_delete=models.CASCADE, related_name="seats")
    round = models.ForeignKey(BreakoutRound, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "person"], name="seminars_breakoutseat_once")]

    def __str__(self) -> str:
        return f"{self.person}, {self.room}"
