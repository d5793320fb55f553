"""Who is in a live room, and what each of them may say."""

import uuid
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from seminars.enums import HandState, RecordingState, SessionState
from seminars.forms.room import STATES
from seminars.models import (
    BreakoutRound,
    ChatMessage,
    Hand,
    LiveSession,
    Question,
    SessionPoll,
    SessionRecording,
    Stay,
)
from seminars.services import stage
from tests.factories import UserFactory
from tests.halls import Cast, Fields, Insider, Make, insider
from tests.seminars.factories import (
    BreakoutRoomFactory,
    BreakoutRoundFactory,
    BreakoutSeatFactory,
    ChatMessageFactory,
    DeckFactory,
    HandFactory,
    QuestionFactory,
    RegistrationFactory,
    RemovalFactory,
    RunSheetItemFactory,
    SessionPollFactory,
    SessionRecordingFactory,
    SlideFactory,
)
from tests.seminars.rooms import Room, make_room

LINES = {"mic": True, "camera": False, "screen": False}


def key() -> str:
    return str(uuid.uuid4())


def build() -> Cast:
    """An open room with a speaker on stage, one that opens in five minutes, and one whose people are in groups; `apart`
    is the host of a fourth."""
    soon = timezone.now() + timedelta(minutes=5)
    open_, early = make_room(is_recorded=True), make_room(live=False, starts_at=soon, is_recorded=True)
    grouped, elsewhere = make_room(is_recorded=True), make_room()
    for room in (open_, early, grouped):
        RunSheetItemFactory(session=room.session)
    round_ = BreakoutRoundFactory(session=grouped.session, opened_at=timezone.now(), ends_at=soon + timedelta(hours=1))
    BreakoutSeatFactory(room=BreakoutRoomFactory(round=round_, name="Un"), person=grouped.learner)
    sent_out = RegistrationFactory(session=open_.session, enrolment=None, person=UserFactory()).person
    RemovalFactory(session=open_.session, person=sent_out, actor=open_.host)
    inside = {
        "host": (open_, open_.host),
        "presenter": (open_, open_.presenter),
        "moderator": (open_, open_.moderator),
        "speaker": (open_, open_.classmate),
        "participant": (open_, open_.learner),
        "in_group": (grouped, grouped.learner),
        "early_host": (early, early.host),
        "early": (early, early.learner),
    }
    gone = ChatMessageFactory(session=elsewhere.session, author=elsewhere.learner)
    gone.delete()
    return Cast(
        path=open_.path,
        inside={role: insider(person, room.path, room, role) for role, (room, person) in inside.items()},
        messages=MESSAGES,
        outside={
            "removed": sent_out,
            "outsider": open_.stranger,
            "other_partner": elsewhere.host,
            "anonymous": None,
        },
        apart=insider(elsewhere.host, elsewhere.path, elsewhere, "apart"),
        gone=[str(gone.public_id)],
        make_ready=partial(make_ready, open_, early),
        said_before=partial(said_before, open_, {person.pk: role for role, (_room, person) in inside.items()}),
    )


def make_ready(open_: Room, early: Room) -> None:
    """Open, unlocked, nobody in groups but where they are meant to be, and the hand of the speaker up."""
    now = timezone.now()
    for room, state in ((open_, SessionState.LIVE), (early, SessionState.ANNOUNCED)):
        here = LiveSession.objects.filter(pk=room.session.pk)
        here.exclude(state=state, locked_at=None, chat_paused_at=None).update(
            state=state, ended_at=None, locked_at=None, chat_paused_at=None
        )
    rounds = BreakoutRound.objects.filter(session=open_.session, opened_at__isnull=False, closed_at=None)
    rounds.update(closed_at=now)
    up = Hand.objects.filter(session=open_.session, person=open_.classmate).exclude(state=HandState.LOWERED)
    if not up.exists():
        HandFactory(session=open_.session, person=open_.classmate, state=HandState.SPEAKING)


def said_before(open_: Room, people: dict[int, str]) -> list[tuple[str, str, Fields]]:
    in_groups = Stay.objects.filter(session=open_.session, left_at=None, breakout__isnull=False)
    back = [(people[pk], "group", {"id": None}) for pk in set(in_groups.values_list("person", flat=True))]
    scene = stage.scene_of(open_.session, None)
    if any(one["feed"].startswith(str(open_.classmate.public_id)) for one in stage.on_stage(scene)):
        return back
    return [*back, ("speaker", "publish", {"sdp": "", "mids": [], **LINES})]


# --- What is said -----------------------------------------------------------------------------------------------------


def line(me: Insider, *, own: bool = True) -> str:
    author = me.person if own else me.place.stranger
    message = ChatMessageFactory(session=me.place.session, author=author)
    return str(message.public_id)


def another(me: Insider) -> str:
    """Somebody who has a seat in this room, and is not there now."""
    return str(RegistrationFactory(session=me.place.session, enrolment=None, person=UserFactory()).person.public_id)


def question(me: Insider) -> str:
    return str(QuestionFactory(session=me.place.session, author=me.place.stranger).public_id)


def nobody_speaks(me: Insider) -> Any:
    """Beside the speaker: a stage has four places."""
    hands = Hand.objects.filter(session=me.place.session).exclude(person=me.place.classmate)
    hands.exclude(state=HandState.LOWERED).update(state=HandState.LOWERED)
    return hands


def hand(me: Insider) -> str:
    nobody_speaks(me)
    return str(HandFactory(session=me.place.session, person=me.place.stranger).public_id)


def wanted_on_stage(me: Insider) -> Fields:
    nobody_speaks(me)
    return {"person": another(me)}


def invited(me: Insider) -> Fields:
    nobody_speaks(me)
    up = Hand.objects.filter(session=me.place.session, person=me.person).exclude(state=HandState.LOWERED)
    if not up.exists():
        HandFactory(session=me.place.session, person=me.person, state=HandState.INVITED)
    return {}


def pinned(me: Insider) -> Fields:
    ChatMessage.objects.filter(session=me.place.session, pinned_at__isnull=False).update(pinned_at=None)
    return {"id": line(me, own=False), "pinned": True}


def asked(me: Insider) -> Fields:
    """Five of hers may wait."""
    waiting = Question.objects.filter(session=me.place.session, author=me.person, answered_at=None)
    waiting.update(answered_at=timezone.now())
    return {"id": key(), "text": "Et demain ?"}


def poll(me: Insider, *, is_open: bool = False) -> SessionPoll:
    found: SessionPoll = SessionPollFactory(
        session=me.place.session, opened_at=timezone.now() if is_open else None, order=1
    )
    return found


def answered(me: Insider) -> Fields:
    asked = poll(me, is_open=True)
    return {"id": str(asked.public_id), "choices": [str(asked.choices.all()[0].public_id)]}


def group(me: Insider) -> Any:
    """Of a round that is prepared; twenty may wait."""
    now = timezone.now()
    prepared = BreakoutRound.objects.filter(session=me.place.session, opened_at=None)
    prepared.update(opened_at=now, ends_at=now, closed_at=now)
    return BreakoutRoomFactory(round=BreakoutRoundFactory(session=me.place.session))


def visited(me: Insider) -> Fields:
    going_on = BreakoutRound.objects.filter(session=me.place.session, opened_at__isnull=False, closed_at=None).first()
    now = timezone.now()
    round_ = going_on or BreakoutRoundFactory(
        session=me.place.session, opened_at=now, ends_at=now + timedelta(minutes=5)
    )
    return {"id": str(BreakoutRoomFactory(round=round_).public_id)}


def page(me: Insider) -> Fields:
    return {"deck": str(SlideFactory(deck=DeckFactory(session=me.place.session)).deck.public_id), "page": 1}


def notes(me: Insider) -> Fields:
    version = LiveSession.objects.values_list("notes_version", flat=True).get(pk=me.place.session.pk)
    return {"text": "Plan", "version": version}


def sent_out(me: Insider) -> Fields:
    person = RegistrationFactory(session=me.place.session, enrolment=None, person=UserFactory()).person
    RemovalFactory(session=me.place.session, person=person, actor=me.place.host)
    return {"person": str(person.public_id)}


def not_recorded(me: Insider) -> Fields:
    running = SessionRecording.objects.filter(session=me.place.session, state=RecordingState.RUNNING)
    running.update(state=RecordingState.READY)
    return {"on": True}


def recorded(me: Insider) -> Fields:
    not_recorded(me)
    SessionRecordingFactory(session=me.place.session, state=RecordingState.RUNNING)
    return {"on": False}


def speaker(me: Insider) -> str:
    """The device of whoever is on stage in the open room; in the others it is nobody's."""
    return f"{me.place.classmate.public_id}.{'speaker'.ljust(8, '0')}"


def state(what: str) -> Make:
    return lambda me: {"what": what}


MESSAGES: dict[str, Make] = {
    "ping": lambda me: {},
    "resume": lambda me: {"since": 0},
    # Chat, questions, hands, reactions
    "say": lambda me: {"id": key(), "text": "Bonjour", "reply": None},
    "say in reply": lambda me: {"id": key(), "text": "Bonjour", "reply": line(me, own=False)},
    "earlier": lambda me: {"before": 5},
    "edit": lambda me: {"id": line(me), "text": "Bonsoir"},
    "edit another's": lambda me: {"id": line(me, own=False), "text": "Bonsoir"},
    "delete": lambda me: {"id": line(me)},
    "delete another's": lambda me: {"id": line(me, own=False)},
    "pin": pinned,
    "typing": lambda me: {},
    "ask": asked,
    "vote": lambda me: {"id": question(me), "wanted": True},
    "answer-question": lambda me: {"id": question(me), "text": "Oui", "live": False},
    "dismiss-question": lambda me: {"id": question(me), "text": ""},
    "hand up": lambda me: {"up": True},
    "hand down": lambda me: {"up": False},
    "lower": lambda me: {"id": hand(me)},
    "invite": wanted_on_stage,
    "to-stage": invited,
    "react": lambda me: {"kind": "clap"},
    # Polls, groups, slides, notes, captions
    "poll-prepare": lambda me: {"question": "Qui ?", "choices": ["Elle", "Moi"], "right": [0], "multiple": False},
    "poll-open": lambda me: {"id": str(poll(me).public_id)},
    "poll-close": lambda me: {"id": str(poll(me, is_open=True).public_id)},
    "poll-show": lambda me: {"id": str(poll(me, is_open=True).public_id), "shown": True},
    "poll-answer": answered,
    "round-prepare": lambda me: {"names": ["Un", "Deux"], "minutes": 10},
    "round-seat": lambda me: {"room": str(group(me).public_id), "person": another(me)},
    "round-open": lambda me: {"id": str(group(me).round.public_id)},
    "round-tell": lambda me: {"text": "Encore deux minutes"},
    "round-close": lambda me: {},
    "group": lambda me: {"id": None},
    "group of others": visited,
    "slide": page,
    "pages": lambda me: {"deck": page(me)["deck"]},
    "decks": lambda me: {"ready": []},
    "sheet": lambda me: {"place": 1, "done": True},
    "notes": notes,
    "note": lambda me: {"text": "Penser à l’atelier"},
    "caption": lambda me: {"text": "Bonjour à toutes", "speaker": "Karim"},
    # The room
    "people": lambda me: {"page": 1, "silent": False},
    "people silent": lambda me: {"page": 1, "silent": True},
    **{f"room {what}": state(what) for what in STATES},
    "record on": not_recorded,
    "record off": recorded,
    "remove": lambda me: {"person": another(me), "reason": "Propos blessants"},
    "remove one who runs it": lambda me: {"person": str(me.place.moderator.public_id), "reason": "Non"},
    "let-back": sent_out,
    # The stage
    "stage": lambda me: {},
    "publish": lambda me: {"sdp": "", "mids": [], **LINES},
    "unpublish": lambda me: {},
    "devices": lambda me: LINES,
    "mute": lambda me: {"feed": speaker(me)},
    "take-off": lambda me: {"feed": speaker(me)},
    "subscribe": lambda me: {"feed": speaker(me), "picture": True},
    "unsubscribe": lambda me: {"feed": speaker(me)},
    "receive": lambda me: {"feed": speaker(me), "picture": False},
    "offer": lambda me: {"to": f"{me.place.learner.public_id}.participant", "sdp": "v=0\r\n"},
    "answer": lambda me: {"feed": speaker(me), "sdp": "v=0\r\n"},
    "candidate": lambda me: {
        "feed": speaker(me), "to": speaker(me), "candidate": "candidate:1", "mid": "0", "line": 0,
    },
}  # fmt: skip
