"""Telling one person one thing, in the transaction of what happened."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from lms.accounts.models import User
from lms.accounts.zones import zone_named
from lms.kit.defer import defer_once
from lms.notifications.enums import Channel
from lms.notifications.live import told
from lms.notifications.models import Delivery, Notification
from lms.notifications.queries import channels_for, telling_choices
from lms.notifications.registry import Kind
from lms.notifications.tasks import send_outbox
from lms.notifications.timing import quiet_until


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text file that travels with the mail, such as a calendar's invitation; `content_type` with its parameters."""

    filename: str
    content_type: str
    content: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is said. `title` is all that a locked screen shows; `url` is a path of ours; `action` the button's words."""

    title: str
    lines: Sequence[str] = ()
    url: str = ""
    action: str = ""
    attachments: Sequence[Attachment] = ()


def notify(
    *,
    kind: Kind,
    recipient: User,
    key: str,
    message: Callable[[], Message],
    now: datetime,
    actor: User | None = None,
    may_wait: bool = False,
) -> Notification | None:
    """Put one piece of news in `recipient`'s list, and a row of the outbox for each channel she has it by.

    Call it in the transaction of what it tells about: both are kept or neither is. The same (recipient, key) again
    changes nothing and gives None. `message` is called in her language and time zone, and its text is kept.
    `may_wait`: an urgent kind is over the day's mail budget as always, and leaves once her quiet hours are over.
    """
    if Notification.objects.filter(recipient=recipient, key=key).exists():
        return None
    with translation.override(recipient.language), timezone.override(zone_named(recipient.time_zone)):
        said = message()
        title, lines, action = " ".join(str(said.title).split()), [str(line) for line in said.lines], str(said.action)
    notification = Notification(
        recipient=recipient,
        actor=actor,
        kind=kind.code,
        key=key,
        title=title[:255],
        lines=lines,
        url=said.url,
        action=action,
        created_at=now,
    )
    quiet = quiet_until(telling_choices(recipient), recipient.time_zone, now) if may_wait else None
    channels = channels_for(recipient, kind, now)
    try:
        with transaction.atomic():
            notification.save(force_insert=True)
            Delivery.objects.bulk_create(
                Delivery(
                    recipient=recipient,
                    notification=notification,
                    channel=channel,
                    is_urgent=kind.is_urgent,
                    attachments=[asdict(file) for file in said.attachments] if channel == Channel.EMAIL else [],
                    due_at=quiet or now,
                    created_at=now,
                )
                for channel in channels
            )
            told(notification)
            defer_once(send_outbox)
    except IntegrityError:  # told by another process since we looked
        if Notification.objects.filter(recipient=recipient, key=key).exists():
            return None
        raise
    return notification
