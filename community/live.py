"""The groups of sockets that the community publishes to."""

from community.models import Space, Thread
from lms.accounts.models import User


def thread_group(thread: Thread) -> str:
    """Everybody who has a thread open."""
    return f"thread.{thread.public_id}"


def space_group(space: Space) -> str:
    """Everybody who has a list open in which threads of a space stand."""
    return f"space.{space.public_id}"


def person_group(person: User) -> str:
    """The open lists of one person: unread counts."""
    return f"community.{person.pk}"
