"""What a 1:1 room keeps: who was there when, what was written, what was ticked."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lms.kit.ids import PublicIdModel

from .appointments import Appointment


class RoomPresence(models.Model):
    """One stay of one person in a room, seen by our own socket; an open one is closed at `seen_at` by the sweeper."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["joined_at"]
        constraints = [
            models.CheckConstraint(condition=Q(seen_at__gte=F("joined_at")), name="coaching_roompresence_ordered")
        ]
        indexes = [
            models.Index(fields=["seen_at"], condition=Q(left_at=None), name="coaching_roompresence_open"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.joined_at:%H:%M}"


class RoomMessage(PublicIdModel):
    """One line of the room's chat; `seq` is the room's own order, without gaps."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="messages")
    seq = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["appointment", "seq"], name="coaching_roommessage_order")]

    def __str__(self) -> str:
        return f"{self.seq}"


class ChecklistItem(PublicIdModel):
    """One line of the list both people see and tick."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="checklist")
    text = models.CharField(max_length=200)
    done = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text


class RoomNotes(models.Model):
    """The shared notes of a room: one text, `version` guards against overwriting what the other has just typed."""

    appointment = models.OneToOneField(Appointment, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(blank=True, max_length=10_000)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.version}"
