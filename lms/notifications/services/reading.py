"""A person has seen her news."""

from datetime import datetime

from lms.accounts.models import User
from lms.notifications.live import read
from lms.notifications.models import Notification, NotificationQuerySet


def mark_read(*, notification: Notification, actor: User, now: datetime) -> None:
    """`actor` has read it; the first time is kept. What still waits to be mailed about it will not be."""
    _mark(Notification.objects.filter(pk=notification.pk, recipient=actor), actor, now)


def mark_all_read(*, actor: User, now: datetime) -> None:
    """Everything she was told until `now`; what arrives meanwhile stays unread."""
    _mark(Notification.objects.filter(recipient=actor, created_at__lte=now), actor, now)


def _mark(notifications: NotificationQuerySet, actor: User, now: datetime) -> None:
    if notifications.unread().update(read_at=now):
        read(actor)
