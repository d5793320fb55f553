"""Live sessions before they begin: the list, one session, coming to it, one's own calendar."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from seminars.enums import Audience, RegistrationState, SessionState
from seminars.models import LiveSession, Registration, SessionFeed
from tests.factories import CohortStaffFactory, CompetencyFactory, EnrolmentFactory, UserFactory
from tests.seminars.factories import (
    DeckFactory,
    HandoutFactory,
    LiveSessionFactory,
    RegistrationFactory,
    SeriesSpeakerFactory,
    SessionStaffFactory,
    SlideFactory,
)
from tests.world import client_for

pytestmark = pytest.mark.django_db
LIST_QUERIES = 11
PAGE_QUERIES = 16
DECK_QUERIES = 11
HTMX = {"HX-Request": "true"}


@pytest.fixture
def learner(db: None) -> Any:
    return EnrolmentFactory(learner__language="en").learner


def address(name: str, session: LiveSession, *more: Any) -> str:
    return reverse(f"seminars:{name}", args=[session.public_id, *more])


def page(client: Client, session: LiveSession) -> str:
    response = client.get(address("session", session))
    assert response.status_code == 200
    return response.content.decode()


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_tells_hers_from_the_others_and_what_is_over(learner: Any) -> None:
    mine = RegistrationFactory(session__title="Mine", enrolment=None, person=learner).session
    LiveSessionFactory(title="Other", seats=12, series=mine.series)
    LiveSessionFactory(title="Past", ended=True, series=mine.series)
    LiveSessionFactory(title="Hidden draft", state=SessionState.DRAFT, series=mine.series)
    LiveSessionFactory(title="Another partner's", audience=Audience.COHORT, cohort=EnrolmentFactory().cohort)

    content = client_for(learner).get(reverse("seminars:list")).content.decode()

    assert content.index("Mine") < content.index("Other") < content.index("Past")
    assert "12 seats left" in content
    assert "Paris time" in content
    assert "Hidden draft" not in content
    assert "Another partner" not in content


def test_the_list_and_a_session_lead_to_what_its_series_is_about(learner: Any) -> None:
    session = RegistrationFactory(enrolment=None, person=learner).session
    link = f'href="{session.series.url}"'

    assert link in client_for(learner).get(reverse("seminars:list")).content.decode()
    assert link in page(client_for(learner), session)
    session.series.unpublish()
    assert link not in client_for(learner).get(reverse("seminars:list")).content.decode()
    assert link not in page(client_for(learner), session)


def test_an_empty_list_says_so_and_leads_back(learner: Any) -> None:
    content = client_for(learner).get(reverse("seminars:list")).content.decode()

    assert "No session is announced for now." in content
    assert reverse("portal:home") in content


@pytest.mark.parametrize("count", [1, 8])
def test_the_list_costs_the_same_with_one_and_with_many(
    learner: Any, count: int, django_assert_num_queries: Any
) -> None:
    LiveSessionFactory.create_batch(count, seats=3)
    LiveSessionFactory.create_batch(count, ended=True)
    for session in LiveSessionFactory.create_batch(count):
        RegistrationFactory(session=session, enrolment=None, person=learner)
    client = client_for(learner)

    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("seminars:list"))


def test_strangers_sign_in_first() -> None:
    response = Client().get(reverse("seminars:list"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


# --- One session ------------------------------------------------------------------------------------------------------


def test_the_page_says_what_when_by_whom_and_in_whose_zone(learner: Any) -> None:
    learner.time_zone = "America/Martinique"
    learner.save()
    session = LiveSessionFactory(summary="We speak of passwords.", seats=4)
    SeriesSpeakerFactory(series=session.series, name="Amina Diallo")
    for name in ("Hugo Petit", "Amina Diallo"):
        SessionStaffFactory(session=session, person__display_name=name)
    host = SessionStaffFactory(session=session, person__display_name="I. Moreau").person
    SeriesSpeakerFactory(series=session.series, name="Inès Moreau", person=host)
    session.series.competencies.add(CompetencyFactory(title="Accueillir"))
    session.series.save()

    content = page(client_for(learner), session)

    assert "Martinique time." in content
    assert "It is announced in Paris time." in content
    for words in ("We speak of passwords.", "Amina Diallo", "Hugo Petit", "Accueillir", "4 seats left", "Starts in"):
        assert words in content
    assert "I. Moreau" not in content
    assert content.count("<strong>Amina Diallo</strong>") == 1, "whom the series presents is not named again"
    assert "Savoir par où commencer" in content


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_costs_the_same_with_one_and_with_many(
    learner: Any, count: int, django_assert_num_queries: Any
) -> None:
    session = LiveSessionFactory(seats=20)
    RegistrationFactory(session=session, enrolment=None, person=learner)
    HandoutFactory.create_batch(count, session=session)
    SessionStaffFactory.create_batch(count, session=session)
    SeriesSpeakerFactory.create_batch(count, series=session.series)
    for deck in DeckFactory.create_batch(count, session=session):
        SlideFactory.create_batch(2, deck=deck)
    client = client_for(learner)

    with django_assert_num_queries(PAGE_QUERIES):
        client.get(address("session", session))


def test_what_she_may_not_see_is_not_there(learner: Any) -> None:
    hidden = LiveSessionFactory(audience=Audience.COHORT, cohort=EnrolmentFactory().cohort)
    draft = LiveSessionFactory(state=SessionState.DRAFT)
    client = client_for(learner)

    for session in (hidden, draft):
        for name in ("session", "calendar-file"):
            assert client.get(address(name, session)).status_code == 404
        for name in ("register", "cancel", "consent"):
            assert client.post(address(name, session)).status_code == 404
    assert not Registration.objects.exists()


def test_registering_and_giving_back_work_without_a_script(learner: Any) -> None:
    session = LiveSessionFactory()
    client = client_for(learner)

    assert client.get(address("register", session)).status_code == 405
    response = client.post(address("register", session))
    assert response.status_code == 302
    assert "You are registered." in page(client, session)

    assert client.post(address("cancel", session)).status_code == 302
    assert Registration.objects.get().state == RegistrationState.CANCELLED
    assert "Register" in page(client, session)


def test_htmx_gets_the_part_that_changed(learner: Any) -> None:
    session = LiveSessionFactory()

    content = client_for(learner).post(address("register", session), headers=HTMX).content.decode()

    assert "<html" not in content
    assert 'id="coming"' in content
    assert "You are registered." in content


def test_a_full_session_says_so_and_keeps_a_place_in_line(learner: Any) -> None:
    session = LiveSessionFactory(seats=1)
    RegistrationFactory(session=session)
    client = client_for(learner)
    assert "Put me on the waiting list" in page(client, session)

    client.post(address("register", session))

    assert "You are the first." in page(client, session)


def test_a_refusal_is_a_sentence_with_422(learner: Any) -> None:
    session = LiveSessionFactory(ended=True)

    response = client_for(learner).post(address("register", session))

    assert response.status_code == 422
    assert "This session is over." in response.content.decode()


def test_the_way_in_is_there_from_a_quarter_of_an_hour_before(learner: Any) -> None:
    session = LiveSessionFactory(starts_at=timezone.now() + timedelta(minutes=20))
    RegistrationFactory(session=session, enrolment=None, person=learner)
    client = client_for(learner)
    room = address("room", session)
    assert room not in page(client, session)

    LiveSession.objects.filter(pk=session.pk).update(starts_at=timezone.now() + timedelta(minutes=14))

    assert room in page(client, session)


def test_whoever_runs_a_session_is_led_to_it_from_her_home_and_into_its_room_days_before(learner: Any) -> None:
    session = RegistrationFactory(enrolment=None, person=learner, session__title="In two days").session
    expert = SessionStaffFactory(session=session, person__language="en", role="presenter").person
    coach = SessionStaffFactory(session=session, person=CohortStaffFactory().user).person
    long_ago = timezone.now() - timedelta(days=9)
    SessionStaffFactory(session=LiveSessionFactory(ended=True, title="Long over", starts_at=long_ago), person=expert)
    must_sign = SessionStaffFactory(session=LiveSessionFactory(ended=True), person=expert).session
    room = address("room", session)

    home = client_for(expert).get(reverse("portal:home")).content.decode()

    assert "In two days" in home
    assert "Long over" not in home
    assert address("attendance", must_sign) in home
    assert address("sign", must_sign) in page(client_for(expert), must_sign)
    assert room in home
    assert reverse("seminars:list") in home
    assert room in page(client_for(expert), session)
    assert room in client_for(coach).get(reverse("coaching:desk")).content.decode()
    assert room not in page(client_for(learner), session)
    assert room not in client_for(learner).get(reverse("portal:home")).content.decode()


def test_a_room_that_overruns_is_open_until_somebody_ends_it(learner: Any) -> None:
    start = timezone.now() - timedelta(minutes=70)
    session = LiveSessionFactory(live=True, starts_at=start, ends_at=start + timedelta(minutes=60))
    RegistrationFactory(session=session, enrolment=None, person=learner)
    host = SessionStaffFactory(session=session).person

    for person in (learner, host):
        client = client_for(person)
        assert address("room", session) in page(client, session)
        assert 'id="past"' not in client.get(reverse("seminars:list")).content.decode()
    assert address("session", session) in client_for(learner).get(reverse("portal:home")).content.decode()
    late = EnrolmentFactory().learner
    client_for(late).post(address("register", session))
    assert Registration.objects.get(person=late).state == RegistrationState.REGISTERED


def test_a_recorded_session_asks_before_the_way_in(learner: Any) -> None:
    session = LiveSessionFactory(is_recorded=True, starts_at=timezone.now() + timedelta(minutes=5))
    row = RegistrationFactory(session=session, enrolment=None, person=learner)
    client = client_for(learner)
    content = page(client, session)
    assert "This session is recorded" in content
    assert address("room", session) not in content

    assert client.get(address("room", session))["Location"] == address("session", session)

    assert client.post(address("consent", session), {"consents": "perhaps"}).status_code == 422
    assert client.post(address("consent", session), {"consents": "no"}).status_code == 302

    row.refresh_from_db()
    assert row.consents_to_recording is False
    assert row.consented_at is not None
    assert address("room", session) in page(client, session)
    assert client.get(address("room", session)).status_code == 200


# --- Slides and documents ---------------------------------------------------------------------------------------------


def test_slides_and_documents_are_for_who_registered(learner: Any) -> None:
    session = LiveSessionFactory()
    deck = SlideFactory(deck__session=session, text="Un mot de passe par site").deck
    handout = HandoutFactory(session=session, alternative="The whole sheet.")
    addresses = [
        address("deck", session, deck.public_id),
        address("deck-file", session, deck.public_id),
        address("handout", session, handout.public_id),
    ]
    client = client_for(learner)
    assert [client.get(url).status_code for url in addresses] == [404, 404, 404]
    content = page(client, session)
    assert deck.title in content
    assert "The whole sheet." not in content

    client.post(address("register", session))

    answers = [client.get(url) for url in addresses]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "Un mot de passe par site" in answers[0].content.decode()
    assert answers[1]["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answers[2]["Content-Security-Policy"]
    assert "The whole sheet." in page(client, session)


def test_slides_of_another_session_are_not_found_under_this_one(learner: Any) -> None:
    session = RegistrationFactory(enrolment=None, person=learner).session
    other = DeckFactory()
    handout = HandoutFactory()

    client = client_for(learner)
    assert client.get(address("deck", session, other.public_id)).status_code == 404
    assert client.get(address("deck-file", session, other.public_id)).status_code == 404
    assert client.get(address("handout", session, handout.public_id)).status_code == 404


@pytest.mark.parametrize("count", [1, 12])
def test_a_deck_costs_the_same_with_one_page_and_with_many(
    learner: Any, count: int, django_assert_num_queries: Any
) -> None:
    session = RegistrationFactory(enrolment=None, person=learner).session
    deck = DeckFactory(session=session)
    SlideFactory.create_batch(count, deck=deck)
    client = client_for(learner)

    with django_assert_num_queries(DECK_QUERIES):
        client.get(address("deck", session, deck.public_id))


# --- Her calendar -----------------------------------------------------------------------------------------------------


def test_the_date_is_a_file_for_her_calendar(learner: Any) -> None:
    session = LiveSessionFactory(title="Passwords")

    response = client_for(learner).get(address("calendar-file", session))

    assert response["Content-Type"].startswith("text/calendar")
    assert "METHOD:PUBLISH" in response.content.decode()
    assert "SUMMARY:Passwords" in response.content.decode()


def test_her_calendar_follows_an_address_that_she_may_close(learner: Any) -> None:
    row = RegistrationFactory(enrolment=None, person=learner)
    LiveSessionFactory(title="Not hers")
    client = client_for(learner)
    assert client.get(reverse("seminars:subscribe")).status_code == 200
    assert not SessionFeed.objects.exists()

    shown = client.post(reverse("seminars:subscribe"))
    url = shown.context["address"].partition("/seminars/")[2]
    found = Client().get(f"/seminars/{url}")

    content = found.content.decode()
    assert row.session.title in content
    assert "Not hers" not in content
    again = Client().get(f"/seminars/{url}", headers={"If-None-Match": found["ETag"]})
    assert again.status_code == 304
    client.post(reverse("seminars:unsubscribe"))
    assert Client().get(f"/seminars/{url}").status_code == 404


def test_a_suspended_person_s_feed_is_closed() -> None:
    person = UserFactory()
    client = client_for(person)
    url = client.post(reverse("seminars:subscribe")).context["address"].partition("/seminars/")[2]
    person.is_active = False
    person.save()

    assert Client().get(f"/seminars/{url}").status_code == 404


# --- Home -------------------------------------------------------------------------------------------------------------


def test_the_home_shows_the_next_session(learner: Any) -> None:
    row = RegistrationFactory(enrolment=None, person=learner)

    content = client_for(learner).get(reverse("portal:home")).content.decode()

    assert address("session", row.session) in content
    assert f"Live seminar: {row.session.title}" in content


def test_a_session_within_the_hour_stands_first_on_the_home(learner: Any) -> None:
    start = timezone.now() + timedelta(minutes=29, seconds=30)
    RegistrationFactory(enrolment=None, person=learner, session__starts_at=start)

    content = client_for(learner).get(reverse("portal:home")).content.decode()

    assert "Your live session is in 30 minutes" in content
