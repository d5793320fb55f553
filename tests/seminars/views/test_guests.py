"""Guests: a personal link by mail, a seat, no right besides, and nothing that tells whether an address is known."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from lms.accounts.services import invite
from lms.notifications.models import Delivery, Notification
from seminars.enums import Audience, RecordingState, RegistrationState, SessionState
from seminars.links import signed_guest
from seminars.models import LiveSession, Registration
from seminars.replay_notices import tell_ready, tell_survey
from seminars.services.registration import sweep_reminders
from tests.factories import EnrolmentFactory, UserFactory
from tests.seminars.factories import (
    LiveSessionFactory,
    RegistrationFactory,
    SessionRecordingFactory,
    StayFactory,
)
from tests.world import client_for

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def _no_tries(db: None) -> None:
    cache.clear()


@pytest.fixture
def session(db: None) -> LiveSession:
    made: LiveSession = LiveSessionFactory(audience=Audience.PUBLIC, title="Passwords")
    return made


def public(session: LiveSession) -> str:
    return reverse("seminars:guest", args=[session.public_id])


def ask(session: LiveSession, django_capture: Any, email: str = "new@example.org", client: Client | None = None) -> Any:
    with django_capture(execute=True):
        return (client or Client(headers=ENGLISH)).post(public(session), {"name": "Nadia", "email": email})


def link_in(message: Any) -> str:
    found = re.search(r"https?://[^/]+(/\S+)", message.body)
    assert found
    return found[1]


def enter(session: LiveSession, email: str = "new@example.org", client: Client | None = None) -> tuple[Client, Any]:
    client = client or Client(headers=ENGLISH)
    link = reverse("seminars:guest-link", args=[signed_guest(session=session, email=email, name="Nadia")])
    return client, client.post(link)


def test_the_public_page_shows_the_session_and_a_form(session: LiveSession) -> None:
    content = Client(headers=ENGLISH).get(public(session)).content.decode()

    assert "Passwords" in content
    assert "Send me my link" in content
    assert Client().get(public(LiveSessionFactory())).status_code == 404
    draft = LiveSessionFactory(audience=Audience.PUBLIC, state=SessionState.DRAFT)
    assert Client().get(public(draft)).status_code == 404


def test_a_link_comes_by_mail_and_nothing_is_kept_before(
    session: LiveSession, django_capture_on_commit_callbacks: Any
) -> None:
    response = ask(session, django_capture_on_commit_callbacks)

    assert "Look at your e-mail" in response.content.decode()
    assert [message.to for message in mail.outbox] == [["new@example.org"]]
    assert not User.objects.filter(email="new@example.org").exists()
    assert not Registration.objects.exists()

    client = Client(headers=ENGLISH)
    link = link_in(mail.outbox[0])
    assert client.get(link).status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()
    assert client.post(link)["Location"] == reverse("seminars:session", args=[session.public_id])
    row = Registration.objects.get()
    assert (row.person.email, row.state, row.enrolment) == ("new@example.org", RegistrationState.REGISTERED, None)
    page = client.get(reverse("seminars:session", args=[session.public_id]))
    assert "You are registered." in page.content.decode()


def test_the_answer_is_the_same_whether_the_address_is_known(
    session: LiveSession, django_capture_on_commit_callbacks: Any
) -> None:
    known = EnrolmentFactory().learner
    suspended = UserFactory(is_active=False)

    answers = [
        re.sub(
            rb'value="[^"]{64}"|nonce="[^"]+"', b"", ask(session, django_capture_on_commit_callbacks, email).content
        ).replace(email.encode(), b"E")
        for email in ("new@example.org", known.email, suspended.email)
    ]

    assert answers[0] == answers[1] == answers[2]
    assert [message.to[0] for message in mail.outbox] == ["new@example.org", known.email]
    assert link_in(mail.outbox[1]) == reverse("seminars:session", args=[session.public_id])


def test_an_account_never_comes_in_by_a_link(session: LiveSession) -> None:
    known = EnrolmentFactory().learner

    client, response = enter(session, known.email)

    assert response["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session
    assert not Registration.objects.exists()


def test_who_is_invited_waits_for_her_invitation(session: LiveSession) -> None:
    person = UserFactory(password=None, email="soon@example.org", verified=False)
    invite(user=person, actor=None, now=timezone.now())

    client, response = enter(session, person.email)

    assert response["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "name",
    [
        "accounts:preferences",
        "community:home",
        "courses:path",
        "coaching:appointments",
        "notifications:list",
        "evidence:hours",
        "account_set_password",
        "account_email",
        "wagtailadmin_home",
    ],
)
def test_a_guest_has_no_other_page(session: LiveSession, name: str) -> None:
    client, _response = enter(session)
    assert client.get(reverse(name)).status_code == 404


def test_no_page_of_a_guest_leads_her_to_one_that_is_not_hers(session: LiveSession) -> None:
    client, _response = enter(session)
    pages = ["session", "room"]
    for state in (SessionState.ANNOUNCED, SessionState.ENDED):
        LiveSession.objects.filter(pk=session.pk).update(state=state)
        hers = [reverse(f"seminars:{name}", args=[session.public_id]) for name in pages]
        for page in (*hers, *map(reverse, ("seminars:list", "portal:device-test", "portal:help"))):
            content = client.get(page, follow=True).content.decode()
            for link in set(re.findall(r'href="(/[^"#?]*)', content)):
                assert link.startswith("/static/") or client.get(link).status_code != 404, (page, link)
        pages += ["replay", "survey", "my-attendance"]


def test_a_guest_reads_her_session_and_no_other(session: LiveSession) -> None:
    other = LiveSessionFactory(title="Of the academy")
    public_one = LiveSessionFactory(title="Another public one", audience=Audience.PUBLIC)
    client, _response = enter(session)

    content = client.get(reverse("seminars:list")).content.decode()
    assert "Passwords" in content
    assert "Of the academy" not in content
    for hidden in (other, public_one):
        assert client.get(reverse("seminars:session", args=[hidden.public_id])).status_code == 404
    assert client.get("/")["Location"] == reverse("seminars:list")
    assert reverse("notifications:list") not in content


def test_what_a_guest_s_link_opened_ends_once_she_has_an_account(session: LiveSession) -> None:
    client, _response = enter(session)
    person = User.objects.get(email="new@example.org")
    page = reverse("seminars:session", args=[session.public_id])
    assert client.get(page).status_code == 200

    EnrolmentFactory(learner=person)

    assert client.get(page)["Location"].startswith(reverse("account_login"))
    again, response = enter(session)
    assert response["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in again.session


def test_the_mail_that_says_she_is_registered_leads_to_her_link(session: LiveSession) -> None:
    enter(session)

    news = Notification.objects.get(recipient__email="new@example.org")
    assert news.url.startswith("/seminars/me/")
    assert Client().get(news.url).status_code == 200
    invitation = Delivery.objects.get(notification=news, channel="email").attachments[0]["content"]
    assert f"URL:{settings.SITE_URL}{news.url}" in invitation.replace("\r\n ", "")


def test_what_comes_after_leads_a_guest_there_by_her_own_link(session: LiveSession) -> None:
    client, _response = enter(session)
    person = User.objects.get(email="new@example.org")
    LiveSession.objects.filter(pk=session.pk).update(state=SessionState.ENDED, ended_at=timezone.now())
    StayFactory(session=session, person=person)
    recording = SessionRecordingFactory(session=session, state=RecordingState.READY)
    tell_ready(recording, now=timezone.now())
    tell_survey(session, now=timezone.now())
    member = RegistrationFactory(session=session).person
    tell_ready(recording, now=timezone.now())

    for kind in ("replay", "survey"):
        news = Notification.objects.get(recipient=person, kind=f"seminars.{kind}")
        page = reverse(f"seminars:{kind}", args=[session.public_id])
        stranger = Client(headers=ENGLISH)
        assert news.url.startswith("/seminars/me/")
        shown = stranger.get(news.url).content.decode()
        assert f'action="{news.url}"' in shown
        assert stranger.post(news.url)["Location"] == page
        assert stranger.get(page).status_code == 200
        assert client.get(news.url)["Location"] == page
    assert Notification.objects.get(recipient=member).url == reverse("seminars:replay", args=[session.public_id])
    assert stranger.post(news.url.replace("survey", "//evil.example")).headers["Location"] == reverse(
        "seminars:session", args=[session.public_id]
    )


def test_her_mails_say_where_the_device_is_tested(session: LiveSession) -> None:
    enter(session)
    registered = Notification.objects.get(recipient__email="new@example.org")
    sweep_reminders(now=session.starts_at - timedelta(hours=23))
    sweep_reminders(now=session.starts_at - timedelta(minutes=9))
    first, last = Notification.objects.filter(kind="seminars.reminder").order_by("pk")

    for news in (registered, first):
        [line] = [line for line in news.lines if "device-test" in line]
        link = line.rpartition(": ")[2].removeprefix(settings.SITE_URL)
        client = Client(headers=ENGLISH)
        assert client.post(link)["Location"] == reverse("portal:device-test")
        assert client.get(reverse("portal:device-test")).status_code == 200
    assert not [line for line in last.lines if "device-test" in line]


def test_a_link_that_was_tampered_with_opens_nothing(session: LiveSession) -> None:
    link = reverse("seminars:guest-link", args=[signed_guest(session=session, email="a@example.org", name="A")])
    for broken in (link[:-3] + "xx/", link.replace("/me/", "/me/x")):
        assert Client().post(broken).status_code == 404
    assert not User.objects.filter(email="a@example.org").exists()


def test_a_session_that_is_over_is_said(session: LiveSession) -> None:
    LiveSession.objects.filter(pk=session.pk).update(state=SessionState.ENDED)

    _client, response = enter(session)

    assert response.status_code == 422
    assert "This session is over." in response.content.decode()


def test_who_had_a_seat_comes_back_to_what_is_over(session: LiveSession) -> None:
    enter(session)
    LiveSession.objects.filter(pk=session.pk).update(state=SessionState.ENDED)

    client, response = enter(session)

    assert response["Location"] == reverse("seminars:session", args=[session.public_id])
    assert client.get(reverse("seminars:replay", args=[session.public_id])).status_code == 200


def test_one_address_gets_five_mails_an_hour(session: LiveSession, django_capture_on_commit_callbacks: Any) -> None:
    for _time in range(7):
        assert ask(session, django_capture_on_commit_callbacks).status_code == 200

    assert len(mail.outbox) == 5


def test_an_invalid_form_keeps_what_was_typed(session: LiveSession) -> None:
    response = Client().post(public(session), {"name": "Nadia", "email": "nowhere"})

    assert response.status_code == 422
    assert "Nadia" in response.content.decode()


def test_people_with_an_account_go_to_the_session_s_own_page(session: LiveSession) -> None:
    response = client_for(EnrolmentFactory().learner).get(public(session))
    assert response["Location"] == reverse("seminars:session", args=[session.public_id])
