"""The hours' pages, the attestation to download, the page that verifies it."""

import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pypdf
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from lms.evidence.enums import ActivityKind
from lms.evidence.models import Attestation, HourEntry
from lms.evidence.services import correct, issue_attestation, observe, revoke_attestation
from lms.evidence.views import LINES_A_PAGE
from lms.kit.ids import readable_code, uuid7
from lms.programmes.models import Enrolment
from tests.factories import (
    AuditAccessFactory,
    CohortStaffFactory,
    EnrolmentFactory,
    PartnerMembershipFactory,
    UserFactory,
)
from tests.world import client_for

type Credited = Callable[..., HourEntry]


@pytest.fixture
def attestation(enrolment: Enrolment, paper: dict[str, Any], now: datetime) -> Attestation:
    return issue_attestation(enrolment=enrolment, course_id=uuid7(), paper=paper, now=now)


def text_of(response: Any) -> str:
    """What the page says, in one line, spaces made plain."""
    body = re.sub(r"<(script|style|svg hidden)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("\u00a0", " ").replace("&nbsp;", " ").split())


def english(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    return client_for(user)


# --- Who may see the hours --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("learner", 200),
        ("coach", 200),
        ("manager", 200),
        ("auditor", 200),
        ("administrator", 200),
        ("classmate", 404),
        ("other_coach", 404),
        ("other_manager", 404),
        ("past_auditor", 404),
        ("nobody_yet", 404),
    ],
)
def test_hours_are_seen_by_the_person_and_who_follows_her(
    enrolment: Enrolment, credited: Credited, who: str, status: int
) -> None:
    credited(title="CANARY lesson")
    cohort, today = enrolment.cohort, timezone.localdate()
    people: dict[str, Callable[[], User]] = {
        "learner": lambda: enrolment.learner,
        "coach": lambda: CohortStaffFactory(cohort=cohort).user,
        "manager": lambda: PartnerMembershipFactory(partner=cohort.partner).user,
        "auditor": lambda: AuditAccessFactory(funder=cohort.funder).user,
        "administrator": lambda: UserFactory(is_superuser=True),
        "classmate": lambda: EnrolmentFactory(cohort=cohort).learner,
        "other_coach": lambda: CohortStaffFactory().user,
        "other_manager": lambda: PartnerMembershipFactory().user,
        "past_auditor": lambda: AuditAccessFactory(funder=cohort.funder, ends_on=today - timedelta(days=1)).user,
        "nobody_yet": lambda: UserFactory(),
    }
    response = client_for(people[who]()).get(reverse("evidence:hours-of", args=[enrolment.public_id]))
    assert response.status_code == status
    assert ("CANARY lesson" in text_of(response)) == (status == 200)


def test_what_one_may_not_see_answers_as_what_does_not_exist(enrolment: Enrolment, attestation: Attestation) -> None:
    stranger = client_for(CohortStaffFactory().user)
    for name, public_id in (("hours-of", enrolment.public_id), ("attestation", attestation.public_id)):
        hidden = stranger.get(reverse(f"evidence:{name}", args=[public_id]))
        unknown = stranger.get(reverse(f"evidence:{name}", args=[uuid7()]))
        assert (hidden.status_code, unknown.status_code) == (404, 404)
        assert text_of(hidden) == text_of(unknown)


@pytest.mark.parametrize("name", ["hours", "hours-of", "attestation"])
def test_a_stranger_is_sent_to_sign_in_whatever_the_id(attestation: Attestation, name: str) -> None:
    ids: dict[str, list[list[Any]]] = {
        "hours": [[]],
        "hours-of": [[attestation.enrolment.public_id], [uuid7()]],
        "attestation": [[attestation.public_id], [uuid7()]],
    }
    for args in ids[name]:
        address = reverse(f"evidence:{name}", args=args)
        response = Client().get(address)
        assert response.status_code == 302
        assert response["Location"] == f"{reverse('account_login')}?next={address}"


def test_hours_are_only_read(enrolment: Enrolment) -> None:
    client = client_for(enrolment.learner)
    for address in (reverse("evidence:hours"), reverse("evidence:hours-of", args=[enrolment.public_id])):
        assert client.post(address).status_code == 405


# --- What the page says -----------------------------------------------------------------------------------------------


def test_the_page_tells_how_each_minute_was_counted(
    enrolment: Enrolment, credited: Credited, clara: User, now: datetime
) -> None:
    activity = uuid7()
    observe(enrolment=enrolment, kind=ActivityKind.LESSON, activity_id=activity, seconds=60, now=now)
    line = credited(activity_id=activity, title="3.1 Ask before you show", planned_minutes=75, minutes=75)
    correct(entry=line, minutes=-15, reason="<b>Left</b> early.", actor=clara, now=now)

    response = english(enrolment.learner).get(reverse("evidence:hours"))
    page = text_of(response)

    assert "Credited so far: 1 h. Credited hours alone count for the certificate." in page
    assert "Credited hours 1 h Each activity finished" in page
    assert "Planned hours 105 h" in page
    assert "Measured time 1 min" in page
    assert "3.1 Ask before you show 1 h 15 credited, of 1 h 15 planned. Questions of the lesson passed." in page
    assert f"Source: observed by the academy. Measured beside: 1 min. fingerprint {line.fingerprint}" in page
    assert "−15 min. &lt;b&gt;Left&lt;/b&gt; early. Written by Clara Dubois." in page
    assert "This line counts for 1 h." in page
    assert "10 March 2026 3.1 Ask" in page


def test_only_staff_are_told_that_little_was_observed_and_kindly(
    enrolment: Enrolment, credited: Credited, clara: User
) -> None:
    credited(planned_minutes=420, minutes=420)
    address = reverse("evidence:hours-of", args=[enrolment.public_id])
    assert "Ask the person before concluding anything." in text_of(english(clara).get(address))
    assert "Little time observed" not in text_of(english(enrolment.learner).get(address))


def test_staff_read_whose_hours_these_are(enrolment: Enrolment, clara: User) -> None:
    page = text_of(english(clara).get(reverse("evidence:hours-of", args=[enrolment.public_id])))
    assert "Hours of Lina Marchand" in page
    assert "Is an hour missing?" not in page


def test_a_wrong_line_is_corrected_beside_itself(
    enrolment: Enrolment, lina: User, clara: User, credited: Credited
) -> None:
    line = credited(planned_minutes=30, minutes=30)
    page = reverse("evidence:line-correct", args=[line.public_id])
    book = reverse("evidence:hours-of", args=[enrolment.public_id])
    manager = client_for(PartnerMembershipFactory(partner=enrolment.cohort.partner).user)
    coach = client_for(clara)
    assert coach.get(page).status_code == 404, "of the cohort, and not her coach"
    Enrolment.objects.update(coach=clara)

    refused = coach.post(page, {"minutes": 31, "reason": "Plus long"})
    saved = coach.post(page, {"minutes": 20, "reason": "Faite à moitié"}, follow=True)
    again = manager.post(page, {"minutes": 20, "reason": "Faite à moitié"})

    assert (refused.status_code, again.status_code) == (422, 422)
    assert "31" in refused.content.decode()
    assert page in saved.content.decode()
    assert [(one.credited_minutes, one.author, one.reason) for one in line.corrections.all()] == [
        (-10, clara, "Faite à moitié")
    ]
    own = client_for(lina).get(book)
    assert "Faite à moitié" in text_of(own)
    assert page not in own.content.decode()
    assert coach.get(reverse("evidence:line-correct", args=[line.corrections.get().public_id])).status_code == 404


def test_before_the_first_lesson_the_page_says_what_will_come(enrolment: Enrolment) -> None:
    page = text_of(english(enrolment.learner).get(reverse("evidence:hours")))
    assert "No hour is credited yet." in page
    assert "Each lesson you finish will be written here" in page
    assert "Your first attestation after 7 h 0 min credited 7 h to go" in page


def test_a_person_without_training_has_an_empty_page(db: None) -> None:
    page = text_of(english(UserFactory()).get(reverse("evidence:hours")))
    assert "You follow no training here yet." in page


def test_my_hours_are_those_of_the_open_enrolment_and_link_to_the_others(enrolment: Enrolment) -> None:
    closed = EnrolmentFactory(learner=enrolment.learner, state="withdrawn", cohort__track__name="Ancien parcours")
    response = english(enrolment.learner).get(reverse("evidence:hours"))
    assert response.context["enrolment"] == enrolment
    assert reverse("evidence:hours-of", args=[closed.public_id]) in response.content.decode()


def test_the_months_are_a_table_and_a_chart_without_inline_style(enrolment: Enrolment, credited: Credited) -> None:
    today = timezone.localdate()
    enrolment.cohort.starts_on, enrolment.cohort.ends_on = date(2026, 1, 1), date(2026, 6, 30)
    enrolment.cohort.save()
    credited()
    html = client_for(enrolment.learner).get(reverse("evidence:hours")).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    months = 6
    assert main.count('<th scope="row">') == months + 1
    past_or_current = sum(1 for month in range(1, 7) if date(2026, month, 1) <= today)
    assert main.count('<rect class="planned"') == months + 1
    assert main.count('<rect class="credited"') == past_or_current + 1
    assert 'data-label="' in main
    assert "style=" not in main


def test_the_book_is_read_page_by_page(enrolment: Enrolment, credited: Credited) -> None:
    for rank in range(LINES_A_PAGE + 1):
        credited(title=f"Lesson {rank:02}")
    client = english(enrolment.learner)
    first, second = client.get(reverse("evidence:hours")), client.get(reverse("evidence:hours"), {"page": "2"})
    assert f"Lesson {LINES_A_PAGE}" in text_of(first)
    assert "Lesson 00" not in text_of(first)
    assert "Page 2 of 2" in text_of(second)
    assert "Lesson 00" in text_of(second)
    assert client.get(reverse("evidence:hours"), {"page": "nonsense"}).status_code == 200


def test_a_full_book_costs_what_one_line_costs(
    enrolment: Enrolment, credited: Credited, clara: User, attestation: Attestation, now: datetime
) -> None:
    client = client_for(enrolment.learner)
    costs = []
    for lines in (1, LINES_A_PAGE - 1, 10):  # one line, a full page, two pages
        for _line in range(lines):
            correct(entry=credited(), minutes=-1, reason="Left.", actor=clara, now=now)
        client.get(reverse("evidence:hours"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("evidence:hours"))
        costs.append(len(queries))
        # Totals 2, months 2, lines 3 (how many, a page, its corrections), attestations 1; the rest is the frame's.
        assert sum("evidence_" in query["sql"] for query in queries) == 8
    assert len(set(costs)) == 1


def test_the_account_menu_and_the_home_lead_learners_there(enrolment: Enrolment, clara: User) -> None:
    link = f'href="{reverse("evidence:hours")}"'
    home = reverse("evidence:hours-of", args=[enrolment.public_id])
    menu = re.compile(r'<details class="menu">.*?</details>', re.DOTALL)
    learner = client_for(enrolment.learner)
    learner_menu = menu.search(learner.get(home).content.decode())
    assert learner_menu is not None
    assert link in learner_menu[0]
    assert link in learner.get(reverse("portal:home")).content.decode()
    coach_menu = menu.search(client_for(clara).get(home).content.decode())
    assert coach_menu is not None
    assert link not in coach_menu[0]


# --- The paper --------------------------------------------------------------------------------------------------------


def test_the_paper_is_downloaded_as_it_was_issued(attestation: Attestation, lina: User) -> None:
    User.objects.filter(pk=lina.pk).update(certificate_name="Renamed SINCE")
    response = client_for(lina).get(reverse("evidence:attestation", args=[attestation.public_id]))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="attestation-{attestation.code}.pdf"'
    assert "no-store" in response["Cache-Control"]
    words = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(response.content)).pages)
    assert "Lina MARCHAND" in words
    assert "Renamed" not in words
    assert attestation.code in words


def test_the_page_hands_out_the_paper_and_its_public_address(attestation: Attestation, lina: User) -> None:
    html = client_for(lina).get(reverse("evidence:hours")).content.decode()
    assert reverse("evidence:attestation", args=[attestation.public_id]) in html
    assert reverse("evidence:verify-code", args=[attestation.code]) in html


def test_a_revoked_paper_is_no_longer_handed_out(
    attestation: Attestation, lina: User, clara: User, now: datetime
) -> None:
    revoke_attestation(attestation=attestation, reason="The name was wrong.", actor=clara, now=now)
    client = english(lina)
    assert client.get(reverse("evidence:attestation", args=[attestation.public_id])).status_code == 404
    page = client.get(reverse("evidence:hours"))
    assert "Revoked on 10 March 2026 The name was wrong." in text_of(page)
    assert reverse("evidence:attestation", args=[attestation.public_id]) not in page.content.decode()


def test_letters_no_font_has_are_told_in_words(
    enrolment: Enrolment, lina: User, paper: dict[str, Any], now: datetime
) -> None:
    unprintable = paper | {"person_name": "𐌰𐌱"}
    attestation = issue_attestation(enrolment=enrolment, course_id=uuid7(), paper=unprintable, now=now)
    address = reverse("evidence:attestation", args=[attestation.public_id])
    page = english(lina).get(address, follow=True)
    assert "These letters cannot be printed" in text_of(page)


# --- The public page --------------------------------------------------------------------------------------------------


def verify(code: str, **headers: Any) -> Any:
    return Client(headers={"Accept-Language": "en"}).get(reverse("evidence:verify-code", args=[code]), **headers)


def test_a_valid_code_shows_the_paper_and_nothing_more(attestation: Attestation, lina: User) -> None:
    response = verify(attestation.code)
    page = text_of(response)
    assert response.status_code == 200
    for word in ("This attestation is valid", "Lina MARCHAND", "Accompagner différents publics", "3 h 45", "4 h"):
        assert word in page
    assert "from 1 February 2026 to 10 March 2026" in page
    for private in (lina.email, lina.display_name, str(attestation.public_id), attestation.enrolment.cohort.name):
        assert private not in response.content.decode()


def test_every_fact_of_the_public_page_is_on_the_paper(attestation: Attestation, lina: User) -> None:
    pdf = client_for(lina).get(reverse("evidence:attestation", args=[attestation.public_id])).content
    paper = re.sub(r"\s+", "", "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))
    client = Client(headers={"Accept-Language": "fr"})
    html = client.get(reverse("evidence:verify-code", args=[attestation.code])).content.decode()
    facts = re.findall(r"<dd[^>]*>(.*?)</dd>", html, re.DOTALL)
    assert len(facts) == 9
    for fact in facts:
        words = re.sub(r"<[^>]+>", "", fact).replace("\u00a0", " ").split()
        for word in words:
            assert word.strip(",") in paper or word in ("du", "au", "from", "to"), (fact, paper)


def test_an_unknown_code_has_the_same_page_and_no_name(attestation: Attestation) -> None:
    altered = "0" + attestation.code[1:] if attestation.code[0] != "0" else "1" + attestation.code[1:]
    response = verify(altered)
    assert response.status_code == 404
    page = text_of(response)
    assert "No attestation has this code" in page
    assert altered in page
    assert "MARCHAND" not in page
    assert verify(attestation.code).templates[0].name == response.templates[0].name == "evidence/verify.html"


def test_a_revoked_one_says_so_and_shows_no_name(attestation: Attestation, clara: User, now: datetime) -> None:
    revoke_attestation(attestation=attestation, reason="Private reason.", actor=clara, now=now)
    response = verify(attestation.code)
    assert response.status_code == 200
    page = text_of(response)
    assert "This attestation is no longer valid" in page
    assert "10 March 2026" in page
    for private in ("MARCHAND", "Private reason", "Clara"):
        assert private not in page


def test_a_row_altered_behind_the_academys_back_is_not_valid(enrolment: Enrolment, attestation: Attestation) -> None:
    forged = Attestation(
        enrolment=enrolment,
        course_id=uuid7(),
        code=readable_code(),
        paper=attestation.paper | {"person_name": "Forged NAME"},
        digest=attestation.digest,
    )
    forged.save()
    page = text_of(verify(forged.code))
    assert "This attestation cannot be trusted" in page
    assert "Forged" not in page


@pytest.mark.parametrize("code", ["x", "0" * 10, "0" * 400, "7KQ2%00M9XR", "<img src=x>", "é"])
def test_nonsense_is_an_unknown_code(db: None, code: str) -> None:
    response = verify(code)
    assert response.status_code == 404
    assert "<img src=x>" not in response.content.decode()


def test_robots_keep_out_and_nobody_stores_it(attestation: Attestation) -> None:
    for response in (verify(attestation.code), verify("0000000000"), Client().get(reverse("evidence:verify"))):
        assert response["X-Robots-Tag"] == "noindex"
        assert "no-store" in response["Cache-Control"]


def test_the_code_is_typed_as_it_is_read(attestation: Attestation) -> None:
    code = attestation.code
    typed = f" {code[:5].lower()}-{code[5:].lower()} ".replace("0", "o").replace("1", "l")
    response = Client().get(reverse("evidence:verify"), {"code": typed})
    assert response["Location"] == reverse("evidence:verify-code", args=[code])


def test_a_code_too_short_is_explained_beside_the_field(db: None) -> None:
    response = Client(headers={"Accept-Language": "en"}).get(reverse("evidence:verify"), {"code": "7KQ"})
    assert response.status_code == 200
    html = response.content.decode()
    assert "The code has ten letters and digits." in html
    assert 'aria-describedby="id_code_helptext id_code_error"' in html
    assert 'value="7KQ"' in html


def test_guessing_is_slowed_down(attestation: Attestation) -> None:
    answers = [verify("0000000000", REMOTE_ADDR="192.0.2.7").status_code for _guess in range(31)]
    assert answers == [404] * 30 + [429]
    slowed = verify(attestation.code, REMOTE_ADDR="192.0.2.7")
    assert (slowed.status_code, slowed["Retry-After"]) == (429, "60")
    assert "MARCHAND" not in text_of(slowed)
    assert verify(attestation.code, REMOTE_ADDR="192.0.2.8").status_code == 200


def test_the_address_on_the_paper_is_this_page(attestation: Attestation) -> None:
    address = attestation.paper["verification_url"]
    assert address == settings.SITE_URL + reverse("evidence:verify-code", args=[attestation.code])
    assert Client().get(address.removeprefix(settings.SITE_URL)).status_code == 200
