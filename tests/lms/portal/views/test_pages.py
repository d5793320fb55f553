"""Help, the accessibility statement, the language switch."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories import CohortStaffFactory, EnrolmentFactory, TrainingProviderFactory, UserFactory
from tests.world import client_for

pytestmark = pytest.mark.django_db

HELP = "/help/"
REQUEST = {
    "name": "Amina  Benali",
    "phone": "06 12 34 56 78",
    "moment": "noon",
    "question": "Le quiz 2",
    "page": "/learn/",
}


@pytest.fixture
def contact() -> Any:
    return TrainingProviderFactory(disability_contact="Samir Haddad, 01 99 00 12 35")


@pytest.mark.parametrize("url", [HELP, "/accessibilite/", "/styleguide/"])
def test_anybody_may_read(client: Client, contact: Any, url: str) -> None:
    page = client.get(url)

    assert page.status_code == 200
    assert contact.help_name in page.content.decode()


@pytest.mark.parametrize("url", [HELP, "/accessibilite/", "/styleguide/", "/accounts/login/", "/nowhere/"])
def test_pages_obey_the_content_security_policy(client: Client, contact: Any, url: str) -> None:
    """No inline style or handler; every script carries the page's nonce, or is data."""
    page = client.get(url)
    html = page.content.decode()
    nonce = re.search(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"])
    assert nonce

    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", html)
    for tag in re.findall(r"<script[^>]*>", html):
        assert f'nonce="{nonce[1]}"' in tag or 'type="application/json"' in tag


def test_the_phone_comes_first_and_can_be_dialled(client: Client, contact: Any) -> None:
    html = client.get(HELP).content.decode()

    assert 'href="tel:0123456789"' in html
    assert html.index("tel:0123456789") < html.index("<form", html.index("<main"))
    assert "Samir Haddad" in html


def test_a_learner_reads_who_accompanies_her(contact: Any) -> None:
    coach = UserFactory(display_name="Clara Roy")
    enrolment = EnrolmentFactory(coach=coach)
    lead = CohortStaffFactory(
        cohort=enrolment.cohort, role="pedagogical_lead", user__display_name="Nadia Ferrand", delay="deux jours"
    )
    CohortStaffFactory(cohort=enrolment.cohort, user=coach)
    CohortStaffFactory(user__display_name="Somebody Else")

    html = client_for(enrolment.learner).get(HELP).content.decode()

    assert html.index("Clara Roy") < html.index("Nadia Ferrand") < html.index("deux jours")
    assert reverse("coaching:appointments") in html.partition("<main")[2]
    assert "Somebody Else" not in html
    assert "Clara Roy" not in client_for(lead.user).get(HELP).content.decode()


def test_the_report_says_where_and_with_what(client: Client, contact: Any) -> None:
    headers = {"Referer": "http://testserver/lessons/x/?secret=1", "User-Agent": "Firefox/1"}
    html = client.get(HELP, headers=headers).content.decode()
    report = re.search(r'href="(mailto:[^"]+\?subject[^"]+)"', html)
    assert report
    words = unquote(report[1])

    assert words.startswith(f"mailto:{contact.help_email}?subject=")
    assert "/lessons/x/" in words
    assert "Firefox/1" in words
    assert "secret" not in words


def test_a_page_of_another_site_is_not_reported(client: Client, contact: Any) -> None:
    html = client.get(HELP, headers={"Referer": "https://elsewhere.example/private/"}).content.decode()

    assert "elsewhere" not in html
    assert "/private/" not in html


def test_being_called_back(client: Client, contact: Any, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(HELP, REQUEST)

    assert answer.status_code == 302
    assert contact.help_name in client.get(answer["Location"]).content.decode()
    [message] = mail.outbox
    assert message.to == [contact.help_email]
    assert "Amina Benali" in message.subject
    assert "06 12 34 56 78" in message.body
    assert "Le quiz 2" in message.body
    assert "/learn/" in message.body


def test_a_person_is_known_and_may_be_answered(contact: Any, django_capture_on_commit_callbacks: Any) -> None:
    person = UserFactory(display_name="Lina Moreau", phone="0611223344")
    client = Client()
    client.force_login(person)

    html = client.get(HELP).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(HELP, REQUEST)

    assert 'value="Lina Moreau"' in html
    assert 'value="0611223344"' in html
    assert mail.outbox[0].reply_to == [person.email]


@pytest.mark.parametrize("phone", ["", "zéro six", "06<script>", "12", "+" + "1" * 16])
def test_a_number_that_cannot_be_dialled_is_refused(client: Client, contact: Any, phone: str) -> None:
    answer = client.post(HELP, REQUEST | {"phone": phone})
    html = answer.content.decode()

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in html
    assert 'href="#id_phone"' in html
    assert "Le quiz 2" in html, "what was typed stays"
    assert not mail.outbox


def test_the_sixth_request_of_an_hour_is_refused_kindly(
    client: Client, contact: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answers = [client.post(HELP, REQUEST).status_code for _ in range(6)]
        other = Client()
        other.force_login(UserFactory())
        assert other.post(HELP, REQUEST).status_code == 302, "the limit is one caller's"

    assert answers == [302] * 5 + [422]
    assert len(mail.outbox) == 6


def test_without_a_contact_there_is_no_form(client: Client) -> None:
    page = client.get(HELP)

    assert page.status_code == 200
    assert b"mailto:" not in page.content
    assert b'name="phone"' not in page.content


def test_a_stranger_keeps_her_language_in_a_cookie(client: Client, contact: Any) -> None:
    answer = client.post("/language/", {"language": "en", "next": HELP})

    assert (answer.status_code, answer["Location"]) == (302, HELP)
    assert '<html lang="en"' in client.get(HELP).content.decode()


def test_a_person_keeps_her_language_with_her(contact: Any) -> None:
    person = UserFactory(language="fr")
    client = Client()
    client.force_login(person)

    client.post("/language/", {"language": "en", "next": HELP})

    person.refresh_from_db()
    assert person.language == "en"


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_the_language_switch_sends_nobody_elsewhere(client: Client, back: str) -> None:
    assert client.post("/language/", {"language": "en", "next": back})["Location"] == "/"


def test_an_unknown_language_is_refused(client: Client) -> None:
    assert client.post("/language/", {"language": "tlh"}).status_code == 400
    assert client.get("/language/").status_code == 405


def test_reading_choices_are_on_the_page(contact: Any) -> None:
    client = Client()
    client.force_login(
        UserFactory(theme="dark", text_size="larger", line_spacing="wide", typeface="system", data_saver=True)
    )

    html = client.get(reverse("portal:help")).content.decode()

    chosen = 'data-theme="dark" data-text="larger" data-spacing="wide" data-font="system" data-saver'
    assert f'<html lang="fr" {chosen}>' in html
    assert 'rel="preload"' not in html, "the font she does not want is not loaded"


def test_a_stranger_chooses_her_colours_by_cookie(client: Client) -> None:
    client.cookies["theme"] = "dark"
    assert '<html lang="fr" data-theme="dark">' in client.get(HELP).content.decode()

    client.cookies["theme"] = '"><script>'
    assert '<html lang="fr">' in client.get(HELP).content.decode()
