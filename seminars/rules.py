"""Who may do what with a live session; the same functions serve pages, sockets and exports."""

from typing import Any

from seminars.enums import RoomRole, SessionState
from seminars.models import LiveSession
from seminars.queries.sight import role_in, runs_condition, sessions_seen_by

RUNS = frozenset({RoomRole.HOST, RoomRole.PRESENTER, RoomRole.MODERATOR})


def can_see(user: Any, session: LiveSession) -> bool:
    return sessions_seen_by(user).filter(pk=session.pk).exists()


def can_run(user: Any, session: LiveSession) -> bool:
    """Prepare it, read its attendance and its results: those named in its staff, its partner's managers."""
    if not (user.is_authenticated and user.is_active):
        return False
    return LiveSession.objects.filter(runs_condition(user), pk=session.pk).exists()


def can_enter(user: Any, session: LiveSession) -> bool:
    """The room itself: announced or live, for who registered, runs it, and was not sent out. A locked room lets in
    only who runs it, and those who were in it already (their place is theirs)."""
    if session.state not in (SessionState.ANNOUNCED, SessionState.LIVE):
        return False
    role = role_in(user, session)
    if role is None:
        return False
    if session.locked_at is None or role in RUNS:
        return True
    return session.stays.filter(person=user).exists()


def can_host(role: RoomRole | None) -> bool:
    """Open, end, lock, record, make groups, send somebody out."""
    return role == RoomRole.HOST


def can_present(role: RoomRole | None) -> bool:
    """Be on stage, turn pages, ask polls, invite a hand."""
    return role in (RoomRole.HOST, RoomRole.PRESENTER)


def can_moderate(role: RoomRole | None) -> bool:
    """Delete and pin messages, pause the chat, mute, lower hands, answer questions in writing, send somebody out."""
    return role in RUNS
