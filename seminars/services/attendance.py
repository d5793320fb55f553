"""Writes who is in the room and until when, and what it is worth once the session is over."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from lms.accounts.models import User
from lms.evidence.enums import ActivityKind, EvidenceSource
from lms.evidence.models import HourEntry
from lms.evidence.services import correct, credit
from lms.kit.errors import DomainError
from seminars.attendance_notices import tell_coaches, tell_to_sign, tell_trainers_to_sign
from seminars.enums import SessionState
from seminars.models import Attendance, AttendanceCorrection, BreakoutRoom, LiveSession, Registration, Stay
from seminars.queries.attendance import LATEST_SIGN, attendees, expected_at, halves_not_asked

LOST_AFTER = timedelta(minutes=3)
"""Six heartbeats: the process that wrote them is gone."""
FORGOTTEN_AFTER = timedelta(hours=2)
"""A room that is empty two hours after its hour was forgotten by its host."""
NEVER_ENDED_AFTER = timedelta(hours=12)
"""A browser left open in a room does not hold its attendance back for ever."""
SEEN = gettext_noop("Live seminar attended, as seen in the room.")


class AttendanceRefused(DomainError):
    """The attendance stays as it is: `no-reason`, `nothing-to-correct`, `out-of-bounds`."""


# --- Coming and going -------------------------------------------------------------------------------------------------


def check_in(*, session: LiveSession, person: User, breakout: BreakoutRoom | None, now: datetime) -> Stay:
    """Begin a stay: one for each connection, and for each group entered; what overlaps is counted once."""
    return Stay.objects.create(session=session, person=person, breakout=breakout, joined_at=now, seen_at=now)


def keep(pks: list[int], now: datetime) -> None:
    """These stays go on: one UPDATE for a whole process. One that the sweeper took for lost goes on as well; one that
    was closed for good stays closed."""
    Stay.objects.filter(Q(left_at=None) | Q(was_lost=True), pk__in=pks).update(
        seen_at=now, left_at=None, was_lost=False
    )


def check_out(*, stay: Stay, now: datetime) -> None:
    """End a stay; the second time changes nothing."""
    open_or_lost = Stay.objects.filter(Q(left_at=None) | Q(was_lost=True), pk=stay.pk)
    open_or_lost.update(seen_at=now, left_at=now, was_lost=False)


def sweep_lost_stays(now: datetime) -> int:
    """End the stays of processes that died, at their last sign of life; every minute. Returns how many."""
    lost = Stay.objects.filter(left_at=None, seen_at__lt=now - LOST_AFTER)
    return lost.update(left_at=F("seen_at"), was_lost=True)


# --- Once it is over --------------------------------------------------------------------------------------------------


def settle_session(*, session: LiveSession, actor: User | None, now: datetime) -> int:
    """Write what the session is worth to everybody expected, once: presence, verdict, credited minutes.

    Stays still open end now, or at their last sign of life. Whoever was there for the share her contract asks for is
    credited the whole minutes she was there, never more than were scheduled; under it nothing is credited by itself:
    the minutes are shown, and a member of staff may decide. Her coach hears who was late, left early or did not come.
    A session that nobody opened has no attendance. Idempotent. Returns how many attendances were written.
    """
    with transaction.atomic():
        fresh = LiveSession.objects.select_for_update().get(pk=session.pk)
        if fresh.opened_at is None:
            return 0
        _close_stays(fresh, now)
        waiting = expected_at(fresh).filter(attendance=None)
        for one in attendees(fresh, waiting, now):
            counts = one.presence.reaches(one.threshold)
            minutes = min(one.present_minutes, fresh.minutes) if counts else 0
            Attendance.objects.create(
                registration=one.registration,
                first_in=one.presence.first_in,
                last_out=one.presence.last_out,
                present_seconds=one.presence.seconds,
                uncertain_seconds=one.presence.uncertain_seconds,
                threshold_percent=one.threshold,
                credited_minutes=minutes,
                computed_at=now,
            )
            if minutes:
                _credit(one.registration, fresh, minutes, reason=SEEN, actor=actor, now=now)
        settled = attendees(fresh, expected_at(fresh).filter(attendance__computed_at=now), now)
        tell_coaches(fresh, settled, now=now)
        parts = halves_not_asked(fresh)
        tell_to_sign(fresh, settled, parts, now=now)
        tell_trainers_to_sign(fresh, parts, now=now)
    return len(settled)


def sweep_forgotten_sessions(now: datetime) -> int:
    """End the rooms that everybody left and nobody ended, and settle them; every minute. Returns how many."""
    from seminars.services.room import end_room

    still_there = Exists(Stay.objects.filter(session=OuterRef("pk"), left_at=None))
    forgotten = LiveSession.objects.filter(
        ~Q(still_there) | Q(ends_at__lt=now - NEVER_ENDED_AFTER),
        state=SessionState.LIVE,
        ends_at__lt=now - FORGOTTEN_AFTER,
    )
    ended = list(forgotten)
    for session in ended:
        end_room(session=session, actor=None, now=now)
    return len(ended)


def correct_attendance(
    *, attendance: Attendance, minutes: int, reason: str, actor: User, now: datetime
) -> AttendanceCorrection:
    """Say that `minutes` count from now on; the stays and what was settled never change.

    The book of hours follows by a counter-entry, or by a first line certified by `actor` where it had none.

    Raises:
        AttendanceRefused: no reason; the minutes that count already; more than were scheduled, or less than none.
    """
    reason = reason.strip()
    if not reason:
        raise AttendanceRefused("no-reason", _("Say why, in one sentence: it is shown beside the minutes for ever."))
    with transaction.atomic():
        fresh = Attendance.objects.select_for_update().get(pk=attendance.pk)
        registration = Registration.objects.select_related("session__series", "enrolment").get(pk=fresh.registration_id)
        session = registration.session
        if not 0 <= minutes <= session.minutes:
            raise AttendanceRefused(
                "out-of-bounds",
                _("Between 0 and %(planned)d minutes: the time that was scheduled.") % {"planned": session.minutes},
            )
        last = fresh.corrections.last()
        if minutes == (last.minutes if last else fresh.credited_minutes):
            raise AttendanceRefused("nothing-to-correct", _("These are the minutes that count already."))
        correction = AttendanceCorrection.objects.create(
            attendance=fresh, minutes=minutes, reason=reason[:300], author=actor, at=now
        )
        line = _line(registration, session)
        if line is not None:
            if difference := minutes - _kept(line):
                correct(entry=line, minutes=difference, reason=correction.reason, actor=actor, now=now)
        elif minutes:
            _credit(registration, session, minutes, reason=correction.reason, actor=actor, now=now, by_hand=True)
    return correction


def _close_stays(session: LiveSession, now: datetime) -> None:
    """Everybody goes out with the end of the room; who gave no sign lately went out then."""
    going_on = Stay.objects.filter(session=session, left_at=None)
    going_on.filter(seen_at__gte=now - LATEST_SIGN).update(seen_at=now, left_at=now)
    going_on.update(left_at=F("seen_at"), was_lost=True)


def _credit(
    registration: Registration,
    session: LiveSession,
    minutes: int,
    *,
    reason: str,
    actor: User | None,
    now: datetime,
    by_hand: bool = False,
) -> None:
    """Nothing for a session that gives no hours, nor for a guest without a contract."""
    if not session.is_credited or registration.enrolment is None:
        return
    credit(
        enrolment=registration.enrolment,
        kind=ActivityKind.SEMINAR,
        activity_id=session.public_id,
        title=full_title(session),
        course_id=session.series.course.public_id if session.series.course else None,
        planned_minutes=session.minutes,
        minutes=minutes,
        reason=reason,
        source=EvidenceSource.CERTIFIED if by_hand else EvidenceSource.OBSERVED,
        actor=actor,
        now=now,
        happened_at=session.starts_at,
    )


def full_title(session: LiveSession) -> str:
    """The series and the date's own title, said once where they are the same."""
    series = session.series.title
    return session.title if session.title == series else f"{series} – {session.title}"


def _line(registration: Registration, session: LiveSession) -> HourEntry | None:
    if registration.enrolment_id is None:
        return None
    return HourEntry.objects.filter(
        enrolment=registration.enrolment_id,
        activity_kind=ActivityKind.SEMINAR,
        activity_id=session.public_id,
        corrects=None,
    ).first()


def _kept(line: HourEntry) -> int:
    """What the line keeps once corrected."""
    kept = HourEntry.objects.filter(Q(pk=line.pk) | Q(corrects=line)).aggregate(kept=Sum("credited_minutes"))["kept"]
    return int(kept)
