"""Answers by mail: the signed address says to what, the sender must be the person it was written to."""

import logging
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import timezone, translation

from community import rules
from community.formats.addresses import news_behind
from community.formats.mails import Incoming, Unreadable, read_mail
from community.models import Post
from community.models.threads import LONGEST_POST
from community.notices import tell_not_taken
from community.queries.sight import posts_seen_by
from community.services import posting
from lms.accounts.models import User
from lms.accounts.zones import zone_named
from lms.kit.errors import DomainError
from lms.notifications.models import Notification

log = logging.getLogger(__name__)

_POST_URL = "/community/posts/"


def receive(raw: bytes, *, now: datetime) -> Post | None:
    """Publish one mail as an answer; None where nothing is published. The same mail twice is one message.

    Whoever wrote it is told when her answer cannot be published; a stranger, a forged address and an automatic answer
    are told nothing, so that two machines never write to each other.
    """
    try:
        mail = read_mail(raw)
    except Unreadable:
        log.warning("a mail could not be read and was dropped")
        return None
    news = _news_of(mail)
    if news is None or mail.is_automatic or not _is_from(mail, news.recipient):
        log.info("a mail was dropped: %s", "no address of ours" if news is None else "not from its person")
        return None
    person = news.recipient
    with translation.override(person.language), timezone.override(zone_named(person.time_zone)):
        return _answer(mail, news, now)


def _answer(mail: Incoming, news: Notification, now: datetime) -> Post | None:
    person = news.recipient
    answered = _post_of(news, person)
    if answered is None or not rules.can_read_thread(person, answered.thread):
        log.info("a mail was dropped: what it answers is not there for its writer any more")
        return None
    key = uuid5(NAMESPACE_URL, f"{news.public_id}:{mail.message_id or mail.text}")
    try:
        return posting.answer(
            thread=answered.thread,
            author=person,
            source=mail.text[: LONGEST_POST + 1],
            key=key,
            reply_to=answered,
            by_mail=True,
            now=now,
        )
    except DomainError as refusal:
        with transaction.atomic():
            tell_not_taken(answered.thread, person, reason=str(refusal), key=str(key), now=now)
        return None


def _news_of(mail: Incoming) -> Notification | None:
    for address in mail.to:
        if (public_id := news_behind(address)) is not None:
            rows = Notification.objects.filter(public_id=public_id, recipient__is_active=True)
            return rows.select_related("recipient").first()
    return None


def _is_from(mail: Incoming, person: User) -> bool:
    return mail.sender == person.email.lower()


def _post_of(news: Notification, person: User) -> Post | None:
    """The message that the news told of, or the one that follows it where it was moved; `thread` is read."""
    if not news.url.startswith(_POST_URL):
        return None
    try:
        public_id = UUID(news.url.removeprefix(_POST_URL).strip("/"))
    except ValueError:
        return None
    rows = posts_seen_by(person).filter(public_id=public_id, thread__merged_into=None)
    return rows.select_related("thread__space", "author").first()
