"""The secret address by which a person's feed reader reads one space."""

from datetime import datetime

from community.models import Space, SpaceFeed
from lms.accounts.models import User
from lms.kit.tokens import digest_of, new_token


def make_feed(*, space: Space, person: User, now: datetime) -> str:
    """A new address; the one before stops working. The token is given once: only its digest is kept."""
    token = new_token()
    kept = {"token_digest": digest_of(token), "created_at": now}
    SpaceFeed.objects.update_or_create(space=space, person=person, defaults=kept)
    return token


def stop_feed(*, space: Space, person: User) -> None:
    """Her address stops working; twice is once."""
    SpaceFeed.objects.filter(space=space, person=person).delete()
