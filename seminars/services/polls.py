"""Polls and quizzes: prepared, opened, answered, closed, shown."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.kit.live import push
from seminars.enums import PollKind
from seminars.live import room_group, staff_group
from seminars.models import LiveSession, SessionPoll, SessionPollAnswer, SessionPollChoice
from seminars.queries.room import poll_event

from .held import RoomRefusal, hold, hold_open, unknown

CHOICES = range(2, 11)
MOST_POLLS = 50


def prepare_poll(
    *,
    session: LiveSession,
    question: str,
    choices: list[str],
    right: list[int],
    multiple: bool,
    actor: User,
    now: datetime,
) -> SessionPoll:
    """Write a poll, to be opened now or later; with right answers (places in `choices`, from 0) it is a quiz.

    Raises:
        RoomRefusal: between two and ten choices, all different (`choices`); fifty polls already (`too-many`).
    """
    texts = [choice.strip() for choice in choices if choice.strip()]
    if len(texts) not in CHOICES or len(set(texts)) != len(texts):
        raise RoomRefusal("choices", _("Between two and ten answers, all different."))
    if any(place not in range(len(choices)) for place in right):
        raise RoomRefusal("choices", _("The right answer is not among the answers."))
    rights = {choices[place].strip() for place in right}
    with transaction.atomic():
        held = hold(session, may_be_draft=True)
        number = held.polls.count()
        if number >= MOST_POLLS:
            raise RoomRefusal("too-many", _("This session has fifty polls already."))
        poll = SessionPoll.objects.create(
            session=held,
            kind=PollKind.QUIZ if rights else PollKind.POLL,
            question=question.strip(),
            is_multiple=multiple,
            order=number + 1,
        )
        SessionPollChoice.objects.bulk_create(
            SessionPollChoice(poll=poll, text=text, is_right=text in rights, order=order)
            for order, text in enumerate(texts, 1)
        )
        push(staff_group(held), poll_event(poll, for_staff=True))
    return poll


def open_poll(*, session: LiveSession, poll: UUID, actor: User, now: datetime) -> SessionPoll:
    """Put a poll on everybody's screen; the one that was open is closed. One that was closed opens again."""
    with transaction.atomic():
        held = hold_open(session)
        opened = _poll(held, poll)
        for other in held.polls.filter(opened_at__isnull=False, closed_at=None).exclude(pk=opened.pk):
            other.closed_at = now
            other.save(update_fields=["closed_at"])
            _tell(held, other)
        opened.opened_at, opened.closed_at = opened.opened_at or now, None
        opened.save(update_fields=["opened_at", "closed_at"])
        _tell(held, opened)
    return opened


def answer_poll(*, session: LiveSession, poll: UUID, choices: list[UUID], actor: User, now: datetime) -> SessionPoll:
    """Answer, or answer otherwise, as long as it is open. Nobody is told at once: `tell_results` does it for many.

    Raises:
        RoomRefusal: not open (`closed`); no such choice (`unknown`); none, or several where one is asked (`choices`).
    """
    with transaction.atomic():
        answered = _poll(hold_open(session), poll)
        if answered.opened_at is None or answered.closed_at is not None:
            raise RoomRefusal("closed", _("This poll is closed."))
        wanted = set(choices)
        if not wanted or (len(wanted) > 1 and not answered.is_multiple):
            raise RoomRefusal("choices", _("Choose one answer."))
        found = list(answered.choices.filter(public_id__in=wanted))
        if len(found) != len(wanted):
            raise unknown()
        SessionPollAnswer.objects.filter(poll=answered, person=actor).exclude(choice__in=found).delete()
        SessionPollAnswer.objects.bulk_create(
            [SessionPollAnswer(poll=answered, choice=choice, person=actor, at=now) for choice in found],
            ignore_conflicts=True,
        )
    return answered


def close_poll(*, session: LiveSession, poll: UUID, actor: User, now: datetime) -> SessionPoll:
    """No more answers; one that was never opened, or is closed, stays so."""
    with transaction.atomic():
        held = hold_open(session)
        closed = _poll(held, poll)
        if closed.opened_at is not None and closed.closed_at is None:
            closed.closed_at = now
            closed.save(update_fields=["closed_at"])
            _tell(held, closed)
    return closed


def show_poll(*, session: LiveSession, poll: UUID, shown: bool, actor: User, now: datetime) -> SessionPoll:
    """Show the results to everybody, or no longer.

    Raises:
        RoomRefusal: it was never opened (`closed`).
    """
    with transaction.atomic():
        held = hold_open(session)
        told = _poll(held, poll)
        if told.opened_at is None:
            raise RoomRefusal("closed", _("Open this poll first."))
        told.shown_at = now if shown else None
        told.save(update_fields=["shown_at"])
        _tell(held, told)
    return told


def tell_results(session: LiveSession, poll: UUID) -> None:
    """The answers so far: to those who run the session, and to everybody once they are shown."""
    found = session.polls.filter(public_id=poll).prefetch_related("choices").first()
    if found is not None:
        _tell(session, found)


def _tell(session: LiveSession, poll: SessionPoll) -> None:
    push(room_group(session), poll_event(poll))
    push(staff_group(session), poll_event(poll, for_staff=True))


def _poll(session: LiveSession, public_id: UUID) -> SessionPoll:
    poll = session.polls.filter(public_id=public_id).prefetch_related("choices").first()
    if poll is None:
        raise unknown()
    return poll
