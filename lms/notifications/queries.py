"""What notifications read: a person's list, her count, her choices, and what the outbox holds."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from lms.accounts.models import User

from .enums import Channel, DeliveryState
from .models import ChannelChoice, Delivery, Notification, NotificationQuerySet, PushSubscription, TellingChoices
from .registry import Kind


def news_of(person: User) -> NotificationQuerySet:
    """Everything she was told: what is unread first, then the newest."""
    is_read = ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())
    news = Notification.objects.filter(recipient=person).alias(is_read=is_read)
    return news.order_by("is_read", "-created_at", "-id")


def unread_count(person: User) -> int:
    return Notification.objects.unread().filter(recipient=person).count()


def unread_column() -> Any:
    """How many are unread, as a column of the query that loads the signed-in person: no query of its own a page."""
    counts = (
        Notification.objects.unread()
        .filter(recipient=OuterRef("pk"))
        .order_by()
        .values("recipient")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def telling_choices(person: User) -> TellingChoices:
    """Her choices, or the defaults (unsaved) while she has made none."""
    return TellingChoices.objects.filter(person=person).first() or TellingChoices(person=person)


def choices_of(person: User) -> dict[tuple[str, str], bool]:
    """(kind, channel) → on or off, for what she decided herself."""
    rows = ChannelChoice.objects.filter(person=person).values_list("kind", "channel", "is_on")
    return {(kind, channel): is_on for kind, channel, is_on in rows}


def is_on(kind: Kind, channel: Channel, chosen: dict[tuple[str, str], bool]) -> bool:
    """Whether `kind` takes `channel`; the mail of a kind that may not be refused always does."""
    by_default = channel in kind.channels
    if by_default and channel == Channel.EMAIL and not kind.may_be_refused:
        return True
    return chosen.get((kind.code, channel), by_default)


def channels_for(person: User, kind: Kind, now: datetime) -> list[Channel]:
    """The ways this kind takes to this person now; push only where she is signed in in a browser that asked for it."""
    chosen = choices_of(person)
    wanted = [channel for channel in Channel if is_on(kind, channel, chosen)]
    if Channel.PUSH in wanted and not PushSubscription.objects.filter(person=person).signed_in(now).exists():
        wanted.remove(Channel.PUSH)
    return wanted


def choices_by_person(people: Iterable[int]) -> dict[int, TellingChoices]:
    return {choices.person_id: choices for choices in TellingChoices.objects.filter(person__in=set(people))}


# --- What the outbox holds, for the administrator ---------------------------------------------------------------------

LATE = timedelta(minutes=5)


def dead_letters() -> QuerySet[Delivery]:
    """What was given up, the newest first."""
    return Delivery.objects.dead().select_related("recipient", "notification").order_by("-finished_at", "-id")


def outbox_counts(now: datetime) -> dict[str, int]:
    """How many wait (`pending`; of them tried before, or due for longer than LATE), are for a digest, were sent in the
    last 24 hours, are dead."""
    pending = Q(state=DeliveryState.PENDING)
    return Delivery.objects.aggregate(
        pending=Count("pk", filter=pending),
        retrying=Count("pk", filter=pending & Q(attempts__gt=0)),
        late=Count("pk", filter=pending & Q(due_at__lt=now - LATE)),
        digest=Count("pk", filter=Q(state=DeliveryState.DIGEST)),
        sent=Count("pk", filter=Q(state=DeliveryState.SENT, finished_at__gt=now - timedelta(days=1))),
        dead=Count("pk", filter=Q(state=DeliveryState.DEAD)),
    )
