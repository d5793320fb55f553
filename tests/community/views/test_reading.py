"""The pages of search, of what is unread, of feeds; the door for mails."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from community.enums import Level
from community.models import SpaceFeed, SpaceReading, Thread, ThreadReading
from community.services.search import index_post
from lms.accounts.models import User
from tests.community.factories import SpaceFactory, ThreadFactory
from tests.world import World, client_for

NOW = timezone.now()


@pytest.fixture
def lina(world: World) -> User:
    User.objects.filter(pk=world.a.learner.pk).update(date_joined=NOW - timedelta(days=100))
    return User.objects.get(pk=world.a.learner.pk)


@pytest.fixture
def client(lina: User) -> Client:
    return client_for(lina)


@pytest.fixture
def thread(lina: User) -> Thread:
    row: Thread = ThreadFactory(title="Une girafe <script>", first="Les girafes dorment.")
    index_post(row.posts.get())
    return row


def test_search_with_and_without_a_script(client: Client, thread: Thread) -> None:
    url = reverse("community:search")
    page = client.get(url, {"q": "girafe"})
    assert "Les girafes dorment." in page.content.decode()
    assert "<script>&" not in page.content.decode()
    part = client.get(url, {"q": "girafe"}, headers={"HX-Request": "true"})
    assert part.content.decode().startswith("<section")
    assert client.get(url).status_code == 200
    assert client.get(url, {"q": "x", "since": "2026-02-31"}).status_code == 422
    assert client.get(url, {"q": "x", "space": "not-mine"}).status_code == 422
    assert client.get(url, {"q": "girafe", "page": "9" * 30}).status_code == 200


def test_filters_alone_list_what_they_leave(client: Client, thread: Thread) -> None:
    url = reverse("community:search")
    empty = client.get(url).content.decode()
    assert "Les girafes dorment." not in empty
    for asked in ({"space": thread.space.slug}, {"since": "2020-01-01"}, {"solved": "no"}, {"author": "nobody"}):
        page = client.get(url, asked)
        assert ("Les girafes dorment." in page.content.decode()) == ("author" not in asked), asked


def test_what_is_found_bears_the_name_its_author_chose(client: Client, thread: Thread) -> None:
    author = thread.posts.get().author
    [hit] = client.get(reverse("community:search"), {"q": "girafe"}).context["found"].hits
    assert (hit.author.pk, hit.author.get_full_name()) == (author.pk, author.display_name)
    assert author.email not in client.get(reverse("community:search"), {"q": "girafe"}).content.decode()


def test_similar_threads_are_a_fragment(client: Client, thread: Thread) -> None:
    url = reverse("community:similar", args=[thread.space.slug])
    assert (
        reverse("community:thread", args=[thread.public_id]) in client.get(url, {"title": "girafes"}).content.decode()
    )


def test_reading_is_said_by_a_form(client: Client, lina: User, thread: Thread) -> None:
    page = client.get(reverse("community:unread"))
    assert reverse("community:thread", args=[thread.public_id]) in page.content.decode()
    assert not ThreadReading.objects.exists()
    for until in ("1", "x", ""):
        client.post(reverse("community:thread-read", args=[thread.public_id]), {"until": until})
    assert ThreadReading.objects.get(person=lina).last_read == 1
    assert (
        reverse("community:thread", args=[thread.public_id])
        not in client.get(reverse("community:unread")).content.decode()
    )


def test_levels_are_chosen_on_their_pages(client: Client, lina: User, thread: Thread) -> None:
    for name, key in (("thread", thread.public_id), ("space", thread.space.slug)):
        assert (
            reverse(f"community:{name}-level", args=[key])
            in client.get(reverse(f"community:{name}", args=[key])).content.decode()
        )
        client.post(reverse(f"community:{name}-level", args=[key]), {"level": "loud"})
        client.post(reverse(f"community:{name}-level", args=[key]), {"level": Level.WATCHING})
    assert ThreadReading.objects.get(person=lina).level == Level.WATCHING
    assert SpaceReading.objects.get(person=lina).level == Level.WATCHING
    client.post(reverse("community:space-read", args=[thread.space.slug]))
    assert SpaceReading.objects.get(person=lina).read_before >= NOW


def test_a_feed_is_read_by_its_secret_until_it_stops_or_rights_end(client: Client, lina: User, thread: Thread) -> None:
    slug = thread.space.slug
    page = client.post(reverse("community:feed-address", args=[slug]))
    address = page.context["address"].partition("//")[2].partition("/")[2]
    stranger = Client()
    feed = stranger.get(f"/{address}")
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert "Une girafe &lt;script&gt;" in feed.content.decode()
    assert address not in client.get(reverse("community:feed-address", args=[slug])).content.decode()
    assert SpaceFeed.objects.latest("pk").token_digest not in address
    thread.space.is_closed = True
    thread.space.save()
    assert stranger.get(f"/{address}").status_code == 404
    thread.space.is_closed = False
    thread.space.save()
    client.post(reverse("community:feed-stop", args=[slug]))
    assert stranger.get(f"/{address}").status_code == 404


def test_other_peoples_spaces_are_not_there(client: Client) -> None:
    closed = SpaceFactory(is_closed=True)
    for name in ("similar", "feed-address"):
        assert client.get(reverse(f"community:{name}", args=[closed.slug])).status_code == 404
    for name in ("space-read", "space-level", "feed-address", "feed-stop"):
        assert client.post(reverse(f"community:{name}", args=[closed.slug]), {"level": "muted"}).status_code == 404


def test_the_door_for_mails_opens_to_its_secret_alone(world: World, settings: Settings) -> None:
    url, stranger = reverse("community:inbound"), Client(enforce_csrf_checks=True)

    def post(secret: str) -> int:
        return stranger.post(
            url, b"From: a@b\n\nhello", content_type="message/rfc822", headers={"Authorization": f"Bearer {secret}"}
        ).status_code

    assert post("") == 404
    settings.INBOUND_MAIL_SECRET = "open-sesame"
    assert post("wrong") == 404
    assert post("open-sesame") == 202
    assert stranger.post(url, {"email": "x"}, headers={"Authorization": "Bearer open-sesame"}).status_code == 202


def test_the_navigation_listens_to_how_much_is_unread(client: Client, world: World) -> None:
    page = client.get(reverse("portal:home")).text

    assert 'data-unread="/ws/community/"' in page
    assert "fils non lus" in page
    assert "data-unread" not in client_for(world.a.auditor).get(reverse("portal:home")).text
