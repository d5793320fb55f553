"""The pages of attendance: each reads her own people, signs once, corrects with a reason."""

import io
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from lms.accounts.models import User
from lms.programmes.enums import CohortRole
from lms.programmes.models import Cohort
from seminars.enums import HalfDay
from seminars.models import AttendanceCorrection, HalfDaySignature, LiveSession, Registration
from seminars.queries.attendance import halves_of
from seminars.services.attendance import settle_session
from tests.factories import (
    AuditAccessFactory,
    CohortFactory,
    CohortStaffFactory,
    EnrolmentFactory,
    FunderFactory,
    PartnerMembershipFactory,
    UserFactory,
)
from tests.seminars.factories import LiveSessionFactory, RegistrationFactory, StayFactory
from tests.world import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def host() -> User:
    host: User = UserFactory(display_name="Clara Roy", language="en")
    return host


@pytest.fixture
def session(host: User) -> LiveSession:
    """An hour of yesterday."""
    session: LiveSession = LiveSessionFactory(ended=True, host=host, title="Sans faire à la place")
    return session


@pytest.fixture
def cohort() -> Cohort:
    cohort: Cohort = CohortFactory(funder=FunderFactory())
    return cohort


def came(session: LiveSession, name: str, *, cohort: Cohort | None = None, minutes: int = 60) -> Registration:
    """Somebody who was there for so many minutes from the beginning."""
    contract = {"cohort": cohort} if cohort else {}
    enrolment = EnrolmentFactory(learner__display_name=name, learner__language="en", **contract)
    registration: Registration = RegistrationFactory(session=session, enrolment=enrolment)
    if minutes:
        end = session.starts_at + timedelta(minutes=minutes)
        StayFactory(session=session, person=registration.person, left_at=end)
    return registration


def settle(session: LiveSession) -> None:
    settle_session(session=session, actor=None, now=timezone.now())


def page(client: Client, name: str, target: Any, **data: Any) -> Any:
    return client.get(reverse(f"seminars:{name}", args=[target.public_id]), data, headers={"accept-language": "en"})


# --- Who reads whom ---------------------------------------------------------------------------------------------------


def test_the_host_reads_everybody_with_a_verdict_in_words(session: LiveSession, host: User) -> None:
    came(session, "Lina Diallo")
    came(session, "Omar Petit", minutes=10)
    came(session, "Ana Roux", minutes=0)
    settle(session)

    body = page(client_for(host), "attendance", session).content.decode()

    for words in ("Lina Diallo", "Omar Petit", "Ana Roux", "Present for too short a time", "Absent", "Left early"):
        assert words in body
    look = page(client_for(host), "attendance", session, show="look").content.decode()
    assert "Lina Diallo" not in look
    assert "Omar Petit" in look


@pytest.mark.parametrize("role", ["manager", "coach", "auditor"])
def test_each_follower_reads_her_own_learners_alone(session: LiveSession, cohort: Cohort, role: str) -> None:
    came(session, "Lina Diallo", cohort=cohort)
    came(session, "Rose Other")
    settle(session)
    reader = UserFactory(language="en")
    match role:
        case "manager":
            PartnerMembershipFactory(partner=cohort.partner, user=reader)
        case "coach":
            CohortStaffFactory(cohort=cohort, user=reader, role=CohortRole.COACH)
        case "auditor":
            AuditAccessFactory(funder=cohort.funder, user=reader)
    client = client_for(reader)

    seen = page(client, "attendance", session).content.decode()
    table = page(client, "attendance-csv", session).content.decode()
    sheet = page(client, "attendance-sheet", session).content
    printed = " ".join(part.extract_text() for part in pypdf.PdfReader(io.BytesIO(sheet)).pages)
    for text in (seen, table, printed):
        assert "Lina" in text
        assert "Other" not in text


def test_the_manager_of_the_partner_that_organises_reads_no_other_partner_s_learners(
    session: LiveSession, cohort: Cohort
) -> None:
    manager = UserFactory(language="en")
    PartnerMembershipFactory(partner=cohort.partner, user=manager)
    LiveSession.objects.filter(pk=session.pk).update(partner=cohort.partner)
    came(session, "Rose Other")
    settle(session)

    assert "Rose Other" not in page(client_for(manager), "attendance", session).content.decode()


@pytest.mark.parametrize("name", ["attendance", "attendance-sheet", "attendance-csv", "attendance-xlsx"])
def test_a_learner_and_a_stranger_find_nothing(session: LiveSession, name: str) -> None:
    learner = came(session, "Lina Diallo").person

    assert page(client_for(learner), name, session).status_code == 404
    assert page(client_for(UserFactory()), name, session).status_code == 404


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_asks_as_much_for_one_as_for_many(
    session: LiveSession, host: User, cohort: Cohort, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        came(session, f"Lina {number}", cohort=cohort)
    settle(session)
    client = client_for(host)
    page(client, "attendance", session)

    with django_assert_num_queries(PAGE_QUERIES):
        page(client, "attendance", session)
    with django_assert_num_queries(CSV_QUERIES):
        page(client, "attendance-csv", session)
    with django_assert_num_queries(SHEET_QUERIES):
        page(client, "attendance-sheet", session)


PAGE_QUERIES, CSV_QUERIES, SHEET_QUERIES = 16, 11, 13
LIST_QUERIES = 9


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_of_sessions_asks_as_much_for_one_as_for_many(
    cohort: Cohort, count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count):
        came(LiveSessionFactory(ended=True), "Lina", cohort=cohort)
    client = client_for(CohortStaffFactory(cohort=cohort, role=CohortRole.COACH).user)
    client.get(reverse("seminars:attendances"))

    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("seminars:attendances"))


def test_whoever_follows_learners_is_led_to_their_attendance(session: LiveSession, cohort: Cohort) -> None:
    registration = came(session, "Lina Diallo", cohort=cohort)
    settle(session)
    elsewhere = LiveSessionFactory(ended=True)
    came(elsewhere, "Otto Petit")
    not_held = LiveSessionFactory()
    RegistrationFactory(session=not_held, enrolment=EnrolmentFactory(cohort=cohort))
    coach = CohortStaffFactory(cohort=cohort, role=CohortRole.COACH).user
    auditor = AuditAccessFactory(funder=cohort.funder).user
    address = reverse("seminars:attendance", args=[session.public_id])
    assert registration.enrolment is not None

    for person in (coach, auditor):
        client = client_for(person)
        listed = client.get(reverse("seminars:attendances")).content.decode()
        assert address in listed
        assert str(elsewhere.public_id) not in listed
        assert str(not_held.public_id) not in listed
        hours = client.get(reverse("evidence:hours-of", args=[registration.enrolment.public_id])).content.decode()
        assert address in hours
    assert reverse("seminars:attendances") in client_for(auditor).get(reverse("portal:home")).content.decode()
    assert reverse("seminars:attendances") in client_for(coach).get(reverse("seminars:list")).content.decode()
    assert address in client_for(coach).get(reverse("seminars:session", args=[session.public_id])).content.decode()
    own = client_for(registration.person).get(reverse("evidence:hours")).content.decode()
    assert f'"{address}"' not in own
    assert reverse("seminars:my-attendance", args=[session.public_id]) in own
    assert client_for(registration.person).get(reverse("seminars:attendances")).status_code == 404


def test_tables_leave_without_a_formula(session: LiveSession, host: User) -> None:
    came(session, '=HYPERLINK("http://x")')
    settle(session)
    client = client_for(host)

    assert "'=HYPERLINK" in page(client, "attendance-csv", session).content.decode()
    [sheet] = load_workbook(io.BytesIO(page(client, "attendance-xlsx", session).content)).worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][2].startswith("'=")
    assert rows[1][5] == rows[1][9] == 60


# --- Corrections ------------------------------------------------------------------------------------------------------


def correct(client: Client, registration: Registration, **data: Any) -> Any:
    url = reverse("seminars:attendance-correct", args=[registration.attendance.public_id])
    return client.post(url, data) if data else client.get(url)


@pytest.fixture
def absent(session: LiveSession, cohort: Cohort) -> Registration:
    registration = came(session, "Lina Diallo", cohort=cohort, minutes=0)
    settle(session)
    registration.refresh_from_db()
    return registration


def test_a_manager_justifies_an_absence_of_her_learner(absent: Registration, cohort: Cohort) -> None:
    manager = UserFactory()
    PartnerMembershipFactory(partner=cohort.partner, user=manager)
    client = client_for(manager)
    assert correct(client, absent).status_code == 200

    response = correct(client, absent, minutes="45", reason="Présente par téléphone.")

    assert response.status_code == 302
    assert AttendanceCorrection.objects.get().author == manager
    assert absent.enrolment is not None
    assert absent.enrolment.hour_entries.get().credited_minutes == 45


@pytest.mark.parametrize(
    "data",
    [{"minutes": "45", "reason": " "}, {"minutes": "61", "reason": "Trop."}, {"minutes": "x", "reason": "Quoi."}],
)
def test_a_correction_that_is_not_right_is_shown_again(absent: Registration, host: User, data: dict[str, str]) -> None:
    response = correct(client_for(host), absent, **data)

    assert response.status_code == 422
    assert data["minutes"].encode() in response.content
    assert not AttendanceCorrection.objects.exists()


def test_who_only_reads_corrects_nothing(absent: Registration, cohort: Cohort) -> None:
    coach, auditor, other = UserFactory(), UserFactory(), UserFactory()
    CohortStaffFactory(cohort=cohort, user=coach)
    AuditAccessFactory(funder=cohort.funder, user=auditor)
    PartnerMembershipFactory(user=other)
    for reader in (coach, auditor, other, absent.person):
        assert correct(client_for(reader), absent).status_code == 404
        assert correct(client_for(reader), absent, minutes="60", reason="Moi.").status_code == 404
    assert not AttendanceCorrection.objects.exists()


# --- One's own, and signatures ----------------------------------------------------------------------------------------


def half_of(session: LiveSession) -> dict[str, str]:
    part = halves_of(session)[0]
    return {"day": part.day.isoformat(), "half": part.half}


def test_a_learner_signs_with_one_tap(session: LiveSession) -> None:
    registration = came(session, "Lina Diallo")
    settle(session)
    client = client_for(registration.person)
    assert "I sign:" in page(client, "my-attendance", session).content.decode()

    url = reverse("seminars:sign", args=[session.public_id])
    assert client.post(url, half_of(session)).status_code == 302
    assert client.post(url, half_of(session)).status_code == 302

    assert HalfDaySignature.objects.get().person == registration.person
    body = page(client, "my-attendance", session).content.decode()
    assert "I sign:" not in body
    assert "signed on" in body


@pytest.mark.parametrize("data", [{}, {"day": "x", "half": "am"}, {"day": date(2020, 1, 1), "half": HalfDay.MORNING}])
def test_a_signature_that_is_not_right_is_said(session: LiveSession, data: dict[str, Any]) -> None:
    learner = came(session, "Lina Diallo").person

    response = client_for(learner).post(reverse("seminars:sign", args=[session.public_id]), data)

    assert response.status_code == 422
    assert not HalfDaySignature.objects.exists()


def test_a_trainer_signs_on_the_page_of_attendance(session: LiveSession, host: User) -> None:
    client = client_for(host)
    assert "I sign:" in page(client, "attendance", session).content.decode()

    response = client.post(reverse("seminars:sign", args=[session.public_id]), half_of(session))

    assert response["Location"] == reverse("seminars:attendance", args=[session.public_id])
    assert HalfDaySignature.objects.get().as_trainer


def test_nobody_signs_for_a_session_of_others(session: LiveSession) -> None:
    stranger = UserFactory()

    response = client_for(stranger).post(reverse("seminars:sign", args=[session.public_id]), half_of(session))

    assert response.status_code == 404
    assert page(client_for(stranger), "my-attendance", session).status_code == 404
