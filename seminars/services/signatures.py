"""Signs attendance: one tap of one person for one half-day."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User
from lms.kit.errors import DomainError
from seminars.attendance_notices import tell_to_sign, tell_trainers_to_sign
from seminars.enums import HalfDay, SessionState
from seminars.models import Attendance, HalfDaySignature, LiveSession
from seminars.presence import HalfDayPart
from seminars.queries.attendance import (
    HALF_OVER,
    attendees,
    expected_at,
    halves_not_asked,
    halves_of,
    is_trainer,
    last_moment_to_sign,
    presence_of,
    was_there,
)
from seminars.seals import signature_digest

from .held import note_change


class SignatureRefused(DomainError):
    """Nothing is signed: `not-held`, `not-begun`, `too-late`, `no-such-half`, `not-there`."""


def sign(*, session: LiveSession, person: User, day: date, half: HalfDay, now: datetime) -> HalfDaySignature:
    """`person` signs one half-day, as trainer where she runs the session, else as a learner who was there.

    Signing again gives back the first signature.

    Raises:
        SignatureRefused: the session is not held, has not begun, or ended more than 48 hours ago; it does not touch
            that half-day; the learner was not seen in it, and nobody of the staff said that she was there.
    """
    part = _part(session, day, half, now)
    as_trainer = is_trainer(session, person)
    if not as_trainer and not _came(session, person, part, now):
        raise SignatureRefused(
            "not-there", _("You were not seen in the room that half-day. Ask the person who ran it.")
        )
    mine = HalfDaySignature.objects.filter(session=session, person=person, day=part.day, half=part.half)
    if signature := mine.first():
        return signature
    signature = HalfDaySignature(
        session=session, person=person, as_trainer=as_trainer, day=part.day, half=part.half, signed_at=now
    )
    signature.digest = signature_digest(signature)
    try:
        with transaction.atomic():
            signature.save(force_insert=True)
    except IntegrityError:
        # The other tap was faster; if not, this get says so loudly.
        return mine.get()
    return signature


def sweep_half_days(now: datetime) -> int:
    """Tell who has not signed a half-day that has ended while the session goes on, once; every minute.

    The page of the room asks by itself; of the last half-day the end of the session tells. Returns how many half-days
    were asked for.
    """
    asked = 0
    for session in LiveSession.objects.filter(state=SessionState.LIVE, opened_at__isnull=False, starts_at__lt=now):
        if not any(_is_past(part, session, now) for part in halves_of(session)):
            continue
        with transaction.atomic():
            held = LiveSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
            over = [part for part in halves_not_asked(held) if _is_past(part, held, now)]
            if held.is_live and over:
                for part in over:
                    note_change(held, HALF_OVER, actor=None, now=now, day=part.day.isoformat(), half=str(part.half))
                tell_to_sign(held, attendees(held, expected_at(held), now), over, now=now)
                tell_trainers_to_sign(held, over, now=now)
                asked += len(over)
    return asked


def _is_past(part: HalfDayPart, session: LiveSession, now: datetime) -> bool:
    """Over, and another half-day of the session follows."""
    return part.ends_at <= now and part.ends_at < session.ends_at


def _part(session: LiveSession, day: date, half: HalfDay, now: datetime) -> HalfDayPart:
    if session.opened_at is None or session.state not in (SessionState.LIVE, SessionState.ENDED):
        raise SignatureRefused("not-held", _("This session has not been held: there is nothing to sign."))
    part = next((one for one in halves_of(session) if (one.day, one.half) == (day, half)), None)
    if part is None:
        raise SignatureRefused("no-such-half", _("This session does not touch that half-day."))
    if now < part.starts_at:
        raise SignatureRefused("not-begun", _("It has not begun yet: sign once you are there."))
    if now > last_moment_to_sign(session):
        raise SignatureRefused(
            "too-late",
            _("It is too late to sign: it could be signed for 48 hours. Ask the person who ran the session."),
        )
    return part


def _came(session: LiveSession, person: User, part: HalfDayPart, now: datetime) -> bool:
    """Seen in the room that half-day, or said to have been there (by phone) by a correction."""
    if was_there(presence_of(session, person, now), part):
        return True
    settled = Attendance.objects.filter(registration__session=session, registration__person=person).first()
    last = settled.corrections.last() if settled else None
    return last is not None and last.minutes > 0
