"""The secret address at which a person's own calendar reads her live sessions."""

import hashlib
import secrets
from datetime import datetime

from lms.accounts.models import User
from seminars.models import SessionFeed


def open_feed(*, person: User, now: datetime) -> str:
    """A new address: returns its token, which is stored nowhere and shown once; the former address is closed."""
    token = secrets.token_urlsafe(32)
    SessionFeed.objects.update_or_create(person=person, defaults={"token_digest": digest_of(token), "created_at": now})
    return token


def close_feed(*, person: User) -> None:
    """From now on nobody reads this person's sessions by an address."""
    SessionFeed.objects.filter(person=person).delete()


def feed_behind(token: str) -> SessionFeed | None:
    """The feed a token opens, while its person is active."""
    feeds = SessionFeed.objects.select_related("person").filter(person__is_active=True)
    return feeds.filter(token_digest=digest_of(token)).first()


def digest_of(token: str) -> str:
    """What the database keeps. The token is 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
