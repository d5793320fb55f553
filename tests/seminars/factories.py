"""Rows of live seminars with believable defaults."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from media.models import LibraryDocument
from seminars.enums import (
    Audience,
    HalfDay,
    HandState,
    PollKind,
    RecordingState,
    RegistrationState,
    RoomRole,
    SessionState,
)
from seminars.models import (
    Attendance,
    AttendanceCorrection,
    BreakoutRoom,
    BreakoutRound,
    BreakoutSeat,
    Caption,
    ChatMessage,
    Deck,
    FunderPresence,
    HalfDaySignature,
    Hand,
    Handout,
    LiveSession,
    Question,
    QuestionVote,
    Registration,
    Reminder,
    Removal,
    ReplayWatching,
    RoomChange,
    RunSheetItem,
    SeminarSeriesPage,
    SeriesSpeaker,
    SessionFeed,
    SessionPoll,
    SessionPollAnswer,
    SessionPollChoice,
    SessionRecording,
    SessionStaff,
    Slide,
    SlideTurn,
    Stay,
    SurveyAnswer,
)
from tests.factories import AcademyHomePageFactory, EnrolmentFactory, FunderFactory, PageFactory, UserFactory

# --- Series and sessions ----------------------------------------------------------------------------------------------


class SeminarSeriesPageFactory(PageFactory):
    class Meta:
        model = SeminarSeriesPage

    parent = factory.SubFactory(AcademyHomePageFactory)
    title = factory.Sequence(lambda n: f"Série {n}")
    slug = factory.Sequence(lambda n: f"serie-{n}")
    introduction = "Trois soirs pour parler du numérique sans jargon."
    programme = "<p>Une heure, puis vos questions.</p>"
    objectives = "<ul><li>Savoir par où commencer</li></ul>"


class SeriesSpeakerFactory(DjangoModelFactory[SeriesSpeaker]):
    class Meta:
        model = SeriesSpeaker

    series = factory.SubFactory(SeminarSeriesPageFactory)
    name = factory.Sequence(lambda n: f"Intervenante {n}")
    role = "Médiatrice numérique"


def _in_one_half_day(now: datetime) -> datetime:
    """Now, or an hour before where an hour from now would be signed twice: half-days change at 13:00 and midnight."""
    return now - timedelta(hours=now.astimezone(ZoneInfo("Europe/Paris")).hour in (12, 23))


class LiveSessionFactory(DjangoModelFactory[LiveSession]):
    """Announced to the whole academy, in two days, for an hour; `host=` a person puts her in its staff."""

    class Meta:
        model = LiveSession
        skip_postgeneration_save = True

    class Params:
        live = factory.Trait(
            state=SessionState.LIVE,
            starts_at=factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=10)),
            opened_at=factory.SelfAttribute("starts_at"),
        )
        ended = factory.Trait(
            state=SessionState.ENDED,
            starts_at=factory.LazyFunction(lambda: _in_one_half_day(timezone.now() - timedelta(days=1))),
            opened_at=factory.SelfAttribute("starts_at"),
            ended_at=factory.SelfAttribute("ends_at"),
        )

    series = factory.SubFactory(SeminarSeriesPageFactory)
    title = factory.Sequence(lambda n: f"Séance {n}")
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=2))
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(hours=1))
    state = SessionState.ANNOUNCED
    audience = Audience.ACADEMY

    @factory.post_generation
    def host(self, create: bool, extracted: object, **kwargs: object) -> None:
        if create and extracted:
            SessionStaffFactory(session=self, person=extracted, role=RoomRole.HOST)


class SessionStaffFactory(DjangoModelFactory[SessionStaff]):
    """The host."""

    class Meta:
        model = SessionStaff

    session = factory.SubFactory(LiveSessionFactory)
    person = factory.SubFactory(UserFactory)
    role = RoomRole.HOST


class RunSheetItemFactory(DjangoModelFactory[RunSheetItem]):
    class Meta:
        model = RunSheetItem

    session = factory.SubFactory(LiveSessionFactory)
    order = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Point {n}")


class FunderPresenceFactory(DjangoModelFactory[FunderPresence]):
    class Meta:
        model = FunderPresence

    funder = factory.SubFactory(FunderFactory)
    threshold_percent = 80


class RoomChangeFactory(DjangoModelFactory[RoomChange]):
    class Meta:
        model = RoomChange

    session = factory.SubFactory(LiveSessionFactory)
    what = "opened"
    actor = factory.SubFactory(UserFactory)


class RemovalFactory(DjangoModelFactory[Removal]):
    class Meta:
        model = Removal

    session = factory.SubFactory(LiveSessionFactory)
    person = factory.SubFactory(UserFactory)
    actor = factory.SubFactory(UserFactory)
    reason = "Messages blessants."


# --- Who comes --------------------------------------------------------------------------------------------------------


class RegistrationFactory(DjangoModelFactory[Registration]):
    """A learner in training who has her seat. Give `enrolment=None, person=…` for somebody without a contract."""

    class Meta:
        model = Registration

    session = factory.SubFactory(LiveSessionFactory)
    enrolment = factory.SubFactory(EnrolmentFactory)
    person = factory.LazyAttribute(lambda row: row.enrolment.learner if row.enrolment else UserFactory())
    registered_by = factory.SelfAttribute("person")
    state = RegistrationState.REGISTERED
    seated_at = factory.LazyFunction(timezone.now)


class ReminderFactory(DjangoModelFactory[Reminder]):
    class Meta:
        model = Reminder

    registration = factory.SubFactory(RegistrationFactory)
    minutes_before = 60
    at = factory.LazyAttribute(
        lambda row: row.registration.session.starts_at - timedelta(minutes=row.minutes_before),
    )


class SessionFeedFactory(DjangoModelFactory[SessionFeed]):
    class Meta:
        model = SessionFeed

    person = factory.SubFactory(UserFactory)
    token_digest = factory.Sequence(lambda n: f"{n:064d}")


# --- Slides and documents ---------------------------------------------------------------------------------------------


class DeckFactory(DjangoModelFactory[Deck]):
    """A deck ready to be shown; its pages are `SlideFactory`'s."""

    class Meta:
        model = Deck

    session = factory.SubFactory(LiveSessionFactory)
    title = factory.Sequence(lambda n: f"Diapositives {n}")
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-1.4\n", name="diapositives.pdf"))
    ready_at = factory.LazyFunction(timezone.now)
    order = factory.Sequence(lambda n: n + 1)


class SlideFactory(DjangoModelFactory[Slide]):
    class Meta:
        model = Slide

    deck = factory.SubFactory(DeckFactory)
    number = factory.LazyAttribute(lambda slide: slide.deck.slides.count() + 1)
    image = factory.LazyFunction(lambda: ContentFile(b"RIFF\x00\x00\x00\x00WEBP", name="page.webp"))
    width = 1280
    height = 720
    text = factory.LazyAttribute(lambda slide: f"Texte de la page {slide.number}")


class LibraryDocumentFactory(DjangoModelFactory[LibraryDocument]):
    class Meta:
        model = LibraryDocument

    title = factory.Sequence(lambda n: f"Document {n}")
    file = factory.LazyFunction(lambda: ContentFile(b"Bonjour.", name="document.txt"))


class HandoutFactory(DjangoModelFactory[Handout]):
    class Meta:
        model = Handout

    session = factory.SubFactory(LiveSessionFactory)
    document = factory.SubFactory(LibraryDocumentFactory)
    title = factory.SelfAttribute("document.title")
    alternative = "Bonjour."
    order = factory.Sequence(lambda n: n + 1)


class SlideTurnFactory(DjangoModelFactory[SlideTurn]):
    class Meta:
        model = SlideTurn

    session = factory.SelfAttribute("deck.session")
    deck = factory.SubFactory(DeckFactory)
    page = 1


class CaptionFactory(DjangoModelFactory[Caption]):
    class Meta:
        model = Caption

    session = factory.SubFactory(LiveSessionFactory)
    text = "Bonjour à toutes et à tous."


# --- In the room ------------------------------------------------------------------------------------------------------


class BreakoutRoundFactory(DjangoModelFactory[BreakoutRound]):
    """Prepared, not yet opened."""

    class Meta:
        model = BreakoutRound

    session = factory.SubFactory(LiveSessionFactory)


class BreakoutRoomFactory(DjangoModelFactory[BreakoutRoom]):
    class Meta:
        model = BreakoutRoom

    round = factory.SubFactory(BreakoutRoundFactory)
    name = factory.Sequence(lambda n: f"Groupe {n}")
    order = factory.Sequence(lambda n: n + 1)


class BreakoutSeatFactory(DjangoModelFactory[BreakoutSeat]):
    class Meta:
        model = BreakoutSeat

    room = factory.SubFactory(BreakoutRoomFactory)
    round = factory.SelfAttribute("room.round")
    person = factory.SubFactory(UserFactory)


class ChatMessageFactory(DjangoModelFactory[ChatMessage]):
    """The next line of the session's chat."""

    class Meta:
        model = ChatMessage

    session = factory.SubFactory(LiveSessionFactory)
    seq = factory.LazyAttribute(lambda message: message.session.messages.count() + 1)
    author = factory.SubFactory(UserFactory)
    text = "Bonjour !"


class QuestionFactory(DjangoModelFactory[Question]):
    class Meta:
        model = Question

    session = factory.SubFactory(LiveSessionFactory)
    author = factory.SubFactory(UserFactory)
    text = factory.Sequence(lambda n: f"Comment faire, question {n} ?")


class QuestionVoteFactory(DjangoModelFactory[QuestionVote]):
    class Meta:
        model = QuestionVote

    question = factory.SubFactory(QuestionFactory)
    person = factory.SubFactory(UserFactory)


class HandFactory(DjangoModelFactory[Hand]):
    class Meta:
        model = Hand

    session = factory.SubFactory(LiveSessionFactory)
    person = factory.SubFactory(UserFactory)
    state = HandState.RAISED


class SessionPollFactory(DjangoModelFactory[SessionPoll]):
    """Prepared, with two choices; `choices=["…"]` gives others, the first of which is right in a quiz."""

    class Meta:
        model = SessionPoll
        skip_postgeneration_save = True

    session = factory.SubFactory(LiveSessionFactory)
    kind = PollKind.POLL
    question = factory.Sequence(lambda n: f"Sondage {n} ?")
    order = factory.Sequence(lambda n: n + 1)

    @factory.post_generation
    def choices(self, create: bool, extracted: list[str] | None, **kwargs: object) -> None:
        if not create:
            return
        texts = ["Oui", "Non"] if extracted is None else extracted
        is_quiz = self.kind == PollKind.QUIZ
        SessionPollChoice.objects.bulk_create(
            SessionPollChoice(poll_id=self.pk, text=text, order=rank, is_right=is_quiz and rank == 1)
            for rank, text in enumerate(texts, 1)
        )


class SessionPollChoiceFactory(DjangoModelFactory[SessionPollChoice]):
    class Meta:
        model = SessionPollChoice

    poll = factory.SubFactory(SessionPollFactory, choices=[])
    text = factory.Sequence(lambda n: f"Choix {n}")
    order = factory.Sequence(lambda n: n + 1)


class SessionPollAnswerFactory(DjangoModelFactory[SessionPollAnswer]):
    class Meta:
        model = SessionPollAnswer

    choice = factory.SubFactory(SessionPollChoiceFactory)
    poll = factory.SelfAttribute("choice.poll")
    person = factory.SubFactory(UserFactory)


# --- Attendance -------------------------------------------------------------------------------------------------------


class StayFactory(DjangoModelFactory[Stay]):
    """A whole hour, closed by a goodbye; `left_at=None` leaves it open."""

    class Meta:
        model = Stay

    session = factory.SubFactory(LiveSessionFactory, ended=True)
    person = factory.SubFactory(UserFactory)
    joined_at = factory.SelfAttribute("session.starts_at")
    left_at = factory.SelfAttribute("session.ends_at")
    seen_at = factory.LazyAttribute(lambda stay: stay.left_at or stay.joined_at)


class AttendanceFactory(DjangoModelFactory[Attendance]):
    """There from the first minute to the last, and credited."""

    class Meta:
        model = Attendance

    registration = factory.SubFactory(RegistrationFactory, session__ended=True)
    first_in = factory.SelfAttribute("registration.session.starts_at")
    last_out = factory.SelfAttribute("registration.session.ends_at")
    present_seconds = factory.LazyAttribute(lambda row: row.registration.session.minutes * 60)
    threshold_percent = 80
    credited_minutes = factory.LazyAttribute(lambda row: row.registration.session.minutes)
    computed_at = factory.LazyFunction(timezone.now)


class AttendanceCorrectionFactory(DjangoModelFactory[AttendanceCorrection]):
    class Meta:
        model = AttendanceCorrection

    attendance = factory.SubFactory(AttendanceFactory)
    minutes = 30
    reason = "Coupure de courant chez elle."
    author = factory.SubFactory(UserFactory)


class HalfDaySignatureFactory(DjangoModelFactory[HalfDaySignature]):
    class Meta:
        model = HalfDaySignature

    session = factory.SubFactory(LiveSessionFactory, ended=True)
    person = factory.SubFactory(UserFactory)
    day = factory.LazyAttribute(lambda row: row.session.starts_at.date())
    half = HalfDay.MORNING
    digest = "0" * 64


# --- After ------------------------------------------------------------------------------------------------------------


class SessionRecordingFactory(DjangoModelFactory[SessionRecording]):
    """Stopped, and waiting for the worker."""

    class Meta:
        model = SessionRecording

    session = factory.SubFactory(LiveSessionFactory, ended=True, is_recorded=True)
    state = RecordingState.WAITING
    started_at = factory.SelfAttribute("session.starts_at")
    stopped_at = factory.SelfAttribute("session.ends_at")
    folder = factory.LazyAttribute(lambda row: str(row.session.public_id))
    kept_until = factory.LazyAttribute(
        lambda row: (row.started_at + timedelta(days=row.session.retention_days)).date(),
    )


class ReplayWatchingFactory(DjangoModelFactory[ReplayWatching]):
    class Meta:
        model = ReplayWatching

    recording = factory.SubFactory(SessionRecordingFactory, state=RecordingState.READY)
    enrolment = factory.SubFactory(EnrolmentFactory)
    seen_at = factory.LazyFunction(timezone.now)


class SurveyAnswerFactory(DjangoModelFactory[SurveyAnswer]):
    class Meta:
        model = SurveyAnswer

    session = factory.SubFactory(LiveSessionFactory, ended=True)
    person = factory.SubFactory(UserFactory)
    useful = 5
    clear = 4
    comfortable = 4
