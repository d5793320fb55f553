"""Who was expected at a session, who came, from when to when, and what it is worth: for whoever may know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from lms.accounts.models import User
from lms.kit.intervals import Interval
from lms.programmes.models import Enrolment
from lms.programmes.queries import cohorts_seen_by
from seminars.enums import AttendanceVerdict, HalfDay, RegistrationState, RoomRole
from seminars.models import (
    Attendance,
    AttendanceCorrection,
    FunderPresence,
    HalfDaySignature,
    LiveSession,
    Registration,
    RoomChange,
    SessionStaff,
    Stay,
)
from seminars.presence import Connection, HalfDayPart, Presence, half_days, measure
from seminars.queries.sight import runs_condition

DEFAULT_THRESHOLD = 80
"""Percent of a session, where neither the session nor the funder says."""
LATEST_SIGN = timedelta(seconds=90)
"""Three heartbeats: whoever has been silent for longer is not shown as present."""
SIGN_WITHIN = timedelta(hours=48)
"""A signature given within two days still witnesses a memory; later, a member of staff writes a reason instead."""
TRAINERS = (RoomRole.HOST, RoomRole.PRESENTER)
HALF_OVER = "half-over"
"""A line of the room's journal: its people were asked to sign a half-day that is over."""

type Half = tuple[date, HalfDay]


@dataclass(frozen=True, slots=True)
class SignedHalf:
    """One half-day of a session, and the signature on it, if there is one."""

    part: HalfDayPart
    signature: HalfDaySignature | None


@dataclass(frozen=True, slots=True)
class Attendee:
    """One registration against the clock. `presence` is what the stays say so far; `attendance` what was settled."""

    registration: Registration
    presence: Presence
    threshold: int
    attendance: Attendance | None
    corrections: tuple[AttendanceCorrection, ...]
    halves: tuple[SignedHalf, ...]
    needs_signature: bool
    is_here: bool

    @property
    def person(self) -> User:
        return self.registration.person

    @property
    def enrolment(self) -> Enrolment | None:
        return self.registration.enrolment

    @property
    def correction(self) -> AttendanceCorrection | None:
        """The word that counts."""
        return self.corrections[-1] if self.corrections else None

    @property
    def present_minutes(self) -> int:
        return self.presence.seconds // 60

    @property
    def counted_minutes(self) -> int | None:
        """What counts: the last correction, else what was settled; None before the end."""
        if self.correction:
            return self.correction.minutes
        return self.attendance.credited_minutes if self.attendance else None

    @property
    def verdict(self) -> AttendanceVerdict:
        if self.attendance is None:
            return AttendanceVerdict.GOING_ON
        if not self.presence.came:
            return AttendanceVerdict.ABSENT
        reached = self.presence.reaches(self.threshold)
        return AttendanceVerdict.ATTENDED if reached else AttendanceVerdict.TOO_SHORT

    @property
    def is_late(self) -> bool:
        return self.presence.is_late

    @property
    def left_early(self) -> bool:
        return self.attendance is not None and self.presence.left_early

    @property
    def is_to_look_at(self) -> bool:
        """Late, gone early, absent, or gone without a goodbye: what a trainer wants to see first."""
        settled = self.attendance is not None and self.verdict != AttendanceVerdict.ATTENDED
        return settled or self.is_late or self.left_early or self.presence.ends_uncertain

    @property
    def signed(self) -> int:
        return sum(half.signature is not None for half in self.halves)

    @property
    def unsigned(self) -> list[SignedHalf]:
        """The half-days she was there for and has not signed."""
        return [half for half in self.halves if half.signature is None and was_there(self.presence, half.part)]


@dataclass(frozen=True, slots=True)
class Trainer:
    """Somebody who runs the session, and what she signed."""

    person: User
    role: RoomRole
    halves: tuple[SignedHalf, ...]


def held_window(session: LiveSession, now: datetime) -> Interval:
    """The scheduled time during which the room was really open: it is what presence is measured against.

    A host who opens late or ends early takes nothing from those who were there. Empty while nobody has opened it.
    """
    if session.opened_at is None:
        return session.starts_at, session.starts_at
    start = min(max(session.starts_at, session.opened_at), session.ends_at)
    return start, max(start, min(session.ends_at, session.ended_at or now))


def last_moment_to_sign(session: LiveSession) -> datetime:
    return max(session.ends_at, session.ended_at or session.ends_at) + SIGN_WITHIN


def halves_of(session: LiveSession) -> list[HalfDayPart]:
    return half_days(session.starts_at, session.ends_at, session.time_zone)


def was_there(presence: Presence, part: HalfDayPart) -> bool:
    """Whether any of her presence falls in this half-day."""
    return any(start < part.ends_at and end > part.starts_at for start, end in presence.intervals)


def connections_of(stays: Iterable[Stay], now: datetime) -> dict[int, list[Connection]]:
    """By person (database id): her connections; one that is open lasts until now, if it gave a sign lately."""
    found: dict[int, list[Connection]] = {}
    for stay in stays:
        if stay.left_at is not None:
            connection = Connection(stay.joined_at, stay.left_at, stay.was_lost)
        elif is_alive(stay, now):
            connection = Connection(stay.joined_at, max(stay.joined_at, now))
        else:
            connection = Connection(stay.joined_at, stay.seen_at, is_lost=True)
        found.setdefault(stay.person_id, []).append(connection)
    return found


def is_alive(stay: Stay, now: datetime) -> bool:
    return stay.left_at is None and stay.seen_at >= now - LATEST_SIGN


def presence_of(session: LiveSession, person: User, now: datetime) -> Presence:
    """What the stays of one person say; 1 query."""
    connections = connections_of(Stay.objects.filter(session=session, person=person), now)
    return measure(connections.get(person.pk, []), held_window(session, now))


def address_of(session: UUID, is_own: bool) -> str:
    """Where attendance is read, by the learner or by who follows her."""
    return reverse("seminars:my-attendance" if is_own else "seminars:attendance", args=[session])


def expected_at(session: LiveSession | OuterRef) -> QuerySet[Registration]:
    """Those whose attendance counts: registered, or seen there; who runs the session is not among them."""
    came = Exists(Stay.objects.filter(session=OuterRef("session"), person=OuterRef("person")))
    runs = Exists(SessionStaff.objects.filter(session=OuterRef("session"), person=OuterRef("person")))
    return Registration.objects.filter(
        Q(state=RegistrationState.REGISTERED) | Q(came), ~Q(runs), session=session
    ).select_related("person", "enrolment__cohort__funder")


def registrations_seen_by(user: Any, session: LiveSession) -> QuerySet[Registration]:
    """Those whose attendance `user` may read: all for who runs the session by name, else those of her own cohorts.

    A partner's manager reads her learners alone, also at a session that her partner organises; an auditor, those of
    her funder.
    """
    expected = expected_at(session)
    if not (user.is_authenticated and user.is_active):
        return expected.none()
    if user.is_superuser or SessionStaff.objects.filter(session=session, person=user).exists():
        return expected
    return expected.filter(enrolment__cohort__in=cohorts_seen_by(user))


def sessions_attended_by_people_of(user: Any) -> QuerySet[LiveSession]:
    """The sessions that have begun and whose attendance `user` may read, the last first."""
    held = LiveSession.objects.filter(opened_at__isnull=False).select_related("series").order_by("-starts_at", "pk")
    followed = expected_at(OuterRef("pk")).filter(enrolment__cohort__in=cohorts_seen_by(user))
    return held.filter(runs_condition(user) | Q(Exists(followed)))


def thresholds(session: LiveSession) -> "Thresholds":
    return Thresholds(session, {row.funder_id: row for row in FunderPresence.objects.all()})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How much presence each one's contract asks for: the session's own share, else her funder's, else 80 %."""

    session: LiveSession
    by_funder: Mapping[int, FunderPresence]

    def percent(self, enrolment: Enrolment | None) -> int:
        if self.session.threshold_percent:
            return self.session.threshold_percent
        asked = self._asked(enrolment)
        return asked.threshold_percent if asked else DEFAULT_THRESHOLD

    def needs_signature(self, enrolment: Enrolment | None) -> bool:
        """A contract asks for signatures unless its funder says it does not; a guest signs nothing."""
        asked = self._asked(enrolment)
        return enrolment is not None and (asked is None or asked.needs_signature)

    def _asked(self, enrolment: Enrolment | None) -> FunderPresence | None:
        if enrolment is None or enrolment.cohort.funder_id is None:
            return None
        return self.by_funder.get(enrolment.cohort.funder_id)


def attendees(session: LiveSession, registrations: QuerySet[Registration], now: datetime) -> list[Attendee]:
    """Everybody of `registrations` by name; five queries whatever their number."""
    corrections = AttendanceCorrection.objects.select_related("author").order_by("at", "pk")
    rows = list(
        registrations.select_related("attendance")
        .prefetch_related(Prefetch("attendance__corrections", corrections))
        .order_by("person__display_name", "pk")
    )
    stays = list(Stay.objects.filter(session=session))
    connections = connections_of(stays, now)
    here = {stay.person_id for stay in stays if is_alive(stay, now)}
    signatures = _signatures(session)
    asked, window, parts = thresholds(session), held_window(session, now), halves_of(session)
    return [
        _attendee(
            row,
            presence=measure(connections.get(row.person_id, []), window),
            asked=asked,
            halves=_signed(parts, signatures.get(row.person_id, {})),
            is_here=row.person_id in here and not session.is_over,
        )
        for row in rows
    ]


def own_attendance(session: LiveSession, person: User, now: datetime) -> Attendee | None:
    """One's own; None for somebody who is not expected."""
    return next(iter(attendees(session, expected_at(session).filter(person=person), now)), None)


def to_sign(session: LiveSession, person: User, now: datetime) -> list[HalfDayPart]:
    """The half-days that somebody is asked to sign and may sign now: all that have begun for a trainer; for a learner
    whose contract asks for it, those she was there for. No query before the room was opened, nor once it is too late.
    """
    begun = halves_to_sign(session, now)
    if not begun:
        return []
    given = set(HalfDaySignature.objects.filter(session=session, person=person).values_list("day", "half"))
    parts = [one for one in begun if (one.day, one.half) not in given]
    if not parts or is_trainer(session, person):
        return parts
    row = expected_at(session).filter(person=person).first()
    if row is None or not thresholds(session).needs_signature(row.enrolment):
        return []
    presence = presence_of(session, person, now)
    return [part for part in parts if was_there(presence, part)]


def halves_to_sign(session: LiveSession, now: datetime) -> list[HalfDayPart]:
    """Those that have begun, while they may be signed; none of a room that nobody has opened."""
    if session.opened_at is None or now > last_moment_to_sign(session):
        return []
    held_until = session.ended_at or now
    return [part for part in halves_of(session) if part.starts_at < held_until]


def over_to_sign(session: LiveSession, person: User, now: datetime) -> list[HalfDayPart]:
    """Of `to_sign`, the half-days that are over: what a room asks for while it runs. No query before the first is."""
    if not any(part.ends_at <= now for part in halves_of(session)):
        return []
    return [part for part in to_sign(session, person, now) if part.ends_at <= now]


def halves_not_asked(session: LiveSession) -> list[HalfDayPart]:
    """Those whose end nobody was told of yet."""
    told = RoomChange.objects.filter(session=session, what=HALF_OVER).values_list("detail", flat=True)
    asked = {(one["day"], one["half"]) for one in told}
    return [part for part in halves_of(session) if (part.day.isoformat(), str(part.half)) not in asked]


def is_trainer(session: LiveSession, person: User) -> bool:
    return SessionStaff.objects.filter(session=session, person=person, role__in=TRAINERS).exists()


def trainers_of(session: LiveSession) -> list[Trainer]:
    """Hosts and presenters, with what they signed; two queries."""
    staff = SessionStaff.objects.filter(session=session, role__in=TRAINERS).select_related("person").order_by("pk")
    signatures, parts = _signatures(session), halves_of(session)
    return [Trainer(row.person, RoomRole(row.role), _signed(parts, signatures.get(row.person_id, {}))) for row in staff]


def _attendee(
    row: Registration, *, presence: Presence, asked: Thresholds, halves: tuple[SignedHalf, ...], is_here: bool
) -> Attendee:
    settled: Attendance | None = getattr(row, "attendance", None)
    return Attendee(
        registration=row,
        presence=presence,
        threshold=settled.threshold_percent if settled else asked.percent(row.enrolment),
        attendance=settled,
        corrections=tuple(settled.corrections.all()) if settled else (),
        halves=halves,
        needs_signature=asked.needs_signature(row.enrolment),
        is_here=is_here,
    )


def _signatures(session: LiveSession) -> dict[int, dict[Half, HalfDaySignature]]:
    found: dict[int, dict[Half, HalfDaySignature]] = {}
    for signature in HalfDaySignature.objects.filter(session=session):
        found.setdefault(signature.person_id, {})[signature.day, HalfDay(signature.half)] = signature
    return found


def _signed(parts: Iterable[HalfDayPart], signatures: Mapping[Half, HalfDaySignature]) -> tuple[SignedHalf, ...]:
    return tuple(SignedHalf(part, signatures.get((part.day, part.half))) for part in parts)
