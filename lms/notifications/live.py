"""What the open pages of a person hear at once: a new piece of news, or how many are still unread."""

from functools import partial
from typing import Any

from lms.accounts.models import User
from lms.kit.live import push

from .models import Notification
from .queries import unread_count


def person_group(person: User) -> str:
    """Every open page of one person."""
    return f"news.{person.public_id}"


def told(notification: Notification) -> None:
    """Say after commit that there is something new, and show its title."""
    person = notification.recipient
    event = {"type": "news", "id": str(notification.public_id), "title": notification.title, "url": notification.url}
    push(person_group(person), partial(_with_count, person, event))


def read(person: User) -> None:
    """Say after commit how many are left, so that the count goes down in her other windows."""
    push(person_group(person), partial(_with_count, person, {"type": "count"}))


def _with_count(person: User, event: dict[str, Any]) -> dict[str, Any]:
    # Counted after the commit: two transactions at once would each have counted without the other.
    return {**event, "unread": unread_count(person)}
