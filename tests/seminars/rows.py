"""Live seminars of one partner, for the mirrored world: a cohort's session to come, a partner's, and one that is over.

`CANARY-A` stands in every name and text that only A's people may read. The series is the consortium's, and public.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from lms.accounts.models import User
from lms.programmes.models import Cohort, Enrolment
from seminars.enums import Audience, RecordingState
from seminars.models import (
    Attendance,
    BreakoutRoom,
    Deck,
    FunderPresence,
    Handout,
    LiveSession,
    Registration,
    RunSheetItem,
    SeminarSeriesPage,
    SessionPoll,
    SessionRecording,
    Slide,
)
from seminars.services.feeds import open_feed
from tests.seminars.factories import (
    AttendanceFactory,
    BreakoutRoomFactory,
    DeckFactory,
    FunderPresenceFactory,
    HandoutFactory,
    LibraryDocumentFactory,
    LiveSessionFactory,
    RegistrationFactory,
    RunSheetItemFactory,
    SeminarSeriesPageFactory,
    SessionPollFactory,
    SessionRecordingFactory,
    SlideFactory,
    StayFactory,
)


@dataclass(frozen=True, slots=True)
class Live:
    """`session`: of the cohort, in two days, hosted by the coach; the learner has her seat. `past`: of the cohort too,
    yesterday; the learner was there."""

    series: SeminarSeriesPage
    session: LiveSession
    partner_session: LiveSession
    past: LiveSession
    deck: Deck
    slide: Slide
    handout: Handout
    item: RunSheetItem
    poll: SessionPoll
    group: BreakoutRoom
    registration: Registration
    attendance: Attendance
    recording: SessionRecording
    presence: FunderPresence
    feed_token: str


def build_live(letter: str, *, cohort: Cohort, coach: User, enrolment: Enrolment, now: datetime) -> Live:
    canary = f"CANARY-{letter}"
    series = SeminarSeriesPageFactory(title=f"Série {letter}", slug=f"serie-{letter.lower()}")
    of_cohort = {"series": series, "audience": Audience.COHORT, "cohort": cohort, "partner": cohort.partner}
    session = LiveSessionFactory(
        **of_cohort, host=coach, title=f"{canary}-session", summary=f"{canary}-summary", seats=5, is_recorded=True,
        starts_at=now + timedelta(days=2), phone_number=f"{canary}-tel",
    )  # fmt: skip
    partner_session = LiveSessionFactory(
        series=series, audience=Audience.PARTNER, partner=cohort.partner, title=f"{canary}-partner-session",
        starts_at=now + timedelta(days=3),
    )  # fmt: skip
    past = LiveSessionFactory(
        **of_cohort, host=coach, title=f"{canary}-past-session", ended=True, starts_at=now - timedelta(days=1)
    )
    deck = DeckFactory(session=session, title=f"{canary}-deck")
    slide = SlideFactory(deck=deck, text=f"{canary}-slide")
    document = LibraryDocumentFactory(
        title=f"Document {letter}", file=ContentFile(f"{canary}-inside".encode(), name=f"document-{letter}.txt")
    )
    handout = HandoutFactory(
        session=session, document=document, title=f"{canary}-handout", alternative=f"{canary}-alternative"
    )
    came = RegistrationFactory(session=past, enrolment=enrolment)
    StayFactory(session=past, person=enrolment.learner)
    return Live(
        series=series,
        session=session,
        partner_session=partner_session,
        past=past,
        deck=deck,
        slide=slide,
        handout=handout,
        item=RunSheetItemFactory(session=session, order=1, title=f"{canary}-line", notes=f"{canary}-line-notes"),
        poll=SessionPollFactory(session=session, question=f"{canary}-poll", choices=[f"{canary}-yes", f"{canary}-no"]),
        group=BreakoutRoomFactory(round__session=session, name=f"{canary}-group"),
        registration=RegistrationFactory(session=session, enrolment=enrolment),
        attendance=AttendanceFactory(registration=came),
        recording=SessionRecordingFactory(
            session=past,
            state=RecordingState.READY,
            started_by=coach,
            audio=ContentFile(f"{canary}-heard".encode(), name=f"{letter}/sound.m4a"),
        ),
        presence=FunderPresenceFactory(funder=cohort.funder),
        feed_token=open_feed(person=enrolment.learner, now=now),
    )


def build_public_session(now: datetime) -> LiveSession:
    """Open to anybody with the link. No canary."""
    session: LiveSession = LiveSessionFactory(
        audience=Audience.PUBLIC, title="Une séance ouverte à tous", starts_at=now + timedelta(days=4)
    )
    return session
