"""The demo academy: complete, believable, loaded once."""

from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone, translation

from coaching.models import CoachingReport
from coaching.queries.desk import desk_of
from courses.models import AcademyHomePage, CoursePage, LessonPage, ModulePage, Question, QuizAttempt
from courses.queries.path import path_of
from lms.accounts.models import User
from lms.accounts.rules import must_add_second_factor
from lms.evidence.models import Attestation, HourEntry
from lms.evidence.queries import MINUTES_BEFORE_HOURS, totals
from lms.notifications.models import Delivery
from lms.portal.demo.coaching import refresh_coaching
from lms.portal.demo.loader import DemoRefused, load
from lms.programmes.enums import EnrolmentState
from lms.programmes.models import Cohort, Enrolment, Partner, Track
from lms.programmes.queries import roles_of

# One process: they share an academy that takes half a minute to load.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("demo")]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture(autouse=True)
def debug(settings):
    settings.DEBUG = True


def everything():
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for app in (
            "accounts",
            "programmes",
            "evidence",
            "courses",
            "coaching",
            "community",
            "notifications",
            "media",
            "wagtailcore",
        )
        for model in apps.get_app_config(app).get_models()
        if model._meta.label != "wagtailcore.ReferenceIndex"
    }


def test_the_academy_is_there_and_loading_again_changes_nothing(demo):
    now = demo
    assert ModulePage.objects.live().count() >= 4
    for module in ModulePage.objects.live():
        assert LessonPage.objects.live().child_of(module).count() >= 4
    assert AcademyHomePage.objects.live().get().get_site() is not None
    assert not Question.objects.filter(live=False).exists()
    assert set(Track.objects.values_list("hours", flat=True)) == {105, 280, 350, 420}
    assert (Partner.objects.count(), Cohort.objects.count()) == (2, 3)
    for track in Track.objects.all():
        assert sum(row.minutes for row in track.modules.filter(required=True)) == track.hours * 60

    lina = Enrolment.objects.get(learner__email="lina@example.org")
    path = path_of(lina, timezone.localdate())
    assert path.current is not None
    assert path.current.node.number == "3.2"
    assert path.current.position.startswith("b-")
    done = [step.node.minutes for step in path.steps if step.state == "done"]
    lessons = HourEntry.objects.filter(enrolment=lina, activity_kind="lesson")
    assert sum(entry.credited_minutes for entry in lessons) == sum(done) > 0
    assert all(entry.measured_seconds for entry in lessons)
    assert all(entry.happened_at < now for entry in HourEntry.objects.all())

    attested = Attestation.objects.get().enrolment
    assert attested.learner.display_name == "Louise Garnier"
    assert totals(attested).credited >= MINUTES_BEFORE_HOURS
    assert Enrolment.objects.get(learner__email="camille@example.org").state == EnrolmentState.PENDING
    assert QuizAttempt.objects.filter(passed=True).exists()
    assert HourEntry.objects.filter(enrolment__learner__email="otto@example.org").exists()

    before = everything()
    assert not load(now=now)
    assert everything() == before


def test_clara_has_a_believable_month(demo):
    now = demo
    clara = User.objects.get(email="clara@example.org")

    desk = desk_of(clara, now)
    assert [meeting.names for meeting in (desk.next,)] == ["Lina Haddad"]
    assert 8 <= desk.next.minutes_until <= 10
    assert [seat.learner.display_name for seat in desk.to_write] == ["Youssef Taleb"]
    assert [one.enrolment.learner.display_name for one in desk.to_contact] == [
        "Fatou Sarr",
        "Gwenaël Le Goff",
        "Thi Mai Tran",
    ]
    assert len(desk.people) >= 12
    credited = HourEntry.objects.filter(activity_kind="appointment")
    assert {entry.source for entry in credited} == {"observed", "certified"}
    assert CoachingReport.objects.count() >= 20
    assert not Delivery.objects.filter(state="pending", notification__kind__startswith="coaching.").exists()


def test_lina_has_an_appointment_in_ten_minutes_at_every_start(demo):
    now = demo
    assert refresh_coaching(now=now) is None

    tomorrow = now + timedelta(days=1)
    again = refresh_coaching(now=tomorrow)
    assert timedelta() < again.starts_at - tomorrow <= timedelta(hours=2)
    assert refresh_coaching(now=tomorrow) is None


def test_the_cast_comes_in_with_its_roles(demo):
    now = demo
    for name in ("lina", "otto", "clara", "pia", "ed", "mona", "flo", "admin"):
        user = User.objects.get(email=f"{name}@example.org")
        assert user.check_password("demo"), name
        assert user.emailaddress_set.filter(verified=True, primary=True).exists(), name
        assert not must_add_second_factor(user, now), name
    people = {name: User.objects.get(email=f"{name}@example.org") for name in ("clara", "pia", "ed", "mona", "flo")}
    assert roles_of(people["clara"]).staffed_cohort_ids
    assert roles_of(people["pia"]).partner_ids
    assert roles_of(people["ed"]).is_editor
    assert roles_of(people["mona"]).is_moderator
    assert roles_of(people["flo"]).audited_funder_ids
    assert User.objects.get(email="admin@example.org").is_superuser
    lesson = LessonPage.objects.live().first()
    client = Client()
    client.force_login(User.objects.get(email="lina@example.org"))
    assert client.get(lesson.get_absolute_url()).status_code == 200


def test_it_is_not_loaded_in_production(settings, now):
    settings.DEBUG = False

    with pytest.raises(DemoRefused):
        load(now=now)
    with pytest.raises(CommandError):
        call_command("load_demo")
    assert not User.objects.exists()
    assert not CoursePage.objects.exists()


def test_people_already_there_are_left_alone(now):
    User.objects.create_user("someone@example.org", "correct horse battery staple")
    out = StringIO()

    with translation.override("fr"):
        call_command("load_demo", "--if-empty", stdout=out)

    assert User.objects.count() == 1
    assert "rien n’est chargé de nouveau" in out.getvalue()
