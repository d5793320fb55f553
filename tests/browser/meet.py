"""The seminars' part of the stage: sessions to come, going on, over, and one that guests may come to."""

from datetime import timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from lms.accounts.models import User
from lms.programmes.models import Enrolment
from seminars.enums import Audience, RecordingState
from seminars.models import Deck, LiveSession
from tests.seminars.factories import (
    AttendanceFactory,
    BreakoutRoomFactory,
    BreakoutRoundFactory,
    ChatMessageFactory,
    DeckFactory,
    HalfDaySignatureFactory,
    HandFactory,
    HandoutFactory,
    LiveSessionFactory,
    QuestionFactory,
    RegistrationFactory,
    RunSheetItemFactory,
    SeminarSeriesPageFactory,
    SeriesSpeakerFactory,
    SessionPollFactory,
    SessionRecordingFactory,
    SlideFactory,
    StayFactory,
    SurveyAnswerFactory,
)


def met(language: str, enrolment: Enrolment, host: User) -> dict[str, str]:
    """The addresses' parts for `enrolment`'s learner and her host."""
    now = timezone.now()
    cohort = enrolment.cohort
    series = SeminarSeriesPageFactory(
        title="Parler du numérique sans jargon", slug=f"sans-jargon-{language}", first_published_at=now
    )
    SeriesSpeakerFactory(series=series, name="Inès Moreau")
    common = {"series": series, "audience": Audience.COHORT, "cohort": cohort, "partner": cohort.partner, "host": host}
    soon = LiveSessionFactory(**common, title="Trouver les mots", starts_at=now + timedelta(days=2), seats=20)
    going_on = LiveSessionFactory(**common, title="Questions du soir", live=True, is_recorded=True)
    filmed = LiveSessionFactory(**common, title="Devant la caméra", starts_at=now + timedelta(days=3), is_recorded=True)
    past = LiveSessionFactory(**common, title="Premiers pas", ended=True, is_recorded=True)
    public = LiveSessionFactory(series=series, audience=Audience.PUBLIC, title="Portes ouvertes")
    for session in (soon, filmed, past):
        RegistrationFactory(session=session, enrolment=enrolment)
    RegistrationFactory(session=going_on, enrolment=enrolment, consents_to_recording=True)
    deck = _shown(soon)
    _shown(going_on)
    HandoutFactory(session=soon, title="Le mémo")
    RunSheetItemFactory(session=soon, order=1, title="Accueil")
    RunSheetItemFactory(session=soon, order=2, title="Trois situations")
    SessionPollFactory(session=soon, question="Par où commencer ?")
    round_ = BreakoutRoundFactory(session=soon)
    for name in ("Accueil", "Dépannage"):
        BreakoutRoomFactory(round=round_, name=name)
    _talked(going_on, enrolment.learner, host)
    _over(past, enrolment, host)
    return {
        "series": str(series.url),
        "session": str(soon.public_id),
        "live_session": str(going_on.public_id),
        "filmed_session": str(filmed.public_id),
        "past_session": str(past.public_id),
        "public_session": str(public.public_id),
        "deck": str(deck.public_id),
        "round": str(round_.public_id),
    }


def _shown(session: LiveSession) -> Deck:
    deck = DeckFactory(session=session, title="Les diapositives")
    for colour in ("#1d4f91", "#7a2048"):
        picture = BytesIO()
        Image.new("RGB", (1280, 720), colour).save(picture, "WEBP")
        SlideFactory(deck=deck, image=ContentFile(picture.getvalue(), name="page.webp"))
    made: Deck = deck
    return made


def _talked(session: LiveSession, learner: User, host: User) -> None:
    ChatMessageFactory(session=session, author=host, text="Bonsoir à toutes et tous !")
    ChatMessageFactory(session=session, author=learner, text="Bonsoir, on vous entend bien.")
    QuestionFactory(session=session, author=learner, text="Comment expliquer un nuage ?")
    HandFactory(session=session, person=learner)
    SessionPollFactory(session=session, question="Le rythme vous va ?")


def _over(session: LiveSession, enrolment: Enrolment, host: User) -> None:
    registration = session.registrations.get(enrolment=enrolment)
    for person in (enrolment.learner, host):
        StayFactory(session=session, person=person)
    AttendanceFactory(registration=registration)
    HalfDaySignatureFactory(session=session, person=host)
    _talked(session, enrolment.learner, host)
    SurveyAnswerFactory(session=session)
    deck = str(_shown(session).public_id)
    SessionRecordingFactory(
        session=session,
        state=RecordingState.READY,
        seconds=3600,
        ready_at=timezone.now(),
        chapters=[
            {"at": 0, "title": "Accueil", "deck": deck, "page": 1},
            {"at": 600, "title": "Trois situations", "deck": deck, "page": 2},
        ],
    )
