"""Questions to the presenter, the votes they get, and what becomes of them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.kit.live import push
from seminars.live import room_group
from seminars.models import LiveSession, Question, QuestionVote
from seminars.queries.room import question_event, votes_event

from .held import RoomRefusal, hold_open, unknown

MOST_WAITING = 5


def ask(*, session: LiveSession, text: str, key: UUID, actor: User, now: datetime) -> Question:
    """Ask; whoever asks wants the answer, so that it begins with one vote. The same `key` again asks once.

    Raises:
        RoomRefusal: not open; five of hers wait already (`too-many`); the key is somebody else's (`key-taken`).
    """
    with transaction.atomic():
        held = hold_open(session)
        asked = Question.objects.filter(public_id=key).first()
        if asked is not None and (asked.session_id, asked.author_id) == (held.pk, actor.pk):
            return asked
        if asked is not None:
            raise RoomRefusal("key-taken", _("This question could not be sent. Write it again."))
        waiting = Question.objects.filter(session=held, author=actor, answered_at=None, dismissed_at=None)
        if waiting.count() >= MOST_WAITING:
            raise RoomRefusal("too-many", _("Five of your questions wait for an answer. Ask the next one later."))
        question = Question.objects.create(
            public_id=key, session=held, author=actor, text=text.strip(), at=now, votes=1
        )
        QuestionVote.objects.create(question=question, person=actor)
        push(room_group(held), question_event(question))
    return question


def vote(*, session: LiveSession, question: UUID, wanted: bool, actor: User, now: datetime) -> Question:
    """Want the answer too, or no longer. Nobody is told at once: `tell_votes` does it for many.

    Raises:
        RoomRefusal: not open; no such question, or it is settled (`unknown`).
    """
    with transaction.atomic():
        voted = _waiting(hold_open(session), question)
        if wanted:
            QuestionVote.objects.get_or_create(question=voted, person=actor)
        else:
            QuestionVote.objects.filter(question=voted, person=actor).delete()
        voted.votes = voted.voters.count()
        voted.save(update_fields=["votes"])
    return voted


def tell_votes(session: LiveSession, ids: set[UUID]) -> None:
    """How many want each of these, to everybody."""
    push(room_group(session), votes_event(session, ids))


def answer(*, session: LiveSession, question: UUID, text: str, live: bool, actor: User, now: datetime) -> Question:
    """Say that a question was answered aloud, or answer it in writing; a written word may follow the spoken one.

    Raises:
        RoomRefusal: no such question (`unknown`); in writing, and nothing written (`empty`).
    """
    text = text.strip()
    if not live and not text:
        raise RoomRefusal("empty", _("Write the answer first."))
    with transaction.atomic():
        held = hold_open(session)
        found = Question.objects.filter(session=held, public_id=question, dismissed_at=None)
        answered = found.select_related("author").first()
        if answered is None:
            raise unknown()
        answered.answered_at = answered.answered_at or now
        answered.answered_live, answered.answered_by = answered.answered_live or live, actor
        answered.answer = text or answered.answer
        answered.save(update_fields=["answered_at", "answered_live", "answered_by", "answer"])
        push(room_group(held), question_event(answered))
    return answered


def dismiss(*, session: LiveSession, question: UUID, text: str, actor: User, now: datetime) -> Question:
    """Put a question aside, with a word to whoever asked it.

    Raises:
        RoomRefusal: no such question, or it is settled (`unknown`).
    """
    with transaction.atomic():
        held = hold_open(session)
        aside = _waiting(held, question)
        aside.dismissed_at, aside.answered_by, aside.answer = now, actor, text.strip()
        aside.save(update_fields=["dismissed_at", "answered_by", "answer"])
        push(room_group(held), question_event(aside))
    return aside


def _waiting(session: LiveSession, public_id: UUID) -> Question:
    found = Question.objects.filter(session=session, public_id=public_id, answered_at=None, dismissed_at=None)
    question = found.select_related("author", "answered_by").first()
    if question is None:
        raise unknown()
    return question
