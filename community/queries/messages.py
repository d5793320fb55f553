"""Private messages as one person reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Substr

from community.models import Block, Conversation, PrivateMessage
from community.queries.held import is_held, was_seen
from lms.accounts.models import User

MESSAGES_A_PAGE = 50
_EXCERPT = 140
"""Characters of a last message in the list."""


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation in somebody's list; `words` is how its last message begins."""

    public_id: UUID
    other: User
    last_at: datetime
    words: str
    is_mine: bool
    unread: int
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """One page of a conversation, oldest message first. `earlier` is the number to ask the page before with."""

    conversation: Conversation
    other: User
    messages: Sequence[PrivateMessage]
    read_until: int
    earlier: int | None

    @property
    def unread(self) -> int:
        return sum(1 for message in self.messages if self.is_new(message))

    def is_new(self, message: PrivateMessage) -> bool:
        return message.number > self.read_until and message.author_id == self.other.pk


def conversations_of(person: User) -> QuerySet[Conversation]:
    """Hers with a message that she may read, the latest first, those with people she blocked last."""
    other = Case(When(first=person, then=F("second_id")), default=F("first_id"), output_field=BigIntegerField())
    seen = PrivateMessage.objects.filter(Q(hidden_at=None) | Q(author=person), conversation=OuterRef("pk"))
    last = seen.order_by("-number")
    return (
        Conversation.objects.filter(Exists(seen), Q(first=person) | Q(second=person))
        .alias(other=other)
        .annotate(
            words=Subquery(last.annotate(start=Substr("source", 1, _EXCERPT)).values("start")[:1]),
            written_by=Subquery(last.values("author")[:1]),
            blocked=Exists(Block.objects.filter(person=person, blocked=OuterRef("other"))),
        )
        .select_related("first", "second")
        .order_by("blocked", "-last_at", "-pk")
    )


def lines(person: User, conversations: list[Conversation]) -> list[Line]:
    return [
        Line(
            public_id=row.public_id,
            other=other_of(row, person),
            last_at=row.last_at,
            words=" ".join((row.words or "").split()),  # type: ignore[attr-defined]
            is_mine=row.written_by == person.pk,  # type: ignore[attr-defined]
            unread=0 if row.blocked else max(0, row.last_number - read_by(row, person)),  # type: ignore[attr-defined]
            is_blocked=row.blocked,  # type: ignore[attr-defined]
        )
        for row in conversations
    ]


def conversation_between(one: User, other: User) -> Conversation | None:
    first, second = sorted((one.pk, other.pk))
    return Conversation.objects.filter(first=first, second=second).select_related("first", "second").first()


def talk(conversation: Conversation, person: User, before: int | None = None) -> Talk:
    """The last messages, or those before a number; found by their numbers, so that any page costs the same. What a
    moderator hid stands there without its words, save to its author; what waits for one, for its author alone."""
    rows = conversation.messages.filter(Q(author=person) | was_seen("message", "sent_at"))
    rows = rows.annotate(is_held=is_held("message")).select_related("author").order_by("-number")
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = list(rows[: MESSAGES_A_PAGE + 1])
    shown = found[:MESSAGES_A_PAGE][::-1]
    return Talk(
        conversation=conversation,
        other=other_of(conversation, person),
        messages=shown,
        read_until=read_by(conversation, person),
        earlier=shown[0].number if len(found) > MESSAGES_A_PAGE else None,
    )


def unread_conversations(person: User) -> int:
    """In how many conversations something new waits for her; those with people she blocked say nothing. 1 query."""
    rows = Conversation.objects.filter(
        Q(first=person, last_number__gt=F("first_read")) | Q(second=person, last_number__gt=F("second_read"))
    )
    blocked = Block.objects.filter(person=person).values("blocked")
    return rows.exclude(first__in=blocked).exclude(second__in=blocked).count()


def other_of(conversation: Conversation, person: User) -> User:
    return conversation.second if conversation.first_id == person.pk else conversation.first


def read_by(conversation: Conversation, person: User) -> int:
    """The number of the last message she has read."""
    return conversation.first_read if conversation.first_id == person.pk else conversation.second_read
