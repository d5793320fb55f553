"""The named cast: two mirrored partners, A and B, whose private words carry a canary, and the people of the house.

A test that shows `CANARY-B-` to somebody of A has found a leak. What the consortium shares (provider, tracks, titles of
courses and questions) carries no canary. `build_world(sides="A")` is the same world without B.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coaching.enums import AppointmentState, SeatState
from coaching.models import (
    Absence,
    Appointment,
    AppointmentKind,
    BusyCalendar,
    CoachingQuota,
    CoachingReport,
    CohortCoaching,
    DayException,
    FollowUpTask,
    MessageTemplate,
    OneOffSlot,
    Place,
    RoomMessage,
    Seat,
    WaitingEntry,
)
from coaching.services.feeds import open_feed
from coaching.services.room import add_item, say, write_notes
from community.models import Duty, ForumImport, Offer, Space, Thread
from courses.enums import Finish, ImportState, LessonState, QuestionKind
from courses.models import (
    AcademyHomePage,
    CourseImport,
    CoursePage,
    GlossaryTerm,
    LessonPage,
    LessonProgress,
    ModulePage,
    Question,
    QuizAnswer,
    QuizAttempt,
    Reflection,
)
from lms.accounts.models import Invitation, User
from lms.accounts.services import invite
from lms.evidence.models import Attestation, AttestationShare, HourEntry
from lms.evidence.services import share_attestation
from lms.kit.ids import uuid7
from lms.notifications.enums import DeliveryState
from lms.notifications.models import Delivery, Notification, PushSubscription
from lms.programmes.enums import CohortRole, EnrolmentState
from lms.programmes.models import Cohort, CompetencyBlock, Enrolment, Funder, HostStructure, Partner, Track
from lms.programmes.queries import EDITORS, MODERATORS
from seminars.models import LiveSession
from tests.community.rows import Talk, build_square, build_talk
from tests.factories import (
    PASSWORD,
    AcademyHomePageFactory,
    AppointmentFactory,
    AttestationFactory,
    AuditAccessFactory,
    CohortFactory,
    CohortStaffFactory,
    CompetencyBlockFactory,
    CompetencyFactory,
    ContactLogFactory,
    CoursePageFactory,
    DeliveryFactory,
    DiaryFactory,
    EnrolmentFactory,
    FollowUpTaskFactory,
    FunderFactory,
    GlossaryTermFactory,
    GoalFactory,
    HostStructureFactory,
    HourEntryFactory,
    LessonPageFactory,
    MetSeatFactory,
    ModulePageFactory,
    NotificationFactory,
    PartnerFactory,
    PartnerMembershipFactory,
    PlaceFactory,
    PrivateNoteFactory,
    PushSubscriptionFactory,
    QuestionFactory,
    ReportFactory,
    SeatFactory,
    TrackFactory,
    TrackModuleFactory,
    TrainingProviderFactory,
    UserFactory,
    WeeklyHoursFactory,
    quiz_block,
    reflection_block,
    text_block,
)
from tests.seminars.rows import Live, build_live, build_public_session


@dataclass(frozen=True, slots=True)
class Content:
    """A course of one module: a lesson to read with a private note, a lesson with a quiz; one partner follows it."""

    track: Track
    course: CoursePage
    module: ModulePage
    lesson: LessonPage
    quiz_lesson: LessonPage
    question: Question
    quiz_id: UUID
    reflection_id: UUID


@dataclass(frozen=True, slots=True)
class DiaryRows:
    """A coach's diary, one row of each sort, and what her partner offers."""

    kind: AppointmentKind
    place: Place
    quota: CoachingQuota
    cohort_coaching: CohortCoaching
    day: DayException
    absence: Absence
    once: OneOffSlot
    calendar: BusyCalendar


@dataclass(frozen=True, slots=True)
class Side:
    """One partner and everything private to it. `canary` stands in every name, address and text below."""

    canary: str
    content: Content
    partner: Partner
    funder: Funder
    host: HostStructure
    cohort: Cohort
    coach: User
    manager: User
    auditor: User
    learner: User
    classmate: User
    alumnus: User
    pending: User
    suspended: User
    enrolment: Enrolment
    classmate_enrolment: Enrolment
    alumnus_enrolment: Enrolment
    pending_enrolment: Enrolment
    suspended_enrolment: Enrolment
    invitation: Invitation
    attempt: QuizAttempt
    reflection: Reflection
    hour_entry: HourEntry
    attestation: Attestation
    share: AttestationShare
    notification: Notification
    device: PushSubscription
    dead_letter: Delivery
    report: CoachingReport
    task: FollowUpTask
    appointment: Appointment
    seat: Seat
    message: RoomMessage
    proposal: Seat
    waiting: WaitingEntry
    feed_token: str
    diary: DiaryRows
    talk: Talk
    live: Live


@dataclass(frozen=True, slots=True)
class World:
    """Both partners and the house. `b` is missing (AttributeError) in a world built with `sides="A"`."""

    home: AcademyHomePage
    block: CompetencyBlock
    term: GlossaryTerm
    course_import: CourseImport
    forum_import: ForumImport
    contents: dict[str, Content]
    sides: dict[str, Side]
    editor: User
    moderator: User
    administrator: User
    half_mfa: User
    square: Space
    welcome: Thread
    offer: Offer
    duty: Duty
    public_session: LiveSession

    @property
    def a(self) -> Side:
        return self.sides["A"]

    @property
    def b(self) -> Side:
        return self.sides["B"]


def build_world(*, sides: str = "AB") -> World:
    """Both partners' courses exist whatever `sides`: content is the consortium's, people are a partner's."""
    home = AcademyHomePageFactory()
    provider = TrainingProviderFactory(name="La Fabrique des médiations")
    block = CompetencyBlockFactory()
    CompetencyFactory(block=block, number=1, title="Accueillir différents publics")
    editors, moderators = Group.objects.get(name=EDITORS), Group.objects.get(name=MODERATORS)
    contents = {letter: build_content(letter, home, block) for letter in "AB"}
    built = {letter: build_side(letter, provider, contents[letter]) for letter in sides}
    editor = UserFactory(email="ed@example.org", display_name="Ed", staff_since=timezone.now())
    editor.groups.add(editors)
    moderator = UserFactory(email="mona@example.org", display_name="Mona", staff_since=timezone.now())
    moderator.groups.add(moderators)
    administrator = UserFactory(email="admin@example.org", display_name="Ada", is_superuser=True)
    # The strongest case: once her second factor is given, she coaches A.
    half_mfa = UserFactory(email="half@example.org", display_name="Hélène", staff_since=timezone.now())
    CohortStaffFactory(cohort=built["A"].cohort, user=half_mfa)
    TOTP.activate(half_mfa, generate_totp_secret())
    assert Authenticator.objects.filter(user=half_mfa).exists()
    square, welcome, offer, duty = build_square(moderator, timezone.now())
    return World(
        home=home,
        block=block,
        term=GlossaryTermFactory(),
        course_import=CourseImport.objects.create(name="module.zip", state=ImportState.CHECKED, actor=editor),
        forum_import=ForumImport.objects.create(name="forum.jsonl", source="f", state=ImportState.CHECKED),
        contents=contents,
        sides=built,
        editor=editor,
        moderator=moderator,
        administrator=administrator,
        half_mfa=half_mfa,
        square=square,
        welcome=welcome,
        offer=offer,
        duty=duty,
        public_session=build_public_session(timezone.now()),
    )


def build_content(letter: str, home: AcademyHomePage, block: CompetencyBlock) -> Content:
    canary = f"CANARY-{letter}"
    track = TrackFactory(block=block, name=f"Parcours {letter}")
    course = CoursePageFactory(parent=home, title=f"Cours {letter}", slug=f"cours-{letter.lower()}", block=block)
    module = ModulePageFactory(parent=course, title=f"Module {letter}", slug=f"module-{letter.lower()}")
    note = reflection_block(f"{canary}-note")
    lesson = LessonPageFactory(
        parent=module,
        title=f"Lire {letter}",
        slug=f"lire-{letter.lower()}",
        body=[text_block(f"<p>{canary}-lesson</p>"), note],
    )
    question = QuestionFactory(name=f"Question {letter}", stem=f"<p>{canary}-stem</p>", kind=QuestionKind.SINGLE)
    quiz = quiz_block(question)
    quiz_lesson = LessonPageFactory(
        parent=module, title=f"Répondre {letter}", slug=f"repondre-{letter.lower()}", finish=Finish.QUIZ, body=[quiz]
    )
    TrackModuleFactory(track=track, module=module, order=1)
    return Content(track, course, module, lesson, quiz_lesson, question, UUID(quiz["id"]), UUID(note["id"]))


def build_side(letter: str, provider: Any, content: Content) -> Side:
    """Partner, staff, five learners, and what the first of them has done."""
    canary = f"CANARY-{letter}"
    now = timezone.now()

    def person(role: str, **fields: Any) -> User:
        user: User = UserFactory(
            email=f"{canary}-{role}@example.org".lower(),
            display_name=f"{canary}-{role}",
            certificate_name=f"{canary}-{role}-paper",
            phone=f"{canary}-{role}-tel"[:30],
            **fields,
        )
        return user

    partner = PartnerFactory(provider=provider, name=f"{canary}-partner", territory=f"{canary}-territory")
    funder = FunderFactory(name=f"{canary}-funder")
    host = HostStructureFactory(name=f"{canary}-host", city=f"{canary}-city")
    cohort = CohortFactory(partner=partner, track=content.track, funder=funder, name=f"{canary}-cohort")
    coach = person("coach", staff_since=now)
    CohortStaffFactory(cohort=cohort, user=coach, role=CohortRole.COACH)
    manager = person("manager", staff_since=now)
    PartnerMembershipFactory(partner=partner, user=manager)
    auditor = person("auditor", staff_since=now)
    AuditAccessFactory(funder=funder, user=auditor, granted_by=None)

    people = {
        "learner": person("learner"),
        "classmate": person("classmate"),
        "alumnus": person("alumnus"),
        "pending": person("pending", password=None, verified=False),
        "suspended": person("suspended", is_active=False),
    }
    states = {"alumnus": EnrolmentState.ALUMNI, "pending": EnrolmentState.PENDING}
    enrolments = {
        role: EnrolmentFactory(
            learner=user,
            cohort=cohort,
            coach=coach,
            host_structure=host,
            external_id=f"{canary}-{role}",
            state=states.get(role, EnrolmentState.ACTIVE),
        )
        for role, user in people.items()
    }
    invitation, _token = invite(user=people["pending"], actor=manager, now=now)
    enrolment = enrolments["learner"]
    LessonProgress.objects.create(
        enrolment=enrolment, lesson=content.lesson, state=LessonState.DONE, completed_at=now, started_at=now
    )
    attempt = QuizAttempt.objects.create(
        enrolment=enrolment,
        lesson=content.quiz_lesson,
        quiz_id=content.quiz_id,
        number=1,
        question_ids=[content.question.pk],
        pass_percent=60,
        seed=1,
        score_percent=Decimal(0),
        finished_at=now,
    )
    QuizAnswer.objects.create(
        attempt=attempt,
        question=content.question,
        response={"choice": content.question.answers.all()[0].pk, "said": [f"{canary}-said"]},
        fraction=Decimal(0),
        final_at=now,
    )
    reflection = Reflection.objects.create(
        learner=people["learner"], lesson=content.lesson, block_id=content.reflection_id, text=f"{canary}-private-note"
    )
    hour_entry = HourEntryFactory(
        enrolment=enrolment,
        activity_id=content.lesson.public_id,
        activity_title=f"{canary}-hours",
        course_id=content.course.public_id,
        happened_at=now - timedelta(hours=1),
    )
    attestation = AttestationFactory(
        enrolment=enrolments["alumnus"], course_id=content.course.public_id, code=f"CANARY{letter}000"
    )
    share = share_attestation(attestation=attestation, days=30, label=f"{canary}-share", now=now)
    notification = NotificationFactory(recipient=people["learner"], title=f"{canary}-news", lines=[f"{canary}-line"])
    dead_letter = DeliveryFactory(notification=notification, state=DeliveryState.DEAD, finished_at=now)
    device = PushSubscriptionFactory(person=people["learner"], device=f"{canary}-device")
    appointment = AppointmentFactory(coach=coach, starts_at=now, kind__name=f"{canary}-kind", kind__partner=partner)
    seat = SeatFactory(enrolment=enrolment, appointment=appointment, topic=f"{canary}-topic")
    message = say(appointment=appointment, author=coach, text=f"{canary}-said", key=uuid7(), now=now)
    add_item(appointment=appointment, text=f"{canary}-item")
    write_notes(appointment=appointment, text=f"{canary}-notes", version=0, now=now)
    proposal = SeatFactory(
        enrolment=enrolment,
        appointment=AppointmentFactory(
            coach=coach, kind=appointment.kind, starts_at=now + timedelta(days=5), state=AppointmentState.HELD
        ),
        state=SeatState.HELD,
        hold_expires_at=now + timedelta(days=1),
        booked_by=coach,
    )
    waiting = WaitingEntry.objects.create(enrolment=enrolment, coach=coach, kind=appointment.kind)
    report, task = build_record(letter, enrolment, coach)
    return Side(
        canary=canary,
        content=content,
        partner=partner,
        funder=funder,
        host=host,
        cohort=cohort,
        coach=coach,
        manager=manager,
        auditor=auditor,
        enrolment=enrolment,
        learner=people["learner"],
        classmate=people["classmate"],
        alumnus=people["alumnus"],
        pending=people["pending"],
        suspended=people["suspended"],
        classmate_enrolment=enrolments["classmate"],
        alumnus_enrolment=enrolments["alumnus"],
        pending_enrolment=enrolments["pending"],
        suspended_enrolment=enrolments["suspended"],
        invitation=invitation,
        attempt=attempt,
        reflection=reflection,
        hour_entry=hour_entry,
        attestation=attestation,
        share=share,
        notification=notification,
        device=device,
        dead_letter=dead_letter,
        report=report,
        task=task,
        appointment=appointment,
        seat=seat,
        message=message,
        proposal=proposal,
        waiting=waiting,
        feed_token=open_feed(person=people["learner"], now=now),
        diary=build_diary(letter, cohort, coach, appointment.kind),
        talk=build_talk(
            letter, cohort=cohort, coach=coach, learner=people["learner"], classmate=people["classmate"], now=now
        ),
        live=build_live(letter, cohort=cohort, coach=coach, enrolment=enrolment, now=now),
    )


def build_diary(letter: str, cohort: Cohort, coach: User, kind: AppointmentKind) -> DiaryRows:
    """When the coach can be booked, what keeps her away, and what her partner's managers run."""
    canary, now = f"CANARY-{letter}", timezone.now()
    diary = DiaryFactory(coach=coach, presentation=f"{canary}-presentation")
    place = PlaceFactory(partner=cohort.partner, name=f"{canary}-place", address=f"{canary}-address")
    WeeklyHoursFactory(diary=diary, place=place)
    away = now + timedelta(days=200)
    return DiaryRows(
        kind=kind,
        place=place,
        quota=CoachingQuota.objects.create(track=cohort.track, minutes=600),
        cohort_coaching=CohortCoaching.objects.create(cohort=cohort),
        day=DayException.objects.create(diary=diary, day=away.date()),
        absence=Absence.objects.create(
            diary=diary, starts_at=away, ends_at=away + timedelta(days=1), reason=f"{canary}-reason"
        ),
        once=OneOffSlot.objects.create(diary=diary, kind=kind, starts_at=away, place=place),
        calendar=BusyCalendar.objects.create(
            diary=diary, name=f"{canary}-calendar", address=f"https://127.0.0.1/{canary}.ics", username=f"{canary}-user"
        ),
    )


def build_record(letter: str, enrolment: Enrolment, coach: User) -> tuple[CoachingReport, FollowUpTask]:
    """What coaching leaves of a learner: a shared report, a goal, a task, a call; a note its author alone reads.

    The note says `SECRET-A`: it may stand nowhere but on that coach's own page.
    """
    canary = f"CANARY-{letter}"
    seat = MetSeatFactory(
        enrolment=enrolment,
        topic=f"{canary}-topic",
        appointment__coach=coach,
        appointment__kind__partner=enrolment.cohort.partner,
        appointment__kind__name=f"{canary}-kind",
    )
    report = ReportFactory(
        seat=seat,
        covered=f"{canary}-covered",
        learnt=f"{canary}-learnt",
        difficulty=f"{canary}-difficulty",
        next_step=f"{canary}-step",
    )
    MessageTemplate.objects.create(partner=enrolment.cohort.partner, title=f"{canary}-template", text=f"{canary}-ready")
    GoalFactory(enrolment=enrolment, text=f"{canary}-goal")
    ContactLogFactory(enrolment=enrolment, author=coach, text=f"{canary}-call")
    PrivateNoteFactory(enrolment=enrolment, author=coach, text=f"SECRET-{letter}")
    return report, FollowUpTaskFactory(enrolment=enrolment, text=f"{canary}-task", report=report)


def client_for(user: User | None, **defaults: Any) -> Client:
    """A signed-in client; None is a stranger."""
    client = Client(**defaults)
    if user is not None:
        client.force_login(user)
    return client


def client_half_way(user: User) -> Client:
    """A client that gave the right password and not yet the second factor."""
    client = Client()
    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert response.status_code == 302, response.content
    assert response["Location"].startswith(reverse("mfa_authenticate")), response["Location"]
    return client
