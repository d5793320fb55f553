"""The browsers a person asked to be told on."""

from datetime import datetime

from lms.accounts.models import User
from lms.notifications.models import PushSubscription


def remember_device(
    *, actor: User, endpoint: str, p256dh: str, auth: str, device: str, now: datetime
) -> PushSubscription:
    """Tell `actor` on this browser too. The same browser again replaces its keys, and belongs to who asked last."""
    subscription, _is_new = PushSubscription.objects.update_or_create(
        endpoint=endpoint,
        defaults={
            "person": actor,
            "p256dh": p256dh,
            "auth": auth,
            "device": device,
            "created_at": now,
            "failed_at": None,
            "last_error": "",
        },
    )
    return subscription


def forget_device(*, actor: User, device: PushSubscription) -> None:
    """Tell `actor` no more on this browser."""
    PushSubscription.objects.filter(pk=device.pk, person=actor).delete()
