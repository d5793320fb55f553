"""The pages of people: the directory, what one shows, private messages, offers, what alumni are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from community.models import Block, Flag, Offer, PrivateMessage, Profile
from community.queries.messages import unread_conversations
from community.services.messages import send_private
from lms.accounts.models import User
from lms.kit.ids import uuid7
from tests.community.factories import OfferFactory, PostFactory, ProfileFactory, StandingFactory
from tests.factories import EnrolmentFactory, UserFactory
from tests.world import World

NOW = timezone.now()
TODAY = timezone.localdate()


def signed_in(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"community:{name}", args=args)


def listed(count: int) -> None:
    for _person in range(count):
        ProfileFactory(person=EnrolmentFactory().learner, is_listed=True, department="33", helps_with="Ateliers")


def talks(person: User, count: int) -> None:
    StandingFactory(person=person, trust=3)
    for _other in range(count):
        send_private(author=person, person=EnrolmentFactory().learner, source="Bonjour", key=uuid7(), now=NOW)


@pytest.mark.parametrize("count", [1, 30])
def test_the_directory_costs_the_same_for_one_and_for_many(
    client: Client, world: World, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    listed(count)
    signed_in(client, world.a.learner).get(address("people"))
    with django_assert_num_queries(10):
        page = client.get(address("people"))

    assert page.status_code == 200
    assert "Ateliers" in page.text
    assert page.text.count('width="38"') == 107


@pytest.mark.parametrize("count", [1, 20])
def test_the_messages_cost_the_same_for_one_and_for_many(
    client: Client, world: World, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    talks(world.a.learner, count)
    signed_in(client, world.a.learner).get(address("messages"))
    with django_assert_num_queries(8):
        client.get(address("messages"))


@pytest.mark.parametrize("count", [1, 15])
def test_the_offers_cost_the_same_for_one_and_for_many(
    client: Client, world: World, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    OfferFactory.create_batch(count, ends_on=TODAY)
    signed_in(client, world.a.learner).get(address("offers"))
    with django_assert_num_queries(9):
        client.get(address("offers"))


@pytest.mark.parametrize("count", [1, 40])
def test_a_conversation_costs_the_same_for_one_message_and_for_many(
    client: Client, world: World, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    StandingFactory(person=world.a.learner, trust=3)
    for _message in range(count):
        last = send_private(author=world.a.learner, person=world.a.classmate, source="Bonjour", key=uuid7(), now=NOW)
    page = address("conversation", last.conversation.public_id)
    signed_in(client, world.a.classmate).get(page)
    with django_assert_num_queries(12):
        client.get(page)


def test_one_shows_oneself_and_is_found(client: Client, world: World) -> None:
    signed_in(client, world.a.classmate)
    assert client.get(address("me")).status_code == 200
    assert not Profile.objects.filter(person=world.a.classmate).exists()

    said = {"is_listed": "on", "department": "29", "about": "<b>Brest</b>", "helps_with": "Tablettes"}
    page = client.post(address("me"), said, follow=True)
    assert "&lt;b&gt;Brest&lt;/b&gt;" in page.text
    other = signed_in(Client(), world.b.learner)
    assert "Tablettes" in other.get(address("people"), {"department": "29", "q": "tablettes"}).text
    assert other.get(address("person", world.a.classmate.public_id)).status_code == 200

    refused = client.post(address("me"), said | {"department": "20", "about": "Gardé"})
    assert refused.status_code == 422
    assert "Gardé" in refused.text


def test_whoever_is_not_of_the_academy_finds_nobody(client: Client, world: World) -> None:
    signed_in(client, world.a.auditor)
    for name in ("people", "me", "messages", "offers", "offer-new", "welcome", "still-there"):
        assert client.get(address(name)).status_code == 404
    signed_in(client, world.a.learner)
    for name, who in (("person", world.b.learner), ("write", world.b.learner), ("write", world.a.learner)):
        assert client.get(address(name, who.public_id)).status_code == 404
    assert client.post(address("block", world.b.learner.public_id)).status_code == 404


def test_writing_answering_reading_reporting_blocking(client: Client, world: World) -> None:
    lina, otto = (EnrolmentFactory(cohort=world.a.cohort).learner for _person in range(2))
    one, two = signed_in(client, lina), signed_in(Client(), otto)
    write = address("write", otto.public_id)
    refused = one.post(write, {"key": uuid7(), "source": "   "})
    assert refused.status_code == 422
    assert not PrivateMessage.objects.filter(author=lina).exists()

    one.post(write, {"key": uuid7(), "source": "Salut **Bo**"})
    message = PrivateMessage.objects.get(author=lina)
    talk = address("conversation", message.conversation.public_id)
    assert one.get(write).headers["Location"] == talk
    page = two.get(talk)
    assert "<strong>Bo</strong>" in page.text
    assert unread_conversations(otto) == 1  # a GET writes nothing
    two.post(address("conversation-read", message.conversation.public_id), {"until": 1})
    two.post(address("conversation-read", message.conversation.public_id), {"until": "x"})
    assert unread_conversations(otto) == 0

    assert signed_in(Client(), world.a.coach).get(talk).status_code == 404
    assert signed_in(Client(), world.moderator).get(talk).status_code == 404

    two.post(address("flag-message", message.public_id), {"reason": "rude"})
    assert Flag.objects.filter(message=message, flagger=otto).exists()

    two.post(address("block", lina.public_id))
    assert Block.objects.count() == 1
    answer = one.post(talk, {"key": uuid7(), "source": "Tu es là ?"})
    assert answer.status_code == 422
    assert "Tu es là ?" in answer.text
    two.post(address("block", lina.public_id), {"undo": "on"})
    assert not Block.objects.exists()


def test_offers_are_made_changed_and_removed(client: Client, world: World) -> None:
    signed_in(client, world.a.alumnus)
    tomorrow = TODAY + timedelta(days=1)
    said = {"kind": "event", "title": "Rencontre", "source": "Venez.", "ends_on": tomorrow.isoformat()}
    refused = client.post(address("offer-new"), said)
    assert refused.status_code == 422
    assert "Venez." in refused.text
    said["starts_at"] = f"{tomorrow:%Y-%m-%d}T23:00"
    client.post(address("offer-new"), said)
    offer = Offer.objects.get(author=world.a.alumnus)

    learner = signed_in(Client(), world.b.learner)
    assert "Rencontre" in learner.get(address("offers"), {"kind": "event"}).text
    assert learner.get(address("offer", offer.public_id)).status_code == 200
    assert learner.get(address("offer-new")).status_code == 404
    assert learner.get(address("offer-change", offer.public_id)).status_code == 404
    assert learner.post(address("offer-remove", offer.public_id)).status_code == 404

    assert "23:00" in client.get(address("offer-change", offer.public_id)).text
    client.post(address("offer-change", offer.public_id), said | {"title": "Autre"})
    client.post(address("offer-remove", offer.public_id))
    assert client.get(address("offer", offer.public_id)).status_code == 404


def test_who_offers_something_is_written_to_even_unlisted(client: Client, world: World) -> None:
    author = EnrolmentFactory().learner
    ProfileFactory(person=author, is_listed=False, takes_messages=False)
    signed_in(client, world.b.learner)
    write = address("write", author.public_id)
    assert client.get(write).status_code == 404
    offer = OfferFactory(author=author)

    assert write in client.get(address("offer", offer.public_id)).text
    assert client.get(write).status_code == 200
    client.post(write, {"key": str(uuid7()), "source": "Votre mission m’intéresse."})

    message = PrivateMessage.objects.get(author=world.b.learner)
    assert author in (message.conversation.first, message.conversation.second)


def test_an_offer_that_is_over_says_so(client: Client, world: World) -> None:
    offer = OfferFactory(ends_on=TODAY - timedelta(days=1), author=UserFactory())
    signed_in(client, world.a.learner)

    assert offer.title not in client.get(address("offers")).text
    assert client.get(address("offer", offer.public_id)).status_code == 200


def test_alumni_are_welcomed_and_answer_in_one_tap(client: Client, world: World) -> None:
    signed_in(client, world.a.alumnus)
    assert client.get(address("welcome")).status_code == 200
    assert client.get(address("still-there")).status_code == 200
    assert not Profile.objects.filter(person=world.a.alumnus).exists()
    client.post(address("still-there"))
    assert Profile.objects.get(person=world.a.alumnus).still_there_at is not None

    signed_in(client, world.a.learner)
    assert client.get(address("welcome")).status_code == 404
    assert client.post(address("still-there")).status_code == 404


def test_of_who_has_left_only_the_name_stays_for_those_who_read_her(client: Client, world: World) -> None:
    left = world.a.suspended
    ProfileFactory(person=left, is_listed=True, about="Encore visible")
    page = address("person", left.public_id)
    assert signed_in(client, world.a.learner).get(page).status_code == 404

    PostFactory(author=left)
    shown = client.get(page)
    assert shown.status_code == 200
    assert "Encore visible" not in shown.text
    assert client.get(address("write", left.public_id)).status_code == 404
