"""Who may see what of notifications: a person her own, the administrator what could not leave."""

from typing import Any

from .models import Notification, PushSubscription


def can_read(user: Any, notification: Notification) -> bool:
    return bool(notification.recipient_id == user.pk)


def can_forget_device(user: Any, device: PushSubscription) -> bool:
    return bool(device.person_id == user.pk)


def can_see_outbox(user: Any) -> bool:
    """Names, addresses and titles of everybody's news: administrators alone."""
    return bool(user.is_active and user.is_superuser)
