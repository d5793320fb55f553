"""Posts that people keep for themselves, and the date on which they want to read them again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from community import bookmark_notices
from community.models import Bookmark, Post
from community.rules import can_read_post
from lms.accounts.models import User
from lms.kit.errors import DomainError

MOST = 1_000
_BATCH = 500


class BookmarkRefused(DomainError):
    """Nothing was kept: `past`, `too-many`."""


def keep(*, post: Post, person: User, note: str, remind_at: datetime | None, now: datetime) -> Bookmark:
    """Keep a post, or change what one keeps of it. A new date is a new reminder.

    Raises:
        BookmarkRefused
    """
    if remind_at is not None and remind_at <= now:
        raise BookmarkRefused("past", _("This moment has passed. Choose a later one."))
    with transaction.atomic():
        mine = Bookmark.objects.select_for_update().filter(person=person)
        bookmark = mine.filter(post=post).first()
        if bookmark is None:
            if mine.count() >= MOST:
                raise BookmarkRefused("too-many", _("You keep 1,000 messages already. Remove some first."))
            bookmark, _created = Bookmark.objects.get_or_create(post=post, person=person, defaults={"kept_at": now})
        if bookmark.remind_at != remind_at:
            bookmark.reminded_at = None
        bookmark.note, bookmark.remind_at = note, remind_at
        bookmark.save(update_fields=["note", "remind_at", "reminded_at"])
    return bookmark


def drop(*, post: Post, person: User) -> None:
    """Keep it no longer; the second time changes nothing."""
    Bookmark.objects.filter(post=post, person=person).delete()


def sweep_bookmarks(*, now: datetime) -> int:
    """Every minute: remind of what is due, each once. Returns how many.

    A post that its keeper may not read any more is not named to her; her bookmark waits in silence.
    """
    due = Bookmark.objects.filter(remind_at__lte=now, reminded_at=None).order_by("remind_at")
    return sum(_remind(pk, now) for pk in list(due.values_list("pk", flat=True)[:_BATCH]))


def _remind(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        if not Bookmark.objects.filter(pk=pk, reminded_at=None, remind_at__lte=now).update(reminded_at=now):
            return False
        bookmark = Bookmark.objects.select_related("person", "post__thread", "post__author").get(pk=pk)
        if not bookmark.person.is_active or not can_read_post(bookmark.person, bookmark.post):
            return False
        bookmark_notices.tell_bookmark(bookmark, now=now)
    return True
