"""Rows with believable defaults, for tests and benchmarks; every factory says only what its rule needs."""

from datetime import time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import factory
from django.contrib.auth.hashers import get_hasher, make_password
from django.utils import timezone
from factory.django import DjangoModelFactory
from wagtail.models import Locale, Page, Site

from coaching.enums import ContactChannel, Presence, SeatState, SignerRole
from coaching.models import (
    Appointment,
    AppointmentKind,
    CoachingReport,
    ContactLog,
    Diary,
    FollowUpTask,
    Goal,
    Place,
    PrivateNote,
    ReportRevision,
    Seat,
    WeeklyHours,
)
from coaching.services.reports import Wording, content_of, digest_of
from courses.enums import QuestionKind
from courses.models import (
    AcademyHomePage,
    CoursePage,
    GlossaryTerm,
    LessonPage,
    ModulePage,
    Question,
    QuestionAnswer,
    TrackModule,
)
from lms.accounts.models import User
from lms.evidence.enums import ActivityKind
from lms.evidence.models import Attestation, HourEntry
from lms.evidence.seals import attestation_digest, line_digest
from lms.kit.ids import readable_code, uuid7
from lms.notifications.enums import Channel
from lms.notifications.models import Delivery, Notification, PushSubscription
from lms.programmes.enums import CohortRole, EnrolmentState
from lms.programmes.models import (
    AuditAccess,
    Certification,
    CertificationVersion,
    Cohort,
    CohortStaff,
    Competency,
    CompetencyBlock,
    Enrolment,
    Funder,
    HostStructure,
    Partner,
    PartnerMembership,
    Track,
    TrainingProvider,
)

PASSWORD = "correct horse battery staple"


# --- People and organisations -----------------------------------------------------------------------------------------


def hashed(password: str | None) -> str:
    """Half a second each with the hasher of an academy that is open: the people of a stage share one."""
    return _hashed_by(get_hasher().algorithm, password)


@cache
def _hashed_by(_algorithm: str, password: str | None) -> str:
    return make_password(password)


class UserFactory(DjangoModelFactory[User]):
    """A person who can sign in with `PASSWORD`, her address verified."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    display_name = factory.Sequence(lambda n: f"Person {n}")
    certificate_name = factory.SelfAttribute("display_name")
    password = factory.django.Password(PASSWORD, transform=hashed)

    @factory.post_generation
    def verified(self, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        if create and extracted is not False:
            self.emailaddress_set.create(email=self.email, verified=True, primary=True)


class TrainingProviderFactory(DjangoModelFactory[TrainingProvider]):
    class Meta:
        model = TrainingProvider

    name = factory.Sequence(lambda n: f"Organisme {n}")
    activity_number = "11 75 00000 75"
    city = "Paris"
    signatory_name = "Jeanne Martin"
    signatory_title = "Directrice"
    help_name = "Camille Petit"
    help_phone = "01 23 45 67 89"
    help_email = "aide@example.org"


class PartnerFactory(DjangoModelFactory[Partner]):
    class Meta:
        model = Partner

    provider = factory.SubFactory(TrainingProviderFactory)
    name = factory.Sequence(lambda n: f"Partenaire {n}")


class PartnerMembershipFactory(DjangoModelFactory[PartnerMembership]):
    class Meta:
        model = PartnerMembership

    partner = factory.SubFactory(PartnerFactory)
    user = factory.SubFactory(UserFactory)


class FunderFactory(DjangoModelFactory[Funder]):
    class Meta:
        model = Funder

    name = factory.Sequence(lambda n: f"Financeur {n}")


class AuditAccessFactory(DjangoModelFactory[AuditAccess]):
    """Open from yesterday to next month."""

    class Meta:
        model = AuditAccess

    funder = factory.SubFactory(FunderFactory)
    user = factory.SubFactory(UserFactory)
    granted_by = factory.SubFactory(UserFactory)
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1))
    ends_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))


class HostStructureFactory(DjangoModelFactory[HostStructure]):
    class Meta:
        model = HostStructure

    name = factory.Sequence(lambda n: f"Mairie {n}")


# --- Certification, tracks, cohorts -----------------------------------------------------------------------------------


class CertificationFactory(DjangoModelFactory[Certification]):
    class Meta:
        model = Certification

    title = factory.Sequence(lambda n: f"Titre professionnel {n}")


class CertificationVersionFactory(DjangoModelFactory[CertificationVersion]):
    class Meta:
        model = CertificationVersion

    certification = factory.SubFactory(CertificationFactory)
    title = factory.SelfAttribute("certification.title")
    valid_from = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=365))


class CompetencyBlockFactory(DjangoModelFactory[CompetencyBlock]):
    class Meta:
        model = CompetencyBlock

    version = factory.SubFactory(CertificationVersionFactory)
    code = "CCP1"
    title = "Accompagner différents publics"


class CompetencyFactory(DjangoModelFactory[Competency]):
    class Meta:
        model = Competency

    block = factory.SubFactory(CompetencyBlockFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Compétence {n}")


class TrackFactory(DjangoModelFactory[Track]):
    class Meta:
        model = Track

    block = factory.SubFactory(CompetencyBlockFactory)
    name = factory.Sequence(lambda n: f"Parcours {n}")
    hours = 105


class CohortFactory(DjangoModelFactory[Cohort]):
    """In its second week."""

    class Meta:
        model = Cohort

    partner = factory.SubFactory(PartnerFactory)
    track = factory.SubFactory(TrackFactory)
    funder = factory.SubFactory(FunderFactory)
    name = factory.Sequence(lambda n: f"Promotion {n}")
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=10))
    ends_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=100))


class CohortStaffFactory(DjangoModelFactory[CohortStaff]):
    class Meta:
        model = CohortStaff

    cohort = factory.SubFactory(CohortFactory)
    user = factory.SubFactory(UserFactory)
    role = CohortRole.COACH


class EnrolmentFactory(DjangoModelFactory[Enrolment]):
    """In training."""

    class Meta:
        model = Enrolment

    learner = factory.SubFactory(UserFactory)
    cohort = factory.SubFactory(CohortFactory)
    state = EnrolmentState.ACTIVE


# --- The course tree --------------------------------------------------------------------------------------------------


class PageFactory(DjangoModelFactory[Page]):
    """A page put under `parent` and live at once."""

    class Meta:
        model = Page
        abstract = True

    title = factory.Sequence(lambda n: f"Page {n}")
    slug = factory.Sequence(lambda n: f"page-{n}")
    live = True

    @classmethod
    def _create(cls, model_class: type[Page], *args: Any, parent: Page, **kwargs: Any) -> Page:
        # A page read again from the database: treebeard counts children on the instance it is given.
        page: Page = Page.objects.get(pk=parent.pk).add_child(instance=model_class(*args, **kwargs))
        return page


class AcademyHomePageFactory(PageFactory):
    """The front door, made root of the default site; there is only one, so a second call returns the first."""

    class Meta:
        model = AcademyHomePage

    title = "L’Académie"
    slug = "academie"

    @classmethod
    def _create(cls, model_class: type[Page], *args: Any, **kwargs: Any) -> Page:
        if home := AcademyHomePage.objects.first():
            return home
        kwargs.setdefault("parent", _root())
        page = super()._create(model_class, *args, **kwargs)
        # Saved through the model: Wagtail forgets its cached root paths here.
        site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
        site.root_page = page
        site.save()
        return page


def _root() -> Page:
    """The root of the tree; a test with real transactions finds the database without what migrations put there."""
    Locale.objects.get_or_create(language_code="fr")
    return Page.get_first_root_node() or Page.add_root(title="Root", slug="root")


class CoursePageFactory(PageFactory):
    class Meta:
        model = CoursePage

    parent = factory.SubFactory(AcademyHomePageFactory)
    title = factory.Sequence(lambda n: f"Cours {n}")
    block = factory.SubFactory(CompetencyBlockFactory)


class ModulePageFactory(PageFactory):
    class Meta:
        model = ModulePage

    parent = factory.SubFactory(CoursePageFactory)
    title = factory.Sequence(lambda n: f"Module {n}")


class LessonPageFactory(PageFactory):
    """A quarter of an hour to read, with a body of one text; `body` is a list of stored blocks (see `text_block`)."""

    class Meta:
        model = LessonPage

    parent = factory.SubFactory(ModulePageFactory)
    title = factory.Sequence(lambda n: f"Leçon {n}")
    planned_minutes = 15
    body = factory.LazyFunction(lambda: [text_block("<p>Laisser la souris à la personne.</p>")])


class TrackModuleFactory(DjangoModelFactory[TrackModule]):
    class Meta:
        model = TrackModule

    track = factory.SubFactory(TrackFactory)
    module = factory.SubFactory(ModulePageFactory)
    minutes = 60
    order = factory.Sequence(lambda n: n + 1)


def text_block(html: str) -> dict[str, Any]:
    return {"type": "text", "value": html, "id": str(uuid7())}


def reflection_block(question: str = "À qui pensez-vous ?") -> dict[str, Any]:
    return {"type": "reflection", "value": {"question": question, "help_text": ""}, "id": str(uuid7())}


def quiz_block(
    *questions: Question, pass_percent: int = 60, max_attempts: int = 0, shuffle: bool = False
) -> dict[str, Any]:
    """A stored quiz block asking these questions in this order."""
    return {
        "type": "quiz",
        "id": str(uuid7()),
        "value": {
            "title": "Quiz",
            "questions": [{"type": "item", "value": q.pk, "id": str(uuid7())} for q in questions],
            "pass_percent": pass_percent,
            "max_attempts": max_attempts,
            "shuffle": shuffle,
        },
    }


# --- The question bank ------------------------------------------------------------------------------------------------

_ANSWERS: dict[str, list[dict[str, Any]]] = {
    QuestionKind.SINGLE: [
        {"text": "Lyon", "fraction": 0, "feedback": "<p>Pas celle-là.</p>"},
        {"text": "Paris", "fraction": 100, "feedback": "<p>Oui.</p>"},
    ],
    QuestionKind.MULTIPLE: [
        {"text": "Rouge", "fraction": 50},
        {"text": "Vert", "fraction": 50},
        {"text": "Chaise", "fraction": -100},
    ],
    QuestionKind.TRUE_FALSE: [{"text": "Vrai", "fraction": 100}, {"text": "Faux", "fraction": 0}],
    QuestionKind.SHORT: [{"text": "navigateur", "fraction": 100}, {"text": "un navigateur*", "fraction": 100}],
    QuestionKind.NUMERIC: [{"minimum": Decimal("3.13"), "maximum": Decimal("3.15"), "fraction": 100}],
    QuestionKind.MATCH: [{"text": "France", "match": "Paris"}, {"text": "Italie", "match": "Rome"}],
    QuestionKind.ESSAY: [],
}


class QuestionFactory(DjangoModelFactory[Question]):
    """A published question of any `kind`, with the answers that kind needs; `answers=[…]` gives others."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Question {n}")
    kind = QuestionKind.SINGLE
    stem = "<p>Que répondez-vous ?</p>"
    general_feedback = "<p>Voici pourquoi.</p>"
    shuffle = False
    live = True

    @factory.post_generation
    def answers(self, create: bool, extracted: list[dict[str, Any]] | None, **kwargs: Any) -> None:
        if not create:
            return
        rows = _ANSWERS[self.kind] if extracted is None else extracted
        QuestionAnswer.objects.bulk_create(
            [QuestionAnswer(question_id=self.pk, sort_order=rank, **row) for rank, row in enumerate(rows)]
        )


class GlossaryTermFactory(DjangoModelFactory[GlossaryTerm]):
    class Meta:
        model = GlossaryTerm

    term = factory.Sequence(lambda n: f"terme {n}")
    definition = "<p>Ce que cela veut dire.</p>"


# --- Hours and papers -------------------------------------------------------------------------------------------------


class HourEntryFactory(DjangoModelFactory[HourEntry]):
    """A finished lesson of a quarter of an hour, credited in full."""

    class Meta:
        model = HourEntry

    enrolment = factory.SubFactory(EnrolmentFactory)
    activity_kind = ActivityKind.LESSON
    activity_id = factory.LazyFunction(uuid7)
    activity_title = factory.Sequence(lambda n: f"1.{n} Une leçon")
    course_id = factory.LazyFunction(uuid7)
    planned_minutes = 15
    credited_minutes = factory.SelfAttribute("planned_minutes")
    reason = "Lesson read, and said to be finished."
    happened_at = factory.LazyFunction(timezone.now)

    @classmethod
    def _create(cls, model_class: type[HourEntry], *args: Any, **kwargs: Any) -> HourEntry:
        entry = model_class(*args, **kwargs)
        entry.digest = line_digest(entry)
        entry.save()
        return entry


class AttestationFactory(DjangoModelFactory[Attestation]):
    """The paper of a course finished yesterday; `person` is the name printed."""

    class Meta:
        model = Attestation

    class Params:
        person = factory.SelfAttribute("enrolment.learner.certificate_name")

    enrolment = factory.SubFactory(EnrolmentFactory)
    course_id = factory.LazyFunction(uuid7)
    code = factory.LazyFunction(readable_code)
    paper = factory.LazyAttribute(lambda row: _paper(row.person, row.code))

    @classmethod
    def _create(cls, model_class: type[Attestation], *args: Any, **kwargs: Any) -> Attestation:
        attestation = model_class(*args, **kwargs)
        attestation.digest = attestation_digest(attestation)
        attestation.save()
        return attestation


def _paper(person: str, code: str) -> dict[str, Any]:
    yesterday = timezone.localdate() - timedelta(days=1)
    return {
        "lang": "fr",
        "provider_name": "La Fabrique des médiations",
        "provider_nda": "11 75 00000 75",
        "provider_siret": "",
        "partner_name": "",
        "person_name": person,
        "course_title": "Accompagner différents publics",
        "certification_title": "",
        "certification_code": "",
        "block_title": "",
        "block_code": "",
        "starts_on": (yesterday - timedelta(days=30)).isoformat(),
        "ends_on": yesterday.isoformat(),
        "planned_minutes": 30,
        "credited_minutes": 30,
        "modality": "Formation à distance, en ligne",
        "assistance": "Un coach nommé répond en deux jours ouvrés.",
        "competencies": ["Accueillir différents publics"],
        "place": "Paris",
        "issued_on": yesterday.isoformat(),
        "signatory_name": "Jeanne Martin",
        "signatory_title": "Directrice",
        "verification_url": f"http://localhost:8000/verify/{code}/",
        "verification_code": code,
        "fingerprint": "0123abcd",
    }


# --- Coaching ---------------------------------------------------------------------------------------------------------


class PlaceFactory(DjangoModelFactory[Place]):
    class Meta:
        model = Place

    partner = factory.SubFactory(PartnerFactory)
    name = factory.Sequence(lambda n: f"Salle {n}")


class AppointmentKindFactory(DjangoModelFactory[AppointmentKind]):
    """Forty-five minutes, by video or by phone."""

    class Meta:
        model = AppointmentKind

    name = factory.Sequence(lambda n: f"Point d’étape {n}")
    minutes = 45
    modes = factory.LazyFunction(lambda: ["online", "phone"])


class DiaryFactory(DjangoModelFactory[Diary]):
    """An open diary that keeps nothing free around appointments and asks for no notice."""

    class Meta:
        model = Diary

    coach = factory.SubFactory(UserFactory)
    holidays = ""
    buffer_before = 0
    buffer_after = 0
    minimum_notice = 0


class WeeklyHoursFactory(DjangoModelFactory[WeeklyHours]):
    """Every Monday, from 9 to 18."""

    class Meta:
        model = WeeklyHours

    diary = factory.SubFactory(DiaryFactory)
    weekday = 0
    starts = time(9)
    ends = time(18)


class AppointmentFactory(DjangoModelFactory[Appointment]):
    """Confirmed, by video, in two days; nobody sits in it yet."""

    class Meta:
        model = Appointment

    coach = factory.SubFactory(UserFactory)
    kind = factory.SubFactory(AppointmentKindFactory)
    starts_at = factory.LazyFunction(lambda: timezone.now().replace(second=0, microsecond=0) + timedelta(days=2))
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + timedelta(minutes=row.kind.minutes))
    capacity = factory.SelfAttribute("kind.capacity")
    created_by = factory.SelfAttribute("coach")


class SeatFactory(DjangoModelFactory[Seat]):
    """A learner's seat in an appointment with her coach; the appointment counts it."""

    class Meta:
        model = Seat

    enrolment = factory.SubFactory("tests.factories.EnrolmentFactory")
    learner = factory.SelfAttribute("enrolment.learner")
    appointment = factory.SubFactory(AppointmentFactory)
    starts_at = factory.SelfAttribute("appointment.starts_at")
    ends_at = factory.SelfAttribute("appointment.ends_at")
    booked_by = factory.SelfAttribute("learner")

    @classmethod
    def _create(cls, model_class: type[Seat], *args: Any, **kwargs: Any) -> Seat:
        seat: Seat = super()._create(model_class, *args, **kwargs)
        if seat.state in (SeatState.HELD, SeatState.BOOKED):
            seat.appointment.seats_taken += 1
            seat.appointment.save(update_fields=["seats_taken"])
        return seat


class MetSeatFactory(SeatFactory):
    """A seat of last week, where both came."""

    appointment = factory.SubFactory(
        AppointmentFactory,
        starts_at=factory.LazyFunction(lambda: timezone.now().replace(second=0, microsecond=0) - timedelta(days=7)),
        coach_presence=Presence.ATTENDED,
    )
    presence = Presence.ATTENDED
    attended_minutes = 40


class ReportFactory(DjangoModelFactory[CoachingReport]):
    """The report of a seat of last week, shared, with its first revision; nothing is credited for it."""

    class Meta:
        model = CoachingReport

    seat = factory.SubFactory(MetSeatFactory)
    author = factory.SelfAttribute("seat.appointment.coach")
    covered = "Nous avons relu le déroulé."
    next_step = "Préparer l’accueil."

    @classmethod
    def _create(cls, model_class: type[CoachingReport], *args: Any, **kwargs: Any) -> CoachingReport:
        report: CoachingReport = super()._create(model_class, *args, **kwargs)
        wording = Wording(
            presence=Presence(report.seat.presence),
            coach_presence=Presence(report.seat.appointment.coach_presence),
            minutes=report.seat.attended_minutes or 0,
            covered=report.covered,
            learnt=report.learnt,
            difficulty=report.difficulty,
            next_step=report.next_step,
            is_shared=report.is_shared,
        )
        content = content_of(report.seat, wording)
        ReportRevision.objects.create(
            report=report, number=report.revision, content=content, digest=digest_of(content), author=report.author
        )
        return report


class FollowUpTaskFactory(DjangoModelFactory[FollowUpTask]):
    """Something the learner has to do."""

    class Meta:
        model = FollowUpTask

    enrolment = factory.SubFactory(EnrolmentFactory)
    owner = SignerRole.LEARNER
    text = "Relire la fiche d’accueil."
    created_by = factory.SelfAttribute("enrolment.learner")


class GoalFactory(DjangoModelFactory[Goal]):
    class Meta:
        model = Goal

    enrolment = factory.SubFactory(EnrolmentFactory)
    text = "Oser animer devant dix personnes."
    written_by = factory.SelfAttribute("enrolment.learner")


class ContactLogFactory(DjangoModelFactory[ContactLog]):
    """A call of the learner's coach."""

    class Meta:
        model = ContactLog

    enrolment = factory.SubFactory(EnrolmentFactory)
    author = factory.SubFactory(UserFactory)
    channel = ContactChannel.PHONE


class PrivateNoteFactory(DjangoModelFactory[PrivateNote]):
    class Meta:
        model = PrivateNote

    enrolment = factory.SubFactory(EnrolmentFactory)
    author = factory.SubFactory(UserFactory)
    text = "À moi seule."


# --- Notifications ----------------------------------------------------------------------------------------------------


class NotificationFactory(DjangoModelFactory[Notification]):
    """Told an hour ago, not read, with nothing in the outbox about it."""

    class Meta:
        model = Notification

    recipient = factory.SubFactory(UserFactory)
    kind = "tests.news"
    key = factory.Sequence(lambda n: f"news:{n}")
    title = factory.Sequence(lambda n: f"Nouvelle {n}")
    lines = factory.LazyFunction(lambda: ["Une phrase."])
    url = "/home/"
    action = "Voir"
    created_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))


class DeliveryFactory(DjangoModelFactory[Delivery]):
    """The mail of a notification, due since it was told."""

    class Meta:
        model = Delivery

    notification = factory.SubFactory(NotificationFactory)
    recipient = factory.SelfAttribute("notification.recipient")
    channel = Channel.EMAIL
    due_at = factory.SelfAttribute("created_at")
    created_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))


class PushSubscriptionFactory(DjangoModelFactory[PushSubscription]):
    """A browser whose keys are those of RFC 8291, appendix A."""

    class Meta:
        model = PushSubscription

    person = factory.SubFactory(UserFactory)
    endpoint = factory.Sequence(lambda n: f"https://push.example.org/{n}")
    p256dh = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    auth = "BTBZMqHH6r4Tts7J_aSIgg"
    device = "Firefox on Linux"
    created_at = factory.LazyFunction(timezone.now)
