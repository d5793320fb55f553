"""Live sessions as people read about them before: what comes, what is theirs, what one page shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property

from lms.accounts.models import User
from lms.kit.prepared import Prepared
from lms.programmes.models import Competency
from seminars.enums import RegistrationState, SessionState
from seminars.models import (
    BreakoutRound,
    Deck,
    HalfDaySignature,
    Handout,
    LiveSession,
    Registration,
    RunSheetItem,
    SeriesSpeaker,
    SessionPoll,
    SessionStaff,
)
from seminars.queries.attendance import SIGN_WITHIN, TRAINERS, halves_to_sign
from seminars.queries.groups import prepared_rounds
from seminars.queries.sight import sessions_seen_by

SHOWN_TO_COME = 60
SHOWN_PAST = 20
SHOWN_ON_HOME = 5
TO_COME = (SessionState.ANNOUNCED, SessionState.LIVE)
COMES = (RegistrationState.REGISTERED, RegistrationState.WAITING)


@dataclass(frozen=True, slots=True)
class Row:
    """One session of a list, and what the reader is in it. `seats_left`: None where they are not counted."""

    session: LiveSession
    state: str
    role: str
    seats_left: int | None

    @property
    def is_mine(self) -> bool:
        return self.state in COMES or bool(self.role)

    @property
    def is_full(self) -> bool:
        return self.seats_left == 0


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a person reads of live sessions: her own dates, the others she may come to, what is over, what she runs."""

    mine: tuple[Row, ...]
    others: tuple[Row, ...]
    past: tuple[Row, ...]
    drafts: tuple[Row, ...]


def agenda_of(person: User, now: datetime) -> Agenda:
    """Three queries, whatever their number."""
    seen = _with_standing(sessions_seen_by(person), person).select_related("series")
    to_come = _rows(seen.to_come(now).order_by("starts_at", "pk")[:SHOWN_TO_COME])  # type: ignore[attr-defined]
    is_over = Q(state=SessionState.ENDED) | Q(state=SessionState.ANNOUNCED, ends_at__lte=now)
    over = seen.filter(is_over).order_by("-starts_at")
    drafts = seen.filter(state=SessionState.DRAFT).order_by("starts_at")
    return Agenda(
        mine=tuple(row for row in to_come if row.is_mine),
        others=tuple(row for row in to_come if not row.is_mine),
        past=_rows(over[:SHOWN_PAST]),
        drafts=_rows(drafts[:SHOWN_TO_COME]),
    )


def _first_to_come(person: int, now: datetime) -> QuerySet[LiveSession]:
    mine = Q(registrations__person=person, registrations__state=RegistrationState.REGISTERED)
    to_come = LiveSession.objects.to_come(now).filter(mine | Q(staff__person=person))
    return to_come.select_related("series").order_by("starts_at", "pk")[:1]


_next_session = Prepared(_first_to_come, int, datetime)


def next_session(person: User, now: datetime) -> LiveSession | None:
    """The first session to come that she registered for, or that she runs by name; one query, for her home."""
    return _next_session.first(person.pk, now)


@dataclass(frozen=True, slots=True)
class Run:
    """A session that somebody runs. `must_sign`: a half-day of it has begun, and waits for her signature."""

    session: LiveSession
    must_sign: bool


def run_by(person: User, now: datetime) -> list[Run]:
    """The next sessions that she runs by name, drafts included, and those she has to sign; one query, for her home."""
    to_come = Q(state=SessionState.LIVE) | Q(state__in=(SessionState.DRAFT, SessionState.ANNOUNCED), ends_at__gt=now)
    lately = now - SIGN_WITHIN
    over = Q(state=SessionState.ENDED) & (Q(ends_at__gt=lately) | Q(ended_at__gt=lately))
    given = HalfDaySignature.objects.filter(session=OuterRef("pk"), person=person.pk).order_by().values("session")
    sessions: Any = (
        LiveSession.objects.filter(to_come | over, staff__person=person.pk)
        .annotate(role=F("staff__role"), given=Coalesce(Subquery(given.annotate(n=Count("pk")).values("n")), 0))
        .select_related("series")
        .order_by("starts_at", "pk")
    )
    rows = [Run(one, one.role in TRAINERS and one.given < len(halves_to_sign(one, now))) for one in sessions]
    return [row for row in rows if row.must_sign or not row.session.is_over][:SHOWN_ON_HOME]


def feed_of(person: User, since: datetime) -> list[LiveSession]:
    """What her calendar shows: where she has a seat or which she runs by name; a cancelled one says that it is."""
    mine = Q(registrations__person=person, registrations__state=RegistrationState.REGISTERED)
    shown = LiveSession.objects.shown().filter(mine | Q(staff__person=person), ends_at__gte=since)
    return list(shown.select_related("series").distinct().order_by("starts_at", "pk"))


def sessions_of_series(series: Any, person: Any, now: datetime) -> tuple[Row, ...]:
    """The sessions to come of one series that this person may come to."""
    seen = _with_standing(sessions_seen_by(person), person) if person.is_authenticated else LiveSession.objects.none()
    to_come = seen.filter(series=series).to_come(now)  # type: ignore[attr-defined]
    return _rows(to_come.select_related("series").order_by("starts_at", "pk"))


@dataclass(frozen=True)
class SessionPage:
    """One session as one person reads it."""

    session: LiveSession
    registration: Registration | None
    role: str
    seats_left: int | None
    place_in_line: int
    now: datetime

    @cached_property
    def staff(self) -> list[SessionStaff]:
        """Those who run it and whom the series does not present already, by their account or the name they go by."""
        names = {speaker.name for speaker in self.speakers}
        people = {speaker.person_id for speaker in self.speakers}
        rows = self.session.staff.select_related("person").order_by("pk")
        return [one for one in rows if one.person_id not in people and one.person.get_full_name() not in names]

    @cached_property
    def speakers(self) -> list[SeriesSpeaker]:
        return list(self.session.series.speakers.all())

    @cached_property
    def competencies(self) -> list[Competency]:
        return list(self.session.series.competencies.order_by("number", "pk"))

    @cached_property
    def handouts(self) -> list[Handout]:
        return list(self.session.handouts.select_related("document"))

    @cached_property
    def decks(self) -> list[Deck]:
        """Those that can be read: pages made."""
        return list(self.session.decks.filter(ready_at__isnull=False).annotate(pages=Count("slides")))

    @property
    def is_registered(self) -> bool:
        return self.registration is not None and self.registration.state == RegistrationState.REGISTERED

    @property
    def is_waiting(self) -> bool:
        return self.registration is not None and self.registration.state == RegistrationState.WAITING

    @property
    def is_over(self) -> bool:
        return self.session.is_over or (self.session.state in TO_COME and not self.is_to_come)

    @property
    def is_to_come(self) -> bool:
        """A room that overruns is not over before somebody ends it."""
        return self.session.is_live or (
            self.session.state == SessionState.ANNOUNCED and self.session.ends_at > self.now
        )

    @property
    def must_answer_recording(self) -> bool:
        registration = self.registration
        return (
            self.session.is_recorded
            and self.is_registered
            and registration is not None
            and registration.consents_to_recording is None
        )

    @property
    def minutes_until(self) -> int:
        """Whole minutes before its start, rounded up; 0 once it has begun."""
        return max(0, -int((self.now - self.session.starts_at) // timedelta(minutes=1)))


def page_of(session: LiveSession, person: User | None, now: datetime) -> SessionPage:
    """What `person`, or a stranger, finds of a session."""
    registration = named = left = place = None
    if person is not None:
        registration = Registration.objects.filter(session=session, person=person).select_related("enrolment").first()
        named = SessionStaff.objects.filter(session=session, person=person).values_list("role", flat=True).first()
    if session.seats is not None:
        taken = Registration.objects.filter(session=session, state=RegistrationState.REGISTERED).count()
        left = max(0, session.seats - taken)
    if registration is not None and registration.state == RegistrationState.WAITING:
        before = Q(registered_at__lt=registration.registered_at) | Q(
            registered_at=registration.registered_at, pk__lt=registration.pk
        )
        place = 1 + Registration.objects.filter(before, session=session, state=RegistrationState.WAITING).count()
    return SessionPage(session, registration, named or "", left, place or 0, now)


@dataclass(frozen=True, slots=True)
class Preparation:
    """What whoever runs a session sees of it before: who comes, slides, documents, the run sheet."""

    coming: tuple[Registration, ...]
    waiting: tuple[Registration, ...]
    decks: tuple[Deck, ...]
    handouts: tuple[Handout, ...]
    run_sheet: tuple[RunSheetItem, ...]
    polls: tuple[SessionPoll, ...]
    rounds: tuple[BreakoutRound, ...]

    @property
    def planned_minutes(self) -> int:
        return sum(item.minutes for item in self.run_sheet)


def preparation_of(session: LiveSession) -> Preparation:
    """Eight queries."""
    rows = Registration.objects.filter(session=session, state__in=COMES).select_related("person")
    people = list(rows.order_by("registered_at", "pk"))
    return Preparation(
        coming=tuple(row for row in people if row.state == RegistrationState.REGISTERED),
        waiting=tuple(row for row in people if row.state == RegistrationState.WAITING),
        decks=tuple(session.decks.annotate(pages=Count("slides"))),
        handouts=tuple(session.handouts.select_related("document")),
        run_sheet=tuple(RunSheetItem.objects.filter(session=session)),
        polls=tuple(session.polls.prefetch_related("choices")),
        rounds=tuple(prepared_rounds(session)),
    )


def _with_standing(sessions: QuerySet[LiveSession], person: User) -> QuerySet[LiveSession]:
    of_hers: Any = {"session": OuterRef("pk"), "person": person}
    taken = (
        Registration.objects.filter(session=OuterRef("pk"), state=RegistrationState.REGISTERED)
        .order_by()
        .values("session")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return sessions.annotate(
        standing=Subquery(Registration.objects.filter(**of_hers).values("state")[:1]),
        own_role=Subquery(SessionStaff.objects.filter(**of_hers).values("role")[:1]),
        taken=Subquery(taken),
    )


def _rows(sessions: Any) -> tuple[Row, ...]:
    return tuple(
        Row(
            session=session,
            state=session.standing or "",
            role=session.own_role or "",
            seats_left=None if session.seats is None else max(0, session.seats - (session.taken or 0)),
        )
        for session in sessions
    )
