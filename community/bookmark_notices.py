"""The reminder of a message that somebody keeps, in words."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Bookmark
from lms.notifications.registry import Kind, register
from lms.notifications.services import Message, notify

REMINDER = register(
    Kind(
        code="community.bookmark",
        label=gettext_lazy("a message I keep is due to be read again"),
        group=gettext_lazy("Community"),
    )
)


def tell_bookmark(bookmark: Bookmark, *, now: datetime) -> None:
    """Remind its keeper, once for each date she chose. What the thread is about stays off a locked screen."""
    post = bookmark.post

    def message() -> Message:
        lines = [
            _("%(name)s wrote it in “%(title)s”.") % {"name": post.author.get_full_name(), "title": post.thread.title}
        ]
        if bookmark.note:
            lines.append(_("You noted: %(note)s") % {"note": bookmark.note})
        return Message(
            title=_("You wanted to read a message again"),
            lines=lines,
            url=reverse("community:post", args=[post.public_id]),
            action=_("Open the message"),
        )

    due = bookmark.remind_at or now
    notify(
        kind=REMINDER,
        recipient=bookmark.person,
        key=f"community:bookmark:{bookmark.public_id}:{due.isoformat()}",
        message=message,
        now=now,
    )
