"""What the forum tells people of its messages: who names them, who answers them, what moves where they watch."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.formats.addresses import reply_address
from community.models import Post, Thread
from lms.accounts.models import User
from lms.kit.sanitize import to_text
from lms.notifications.enums import Channel
from lms.notifications.registry import Kind, register
from lms.notifications.services import Message, notify

GROUP = gettext_lazy("Community")
LONGEST = 1_500
"""Characters of a message that a mail shows; the rest is read at the academy."""


def _reply_to(news: Any) -> str:
    return reply_address(news.public_id)


MENTION = register(
    Kind(code="community.mention", label=gettext_lazy("somebody names me"), group=GROUP, reply_to=_reply_to)
)
ANSWER = register(
    Kind(code="community.answer", label=gettext_lazy("somebody answers me"), group=GROUP, reply_to=_reply_to)
)
WATCHED = register(
    Kind(
        code="community.watched",
        label=gettext_lazy("new messages where I watch"),
        group=GROUP,
        reply_to=_reply_to,
    )
)
BY_MAIL = register(
    Kind(
        code="community.by_mail",
        label=gettext_lazy("my answer by e-mail could not be published"),
        group=GROUP,
        channels=frozenset({Channel.EMAIL}),
    )
)
ABSENT = register(
    Kind(
        code="community.absent",
        label=gettext_lazy("what happened while I was away"),
        group=GROUP,
        channels=frozenset({Channel.EMAIL}),
    )
)


def tell_named(post: Post, person: User, *, last_read: int, now: datetime) -> None:
    """Told each time: somebody counts on her."""
    title = gettext_lazy("%(name)s names you in a message")
    _tell(post, person, MENTION, title, key=f"community:mention:{post.public_id}", now=now)


def tell_answered_by(post: Post, person: User, *, last_read: int, now: datetime) -> None:
    """Told once until she has read: ten answers in a row are one piece of news."""
    key = f"community:answer:{post.thread.public_id}:{last_read}"
    _tell(post, person, ANSWER, gettext_lazy("%(name)s answers you"), key=key, now=now)


def tell_watched(post: Post, person: User, *, last_read: int, now: datetime) -> None:
    """Told once a thread until she has read."""
    key = f"community:watched:{post.thread.public_id}:{last_read}"
    _tell(post, person, WATCHED, gettext_lazy("%(name)s wrote where you watch"), key=key, now=now)


def _tell(post: Post, person: User, kind: Kind, title: Any, *, key: str, now: datetime) -> None:
    """The title says who; what it is about stays off a locked screen."""

    def message() -> Message:
        said = Truncator(to_text(post.html)).chars(LONGEST)
        lines = [_("In “%(title)s”:") % {"title": post.thread.title}, *filter(None, map(str.strip, said.splitlines()))]
        if reply_address(post.public_id):
            lines.append(_("You can answer this e-mail: your answer appears in the thread, under your name."))
        return Message(
            title=title % {"name": post.author.get_full_name()},
            lines=lines,
            url=reverse("community:post", args=[post.public_id]),
            action=_("Read and answer"),
        )

    notify(kind=kind, recipient=person, key=key, message=message, actor=post.author, now=now)


def tell_not_taken(thread: Thread, person: User, *, reason: str, key: str, now: datetime) -> None:
    """Her mail was read, and is not in the thread."""

    def message() -> Message:
        return Message(
            title=_("Your answer by e-mail is not published"),
            lines=[f"« {thread.title} »", reason, _("Nothing of your e-mail is kept here: you can send it again.")],
            url=reverse("community:thread", args=[thread.public_id]),
            action=_("Open the thread"),
        )

    notify(kind=BY_MAIL, recipient=person, key=f"community:by-mail:{key}", message=message, now=now)


def tell_absent(person: User, threads: list[Thread], *, week: str, now: datetime) -> None:
    """What moved most while she was away, once a week at most."""

    def message() -> Message:
        count = len(threads)
        lines = [
            ngettext("%(count)d thread moved in your spaces:", "%(count)d threads moved in your spaces:", count)
            % {"count": count}
        ]
        lines += [f"– {thread.title} ({thread.space})" for thread in threads]
        return Message(
            title=_("What happened while you were away"),
            lines=lines,
            url=reverse("community:unread"),
            action=_("See what is new"),
        )

    notify(kind=ABSENT, recipient=person, key=f"community:absent:{week}", message=message, now=now)
