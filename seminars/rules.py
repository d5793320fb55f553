"""Who may do what with a live session; the same functions serve pages, sockets and exports."""

from datetime import datetime, timedelta
from typing import Any

from lms.programmes.models import Enrolment
from lms.programmes.queries import roles_of
from lms.programmes.rules import can_follow_cohorts
from seminars.enums import RegistrationState, RoomRole, SessionState
from seminars.models import LiveSession, Registration, SessionStaff
from seminars.queries.attendance import TRAINERS, registrations_seen_by
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


def can_answer_survey(user: Any, session: LiveSession) -> bool:
    """Say what she thinks of it: somebody who registered and came, once it is over."""
    if session.state != SessionState.ENDED:
        return False
    registered = session.registrations.filter(person=user).exclude(state=RegistrationState.CANCELLED)
    return registered.exists() and session.stays.filter(person=user).exists()


# --- Attendance -------------------------------------------------------------------------------------------------------


def can_read_attendance(user: Any, session: LiveSession) -> bool:
    """Who runs it, and whoever follows somebody who was expected; each reads her own people alone."""
    return can_run(user, session) or registrations_seen_by(user, session).exists()


def follows_attendance(user: Any) -> bool:
    """Whoever follows learners, or runs a session."""
    return can_follow_cohorts(user) or SessionStaff.objects.filter(person=user).exists()


def can_correct_attendance(user: Any, registration: Registration) -> bool:
    """Its hosts and presenters, and the managers of the learner's partner: those who answer for the hours. Nobody
    corrects her own."""
    if not (user.is_authenticated and user.is_active) or registration.person_id == user.pk:
        return False
    if user.is_superuser:
        return True
    if manages(user, registration.enrolment):
        return True
    return SessionStaff.objects.filter(session=registration.session_id, person=user, role__in=TRAINERS).exists()


def manages(user: Any, enrolment: Enrolment | None) -> bool:
    """Of the learner's partner."""
    return enrolment is not None and enrolment.cohort.partner_id in roles_of(user).partner_ids


# --- Before -----------------------------------------------------------------------------------------------------------

ROOM_OPENS = timedelta(minutes=15)
"""Before its start, for who registered."""


def can_read_material(user: Any, session: LiveSession) -> bool:
    """Slides and documents in advance: who has a seat, or runs it."""
    return role_in(user, session) is not None or can_run(user, session)


def can_prepare(user: Any, session: LiveSession) -> bool:
    """Announce it, call it off: its hosts and its partner's managers."""
    return can_host(role_in(user, session))


def is_open(session: LiveSession, now: datetime, *, runs: bool = False) -> bool:
    """Whether somebody is led to the room: a quarter of an hour before, and until its end; those who run it as soon as
    it is announced, to try what they will show."""
    if session.is_live:
        return True
    has_come = runs or session.starts_at - ROOM_OPENS <= now
    return session.state == SessionState.ANNOUNCED and has_come and now < session.ends_at


def must_answer_recording(user: Any, session: LiveSession) -> bool:
    """Before entering: a recorded session asks each one who registered whether she agrees to be in the recording."""
    if not session.is_recorded:
        return False
    asked = session.registrations.filter(person=user, state=RegistrationState.REGISTERED, consents_to_recording=None)
    return asked.exists() and not can_run(user, session)
