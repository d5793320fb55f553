"""What the open pages of a person hear at once: a new piece of news, or how many are still unread."""

from functools import partial
from typing import Any

from django.db import transaction

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
    transaction.on_commit(partial(_push_with_count, person, event), robust=True)


def read(person: User) -> None:
    """Say after commit how many are left, so that the count goes down in her other windows."""
    transaction.on_commit(partial(_push_with_count, person, {"type": "count"}), robust=True)


def _push_with_count(person: User, event: dict[str, Any]) -> None:
    # Counted after the commit: two transactions at once would each have counted without the other.
    push(person_group(person), {**event, "unread": unread_count(person)})
