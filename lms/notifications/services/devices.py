"""The browsers a person asked to be told on."""

from datetime import datetime

from allauth.usersessions.models import UserSession

from lms.accounts.models import User
from lms.notifications.models import PushSubscription


def remember_device(
    *, actor: User, session_key: str, endpoint: str, p256dh: str, auth: str, device: str, now: datetime
) -> PushSubscription:
    """Tell `actor` on this browser too, as long as she is signed in there. The same browser again replaces its keys,
    and belongs to who asked last."""
    subscription, _is_new = PushSubscription.objects.update_or_create(
        endpoint=endpoint,
        defaults={
            "person": actor,
            "session": _session(actor, session_key),
            "p256dh": p256dh,
            "auth": auth,
            "device": device,
            "created_at": now,
            "failed_at": None,
            "last_error": "",
        },
    )
    return subscription


def renew_device(*, actor: User, session_key: str, endpoint: str) -> None:
    """She has signed in again in a browser that told her news: it does again. Somebody else's stays as it is."""
    PushSubscription.objects.filter(person=actor, endpoint=endpoint).update(session=_session(actor, session_key))


def _session(actor: User, session_key: str) -> UserSession | None:
    return UserSession.objects.filter(user=actor, session_key=session_key).first()


def forget_device(*, actor: User, device: PushSubscription) -> None:
    """Tell `actor` no more on this browser."""
    PushSubscription.objects.filter(pk=device.pk, person=actor).delete()
