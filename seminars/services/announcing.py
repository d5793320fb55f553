"""A live session from draft to announced, moved, or called off; those who come and those who run it are told."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.live import close
from seminars import notices
from seminars.enums import RegistrationState, RoomRole, SessionState
from seminars.live import OVER, room_group
from seminars.models import LiveSession, Registration, RoomChange, SessionStaff
from seminars.services import staff
from seminars.services.registration import plan_reminders, seat_waiting, turn

NO_HOST = gettext_lazy("Name a host: somebody who opens the room and ends it.")


class AnnouncingRefused(DomainError):
    """`not-ready` (one sentence for each reason), `not-a-draft`, `begun`, `no-reason`."""


def missing(session: LiveSession, now: datetime) -> list[str]:
    """What keeps a draft from being announced, one sentence each; empty when it is ready."""
    found = []
    if not session.staff.filter(role=RoomRole.HOST).exists():
        found.append(str(NO_HOST))
    try:
        ZoneInfo(session.time_zone)
    except (ValueError, ZoneInfoNotFoundError):
        found.append(_("Choose the time zone it is announced in."))
    if session.ends_at <= session.starts_at:
        found.append(_("Its end must come after its start."))
    if session.starts_at <= now:
        found.append(_("Its start has passed: choose a date to come."))
    if session.seats is not None and session.seats < 1:
        found.append(_("Give it one seat at least, or leave the number empty."))
    return found


def announce(*, session: LiveSession, actor: User, now: datetime) -> LiveSession:
    """Show it to its audience, which may register from then on.

    Raises:
        AnnouncingRefused: it is not a draft, or something is missing.
    """
    with turn(session) as locked:
        if locked.state != SessionState.DRAFT:
            raise AnnouncingRefused("not-a-draft", _("This session is announced already."))
        if reasons := missing(locked, now):
            raise AnnouncingRefused("not-ready", " ".join(reasons))
        locked.state = SessionState.ANNOUNCED
        locked.save(update_fields=["state"])
        staff.invite(staff.staff_of(locked), actor=actor, now=now)
        _note(locked, "announced", actor, now)
    return locked


def follow_change(
    *,
    session: LiveSession,
    before: tuple[datetime, datetime],
    ran_it: Iterable[SessionStaff] | None = None,
    actor: User,
    now: datetime,
) -> LiveSession:
    """A member of staff has changed a session: another time is told, and more seats go to those who wait.

    `ran_it`: those who ran it before; whoever runs it since, or not any more, is told. None: nobody has changed.
    """
    with turn(session) as locked:
        if locked.state not in (SessionState.ANNOUNCED, SessionState.LIVE):
            return locked
        run_it = staff.staff_of(locked)
        known = {one.person_id for one in (run_it if ran_it is None else ran_it)}
        staff.invite([one for one in run_it if one.person_id not in known], actor=actor, now=now)
        run_still = {one.person_id for one in run_it}
        for gone in ran_it or []:
            if gone.person_id not in run_still:
                gone.session = locked
                notices.tell_relieved(gone, actor=actor, now=now)
        if (locked.starts_at, locked.ends_at) != before:
            locked.calendar_sequence += 1
            locked.save(update_fields=["calendar_sequence"])
            rows = _coming(locked)
            plan_reminders([row for row in rows if row.state == RegistrationState.REGISTERED], now=now)
            stayed = [one for one in run_it if one.person_id in known]
            staff.plan_reminders(stayed, now=now)
            notices.tell_moved([*rows, *stayed], before=before, actor=actor, now=now)
            _note(locked, "moved", actor, now, before=[moment.isoformat() for moment in before])
        seat_waiting(locked, actor=actor, now=now)
    return locked


def call_off(*, session: LiveSession, reason: str, actor: User, now: datetime) -> LiveSession:
    """It will not take place: everybody who registered or waits is told why.

    Raises:
        AnnouncingRefused: no reason is given, or the room has been opened.
    """
    if not reason.strip():
        raise AnnouncingRefused("no-reason", _("Say why: people read it."))
    with turn(session) as locked:
        if locked.state not in (SessionState.DRAFT, SessionState.ANNOUNCED):
            raise AnnouncingRefused("begun", _("Its room has been opened: end it there instead."))
        was_announced = locked.state == SessionState.ANNOUNCED
        locked.state = SessionState.CANCELLED
        locked.calendar_sequence += 1
        locked.save(update_fields=["state", "calendar_sequence"])
        _note(locked, "cancelled", actor, now, reason=reason)
        if was_announced:
            expected: list[notices.Expected] = [*_coming(locked), *staff.staff_of(locked)]
            notices.tell_cancelled(expected, reason=reason, actor=actor, now=now)
        close(room_group(locked), OVER)  # those who wait in front of it
    return locked


def _coming(session: LiveSession) -> list[Registration]:
    rows = Registration.objects.filter(session=session).exclude(state=RegistrationState.CANCELLED)
    found = list(rows.select_related("person"))
    for row in found:
        row.session = session
    return found


def _note(session: LiveSession, what: str, actor: User, now: datetime, **detail: object) -> None:
    RoomChange.objects.create(session=session, what=what, actor=actor, at=now, detail=detail)
