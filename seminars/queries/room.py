"""Reads of the room: who comes in as what, and each thing in the shape in which sockets tell it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from lms.accounts.models import User
from lms.kit.prepared import Prepared
from lms.programmes.queries import roles_of
from seminars.enums import HandState, PollKind, RecordingState, RegistrationState, RoomRole, SessionState
from seminars.models import (
    BreakoutRoom,
    BreakoutRound,
    BreakoutSeat,
    Caption,
    ChatMessage,
    Deck,
    Hand,
    LiveSession,
    Question,
    QuestionVote,
    Registration,
    Removal,
    RunSheetItem,
    SessionPoll,
    SessionPollAnswer,
    SessionRecording,
    SessionStaff,
    Slide,
    Stay,
)

type Event = dict[str, Any]

LINES_SHOWN = 100
"""Chat lines of a snapshot."""
QUESTIONS_SHOWN = 100
PEOPLE_A_PAGE = 50


# --- The door ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A session and what somebody is in its room."""

    session: LiveSession
    role: RoomRole


_OPEN = (SessionState.ANNOUNCED, SessionState.LIVE)
_session = Prepared(lambda public_id: LiveSession.objects.filter(public_id=public_id, state__in=_OPEN), UUID)
_removal = Prepared(
    lambda session, person: Removal.objects.filter(session=session, person=person, lifted_at=None)[:1], int, int
)
_named = Prepared(lambda session, person: SessionStaff.objects.filter(session=session, person=person)[:1], int, int)
_registration = Prepared(
    lambda session, person: Registration.objects.filter(
        session=session, person=person, state=RegistrationState.REGISTERED
    )[:1],
    int,
    int,
)
_stay = Prepared(lambda session, person: Stay.objects.filter(session=session, person=person)[:1], int, int)


def place_of(person: User, public_id: UUID) -> Place | None:
    """What `seminars.rules.can_enter` and `role_in` say together; None: not hers now.

    Short queries that are composed once: a thousand people come in at the same moment.
    """
    session = _session.first(public_id)
    if session is None or not person.is_active:
        return None
    if _removal.first(session.pk, person.pk):
        return None
    if named := _named.first(session.pk, person.pk):
        return Place(session, RoomRole(named.role))
    if person.is_superuser or (session.partner_id and session.partner_id in roles_of(person).partner_ids):
        return Place(session, RoomRole.HOST)
    if not _registration.first(session.pk, person.pk):
        return None
    if session.locked_at and not _stay.first(session.pk, person.pk):
        return None
    return Place(session, RoomRole.PARTICIPANT)


def removal_of(person: User, session: LiveSession) -> Removal | None:
    """The standing word by which somebody was sent out."""
    return Removal.objects.filter(session=session, person=person, lifted_at=None).first()


# --- Who is here ------------------------------------------------------------------------------------------------------


def people_in(session: LiveSession) -> QuerySet[User]:
    """Whoever has a connection open now, once each, by name."""
    here = Stay.objects.filter(session=session, person=OuterRef("pk"), left_at=None)
    people: QuerySet[User] = User.objects.filter(Exists(here)).order_by("display_name", "pk")
    return people


def number_in(session: LiveSession) -> int:
    return Stay.objects.filter(session=session, left_at=None).values("person").distinct().count()


def number_where(session: LiveSession, breakout: BreakoutRoom | None) -> int:
    """How many are in this group, or (None) in the room itself and in no group."""
    there = Stay.objects.filter(session=session, breakout=breakout, left_at=None)
    return there.values("person").distinct().count()


def silent_in(session: LiveSession) -> QuerySet[User]:
    """Participants who are here and have not yet written, asked, raised a hand or answered a poll."""
    spoke: Any = {"session": session, "author": OuterRef("pk")}
    did: Any = {"session": session, "person": OuterRef("pk")}
    return people_in(session).exclude(
        Q(Exists(ChatMessage.objects.filter(**spoke)))
        | Q(Exists(Question.objects.filter(**spoke)))
        | Q(Exists(Hand.objects.filter(**did)))
        | Q(Exists(SessionPollAnswer.objects.filter(poll__session=session, person=OuterRef("pk"))))
        | Q(Exists(SessionStaff.objects.filter(**did)))
    )


def person_event(person: User) -> Event:
    return {"person": str(person.public_id), "name": person.get_full_name(), "initials": person.initials}


def roles_in(session: LiveSession) -> dict[str, str]:
    """Who runs it, by public id: what stands beside their names."""
    staff = SessionStaff.objects.filter(session=session).values_list("person__public_id", "role")
    return {str(public_id): role for public_id, role in staff}


# --- The room itself --------------------------------------------------------------------------------------------------


def room_event(session: LiveSession) -> Event:
    """What state the room is in."""
    running = SessionRecording.objects.filter(session=session, state=RecordingState.RUNNING)
    trouble = running.values_list("trouble", flat=True).first()
    return {
        "type": "room",
        "state": session.state,
        "locked": session.locked_at is not None,
        "paused": session.chat_paused_at is not None,
        "recording": trouble is not None,
        "trouble": trouble or "",
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
    }


def slide_event(session: LiveSession) -> Event:
    """The page on stage, with its text; `deck` is None where nothing is shown."""
    slide = None
    if session.shown_deck_id:
        slide = (
            Slide.objects.filter(deck=session.shown_deck_id, number=session.shown_page).select_related("deck").first()
        )
    if slide is None:
        return {"type": "slide", "deck": None}
    return {"type": "slide", **slide_facts(session, slide), "pages": slide.deck.slides.count()}


def slide_facts(session: LiveSession, slide: Slide) -> dict[str, Any]:
    deck = slide.deck
    return {
        "deck": str(deck.public_id),
        "title": deck.title,
        "heading": next((line for line in slide.text.splitlines() if sum(map(str.isalpha, line)) > 2), deck.title),
        "page": slide.number,
        "image": reverse("seminars:slide", args=[session.public_id, deck.public_id, slide.number]),
        "width": slide.width,
        "height": slide.height,
        "text": slide.text,
    }


def decks_event(session: LiveSession) -> Event:
    """What can be shown: how many pages each deck has; none while they are `coming`, or could not be made."""
    return {
        "type": "decks",
        "decks": [
            {
                "deck": str(deck.public_id),
                "title": deck.title,
                "pages": deck.number if deck.ready_at else 0,
                "coming": not (deck.ready_at or deck.trouble),
            }
            for deck in Deck.objects.filter(session=session).annotate(number=Count("slides"))
        ],
    }


def handouts_event(session: LiveSession) -> Event:
    """The documents that are handed out, by name; what they say is asked of the page."""
    rows = session.handouts.values_list("public_id", "title")
    return {"type": "handouts", "handouts": [{"id": str(public_id), "title": title} for public_id, title in rows]}


def notes_event(session: LiveSession) -> Event:
    return {"type": "notes", "text": session.shared_notes, "version": session.notes_version}


def caption_event(caption: Caption) -> Event:
    return {"type": "caption", "speaker": caption.speaker, "text": caption.text, "at": caption.at.isoformat()}


def caption_now(session: LiveSession, now: datetime) -> Caption | None:
    """The last one typed that has not left the screen."""
    return Caption.objects.filter(Q(until=None) | Q(until__gt=now), session=session, at__lte=now).last()


# --- Chat, questions, hands -------------------------------------------------------------------------------------------


def lines_of(
    session: LiveSession, breakout: BreakoutRoom | None = None, before: int | None = None
) -> list[ChatMessage]:
    """The last lines of the room, or of one group, oldest first; `before`: the last ones above that place."""
    lines = ChatMessage.objects.filter(session=session, breakout=breakout)
    if before is not None:
        lines = lines.filter(seq__lt=before)
    return list(reversed(lines.select_related("author", "breakout", "reply_to__author").order_by("-seq")[:LINES_SHOWN]))


def earlier_event(session: LiveSession, breakout: BreakoutRoom | None, before: int) -> Event:
    """A page of what was said before, and whether there is more above it."""
    lines = lines_of(session, breakout, before)
    return {
        "type": "earlier",
        "group": str(breakout.public_id) if breakout else None,
        "messages": [message_event(line) for line in lines],
        "more": len(lines) == LINES_SHOWN,
    }


def message_event(message: ChatMessage) -> Event:
    """A deleted line keeps its place, and nothing of what it said."""
    answered = message.reply_to
    deleted = message.deleted_at is not None
    return {
        "type": "message",
        "id": str(message.public_id),
        "n": message.seq,
        **person_event(message.author),
        "text": "" if deleted else message.text,
        "at": message.at.isoformat(),
        "edited": message.edited_at is not None,
        "deleted": deleted,
        "pinned": message.pinned_at is not None and not deleted,
        "group": str(message.breakout.public_id) if message.breakout else None,
        "reply": answered
        and {
            "id": str(answered.public_id),
            "name": answered.author.get_full_name(),
            "text": "" if answered.deleted_at else answered.text[:120],
        },
    }


def question_event(question: Question) -> Event:
    return {
        "type": "question",
        "id": str(question.public_id),
        **person_event(question.author),
        "text": question.text,
        "at": question.at.isoformat(),
        "votes": question.votes,
        "answered": question.answered_at is not None,
        "live": question.answered_live,
        "answer": question.answer,
        "by": question.answered_by.get_full_name() if question.answered_by else "",
        "dismissed": question.dismissed_at is not None,
    }


def votes_event(session: LiveSession, ids: set[UUID]) -> Event:
    counts = Question.objects.filter(session=session, public_id__in=ids).values_list("public_id", "votes")
    return {"type": "votes", "votes": {str(public_id): votes for public_id, votes in counts}}


def hand_event(hand: Hand) -> Event:
    return {
        "type": "hand",
        "id": str(hand.public_id),
        **person_event(hand.person),
        "state": hand.state,
        "at": hand.raised_at.isoformat(),
    }


# --- Polls ------------------------------------------------------------------------------------------------------------


def poll_event(poll: SessionPoll, *, for_staff: bool = False) -> Event:
    """A poll as the room sees it: results once they are shown, right answers once it is closed as well.

    Those who run it see both at any time.
    """
    shown = for_staff or poll.shown_at is not None
    tells_right = poll.kind == PollKind.QUIZ and (for_staff or (shown and poll.closed_at is not None))
    state = "prepared" if poll.opened_at is None else "open" if poll.closed_at is None else "closed"
    return {
        "type": "poll",
        "id": str(poll.public_id),
        "kind": poll.kind,
        "question": poll.question,
        "multiple": poll.is_multiple,
        "state": state,
        "shown": poll.shown_at is not None,
        "choices": [
            {"id": str(choice.public_id), "text": choice.text} | ({"right": choice.is_right} if tells_right else {})
            for choice in poll.choices.all()
        ],
        "results": results_of(poll) if shown else None,
        "voters": number_of_voters(poll),
    }


def results_of(poll: SessionPoll) -> dict[str, int]:
    """Answers by choice."""
    counts = poll.choices.annotate(number=Count("answers")).values_list("public_id", "number")
    return {str(public_id): number for public_id, number in counts}


def number_of_voters(poll: SessionPoll) -> int:
    return SessionPollAnswer.objects.filter(poll=poll).values("person").distinct().count()


def current_poll(session: LiveSession) -> SessionPoll | None:
    """The poll on everybody's screen: the open one, else the last whose results are shown."""
    begun = session.polls.filter(opened_at__isnull=False).prefetch_related("choices")
    asked = begun.filter(closed_at=None).first()
    return asked or begun.filter(shown_at__isnull=False).order_by("shown_at").last()


# --- Groups -----------------------------------------------------------------------------------------------------------


def open_round(session: LiveSession, now: datetime) -> BreakoutRound | None:
    return BreakoutRound.objects.filter(
        session=session, opened_at__isnull=False, closed_at=None, ends_at__gt=now
    ).first()


def round_event(round_: BreakoutRound) -> Event:
    """Groups, how many are in each, and until when."""
    state = "prepared" if round_.opened_at is None else "open" if round_.closed_at is None else "closed"
    sizes = Counter(BreakoutSeat.objects.filter(round=round_).values_list("room", flat=True))
    return {
        "type": "round",
        "id": str(round_.public_id),
        "state": state,
        "minutes": round_.minutes,
        "ends_at": round_.ends_at.isoformat() if round_.ends_at else None,
        "rooms": [
            {"id": str(room.public_id), "name": room.name, "seats": sizes[room.pk]} for room in round_.rooms.all()
        ],
    }


def group_event(session: LiveSession, room: BreakoutRoom) -> Event:
    """What somebody finds in her group."""
    members = [seat.person for seat in room.seats.select_related("person").order_by("person__display_name")]
    return {
        "type": "group",
        "id": str(room.public_id),
        "name": room.name,
        "people": [person_event(member) for member in members],
        "messages": [message_event(line) for line in lines_of(session, room)],
    }


# --- Snapshots --------------------------------------------------------------------------------------------------------


def shared_content(session: LiveSession, now: datetime) -> dict[str, Any]:
    """What everybody finds in the room, in the shapes of the events that change it."""
    session = LiveSession.objects.get(pk=session.pk)
    pinned = ChatMessage.objects.filter(session=session, pinned_at__isnull=False, deleted_at=None, breakout=None)
    questions = Question.objects.filter(session=session, dismissed_at=None).select_related("author", "answered_by")
    hands = Hand.objects.filter(session=session).exclude(state=HandState.LOWERED).select_related("person")
    poll, round_, caption = current_poll(session), open_round(session, now), caption_now(session, now)
    return {
        "room": room_event(session),
        "staff": roles_in(session),
        "count": number_in(session),
        "messages": [message_event(line) for line in lines_of(session)],
        "pinned": [message_event(line) for line in pinned.select_related("author", "breakout", "reply_to__author")],
        "questions": [question_event(question) for question in questions[:QUESTIONS_SHOWN]],
        "hands": [hand_event(hand) for hand in hands],
        "poll": poll and poll_event(poll),
        "round": round_ and round_event(round_),
        "slide": slide_event(session),
        "decks": decks_event(session)["decks"],
        "handouts": handouts_event(session)["handouts"],
        "notes": notes_event(session),
        "caption": caption and caption_event(caption),
    }


def own_content(session: LiveSession, person: User, shared: Mapping[str, Any]) -> dict[str, Any]:
    """What is hers alone of `shared`: her votes, her answers. Where there is nothing to vote on, nothing is asked."""
    voted: Iterable[UUID] = ()
    answered: Iterable[UUID] = ()
    if shared["questions"]:
        votes = QuestionVote.objects.filter(question__session=session, person=person)
        voted = votes.values_list("question__public_id", flat=True)
    if shared["poll"]:
        answers = SessionPollAnswer.objects.filter(poll__session=session, person=person)
        answered = answers.values_list("choice__public_id", flat=True)
    return {"voted": [str(public_id) for public_id in voted], "answered": [str(public_id) for public_id in answered]}


def staff_content(session: LiveSession) -> dict[str, Any]:
    """What only those who run it see."""
    prepared = BreakoutRound.objects.filter(session=session, opened_at=None).prefetch_related("rooms")
    removals = Removal.objects.filter(session=session, lifted_at=None).select_related("person")
    return {
        "polls": [poll_event(poll, for_staff=True) for poll in session.polls.prefetch_related("choices")],
        "rounds": [round_event(round_) for round_ in prepared],
        "removals": [{**person_event(removal.person), "reason": removal.reason} for removal in removals],
        "sheet": sheet_event(session)["items"],
    }


def sheet_event(session: LiveSession) -> Event:
    """The run sheet; a line is known by its place in it, from 1."""
    lines = [
        {"minutes": item.minutes, "title": item.title, "notes": item.notes, "done": item.done_at is not None}
        for item in RunSheetItem.objects.filter(session=session)
    ]
    return {"type": "sheet", "items": lines}


# --- The page ---------------------------------------------------------------------------------------------------------


def page_content(session: LiveSession, now: datetime, before: int | None = None) -> dict[str, Any]:
    """What the page shows before any script: all that everybody finds in the room, and what is handed out. `before`:
    the chat above that place, for who reads back."""
    led = (RoomRole.HOST, RoomRole.PRESENTER)
    presenters = SessionStaff.objects.filter(session=session, role__in=led).select_related("person")
    content = shared_content(session, now)
    if before is not None:
        content["messages"] = earlier_event(session, None, before)["messages"]
    return content | {
        "earlier": content["messages"][0]["n"] if len(content["messages"]) == LINES_SHOWN else None,
        "presenters": [one.person.get_full_name() for one in presenters.order_by("-role", "pk")],
        "people": [person_event(person) for person in people_in(session)[:PEOPLE_A_PAGE]],
        "handouts": list(session.handouts.all()),
        "pages": deck_pages(session),
    }


def deck_pages(session: LiveSession, **of: Any) -> list[dict[str, Any]]:
    """Every page that can be shown, deck by deck (or of one): for turning them, and for going at one's own pace."""
    ready = {"deck__session": session, "deck__ready_at__isnull": False}
    slides = Slide.objects.filter(**ready, **of).select_related("deck")
    return [slide_facts(session, slide) for slide in slides.order_by("deck__order", "deck__pk", "number")]
