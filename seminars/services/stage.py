"""Who is on stage, in the room and in each small group: asked of the database, kept in the cache that processes share.

A stage has few places; each is one key, so that two processes never give the same one twice. Whoever holds a place
says so every few seconds; a place whose process died is free again after half a minute.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q

from lms.accounts.models import User
from lms.kit.live import janus, push
from seminars.enums import HandState, RecordingState, RoomRole, SessionState
from seminars.live import group_group, room_group
from seminars.models import (
    BreakoutRoom,
    BreakoutSeat,
    Hand,
    LiveSession,
    Registration,
    RoomChange,
    SessionRecording,
)
from seminars.queries.room import person_event
from seminars.queries.sight import role_in
from seminars.rules import can_moderate, can_present

PLACES = 4
GROUP_PLACES = 6
KEPT = 30
"""Seconds a place is kept without a sign of life."""
LINES = ("mic", "camera", "screen")
"""What a speaker may send; each is one line of her call, in this order."""

type Speaker = dict[str, Any]
"""`feed` (her client id), `connection`, who she is, what she sends (`mic`, `camera`, `screen`), `mids` of those lines,
`on`: her media flows, `muted`: somebody who runs the session stopped her microphone."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where people are heard: the main room, or one small group."""

    room: janus.Room
    group: str
    places: int

    @property
    def keys(self) -> list[str]:
        return [f"stage:{self.room.name}:{place}" for place in range(self.places)]


def scene_of(session: LiveSession, breakout: BreakoutRoom | None) -> Scene:
    """The pin is read now: it is made when the room opens."""
    pin = LiveSession.objects.values_list("media_pin", flat=True).get(pk=session.pk)
    if breakout is None:
        return Scene(janus.Room(str(session.public_id), pin), room_group(session), PLACES)
    return Scene(janus.Room(str(breakout.public_id), pin), group_group(breakout), GROUP_PLACES)


def may_publish(session: LiveSession, person: User, breakout: BreakoutRoom | None) -> bool:
    """Be heard and seen now: hosts, presenters, whoever was invited and speaks; in a small group, everybody in it.
    Nobody who does not want to be recorded, while the room is."""
    return not refusal(session, person, breakout)


def refusal(session: LiveSession, person: User, breakout: BreakoutRoom | None) -> str:
    """What keeps somebody from being heard and seen: `not-allowed`, `recorded` (she said no to that); "" where nothing
    does. Small groups are not recorded."""
    if not _has_a_place(session, person, breakout):
        return "not-allowed"
    against_her_will = LiveSession.objects.filter(_is_recorded_against_the_will_of(person), pk=session.pk)
    return "recorded" if breakout is None and against_her_will.exists() else ""


def _is_recorded_against_the_will_of(person: User) -> Q:
    """A condition on sessions."""
    running = SessionRecording.objects.filter(session=OuterRef("pk"), state=RecordingState.RUNNING)
    said_no = Registration.objects.filter(session=OuterRef("pk"), person=person, consents_to_recording=False)
    return Q(Exists(running), Exists(said_no))


def _has_a_place(session: LiveSession, person: User, breakout: BreakoutRoom | None) -> bool:
    if not LiveSession.objects.filter(pk=session.pk, state=SessionState.LIVE).exists():
        return False
    role = role_in(person, session)
    if role is None:
        return False
    if breakout is not None:
        is_open = BreakoutRoom.objects.filter(pk=breakout.pk, round__closed_at=None).exists()
        return is_open and (can_moderate(role) or BreakoutSeat.objects.filter(room=breakout, person=person).exists())
    if can_present(role):
        return True
    return Hand.objects.filter(session=session, person=person, state=HandState.SPEAKING).exists()


def is_offered_stage(session: LiveSession, person: User, role: RoomRole | None, breakout: BreakoutRoom | None) -> bool:
    """What `may_publish` will say, of a role that is known: one query, for a thousand who come in at the same time."""
    live = LiveSession.objects.filter(pk=session.pk, state=SessionState.LIVE)
    if breakout is not None:
        return live.exists()
    if not can_present(role):
        live = live.filter(hands__person=person, hands__state=HandState.SPEAKING)
    return live.exclude(_is_recorded_against_the_will_of(person)).exists()


def on_stage(scene: Scene) -> list[Speaker]:
    """Those who hold a place, in the order of the places."""
    found = cache.get_many(scene.keys)
    return [found[key] for key in scene.keys if key in found]


def shown(speakers: list[Speaker]) -> list[Speaker]:
    """What everybody is told of them."""
    hidden = {"connection", "mids"}
    return [{name: value for name, value in speaker.items() if name not in hidden} for speaker in speakers]


def take_place(
    scene: Scene, person: User, role: RoomRole | None, *, feed: str, connection: str, lines: dict[str, bool],
    mids: list[str],
) -> bool:  # fmt: skip
    """Stand on the stage; the same device takes its own place again. False: it is full."""
    speaker: Speaker = {
        "feed": feed, "connection": connection, **person_event(person), "role": role, **lines,
        "mids": dict(zip(LINES, mids, strict=False)), "on": False, "muted": False,
    }  # fmt: skip
    for key in scene.keys:
        held = cache.get(key)
        if held and held["feed"] == feed:
            cache.set(key, speaker, KEPT)
            return True
    return any(cache.add(key, speaker, KEPT) for key in scene.keys)


def change_place(scene: Scene, feed: str, **changes: Any) -> Speaker | None:
    """Change what is said of a speaker, and keep her place; None: she has none."""
    for key in scene.keys:
        speaker: Speaker | None = cache.get(key)
        if speaker and speaker["feed"] == feed:
            speaker |= changes
            cache.set(key, speaker, KEPT)
            return speaker
    return None


def leave_place(scene: Scene, feed: str, connection: str = "") -> bool:
    """Free the place of a feed; with `connection`, only if that connection holds it."""
    for key in scene.keys:
        held = cache.get(key)
        if held and held["feed"] == feed and connection in ("", held["connection"]):
            cache.delete(key)
            return True
    return False


def tell_stage(scene: Scene) -> None:
    """Tell the room (or the group) who is on stage, after commit."""
    push(scene.group, {"type": "speakers", "speakers": shown(on_stage(scene)), "scene": scene.room.name})


def mute(*, session: LiveSession, scene: Scene, feed: str, actor: User, now: datetime) -> Speaker | None:
    """Stop the microphone of a speaker; she may turn it on again. None: she is not on stage. The caller tells Janus."""
    speaker = change_place(scene, feed, mic=False, muted=True)
    if speaker is not None:
        _note(session, "muted", speaker, actor, now)
        tell_stage(scene)
    return speaker


def take_off(*, session: LiveSession, scene: Scene, feed: str, actor: User, now: datetime) -> Speaker | None:
    """Send a speaker back among the others; an invited one has her hand lowered. The caller tells Janus."""
    from . import hands

    speaker = next((one for one in on_stage(scene) if one["feed"] == feed), None)
    if speaker is None:
        return None
    leave_place(scene, feed)
    hand = (
        Hand.objects.filter(session=session, person__public_id=speaker["person"], state=HandState.SPEAKING)
        .values_list("public_id", flat=True)
        .first()
    )
    if hand is not None:
        hands.lower(session=session, hand=hand, actor=actor, now=now)
    _note(session, "taken-off", speaker, actor, now)
    tell_stage(scene)
    return speaker


def _note(session: LiveSession, what: str, speaker: Speaker, actor: User, now: datetime) -> None:
    about = User.objects.get(public_id=speaker["person"])
    RoomChange.objects.create(session=session, what=what, actor=actor, about=about, at=now)
