"""The secret address at which a person's own calendar reads her appointments."""

from datetime import datetime

from coaching.models import CalendarFeed
from lms.accounts.models import User
from lms.kit.tokens import digest_of, new_token


def open_feed(*, person: User, now: datetime) -> str:
    """A new address: returns its token, which is stored nowhere and shown once; the former address is closed."""
    token = new_token()
    CalendarFeed.objects.update_or_create(person=person, defaults={"token_digest": digest_of(token), "created_at": now})
    return token


def close_feed(*, person: User) -> None:
    """From now on nobody reads this person's appointments by an address."""
    CalendarFeed.objects.filter(person=person).delete()


def feed_behind(token: str) -> CalendarFeed | None:
    """The feed a token opens, while its person is active."""
    feeds = CalendarFeed.objects.select_related("person").filter(person__is_active=True)
    return feeds.filter(token_digest=digest_of(token)).first()
