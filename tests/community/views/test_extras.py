"""Reactions, bookmarks, polls, files and drafts over HTTP: without a script, by their post's rule, nothing on GET."""

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from community.enums import Audience, ReactionKind
from community.models import Bookmark, Draft, Poll, PollVote, Post, PostFile, Reaction
from community.rendering import post_html
from community.services import posting
from community.services.files import attach_files, sweep_loose_files
from community.services.polls import NewPoll, add_poll
from lms.accounts.models import User
from lms.kit.ids import uuid7
from tests.community.factories import (
    FlagFactory,
    PostFactory,
    SpaceFactory,
    SpaceMemberFactory,
    StandingFactory,
    ThreadFactory,
)
from tests.factories import EnrolmentFactory, UserFactory
from tests.world import client_for

pytestmark = pytest.mark.django_db
FETCH = {"X-Requested-With": "fetch"}
LIST_QUERIES = 9
SINCE_QUERIES = 11


@dataclass(frozen=True)
class Talk:
    """A post of a closed space, its author, a reader who is named there, and somebody of the same cohort who is not."""

    post: Post
    author: User
    reader: User
    reading: Client
    writing: Client
    outside: Client


@pytest.fixture
def talk(db: None) -> Talk:
    first = EnrolmentFactory(learner__language="en")
    second = EnrolmentFactory(cohort=first.cohort, learner__language="en")
    space = SpaceFactory(audience=Audience.PARTNER, partner=first.cohort.partner, is_closed=True)
    for person in (first.learner, second.learner):
        SpaceMemberFactory(space=space, person=person)
        StandingFactory(person=person, trust=2)
    thread = ThreadFactory(space=space, author=first.learner)
    return Talk(
        thread.posts.get(),
        first.learner,
        second.learner,
        reading=client_for(second.learner),
        writing=client_for(first.learner),
        outside=client_for(EnrolmentFactory(cohort=first.cohort).learner),
    )


def address(name: str, of: Any = None) -> str:
    return reverse(f"community:{name}", args=[of.public_id] if of is not None else [])


def photo(name: str = "Ma photo.jpg") -> SimpleUploadedFile:
    exif = Image.Exif()
    exif[0x010E] = "SECRET"
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(made, "JPEG", exif=exif)
    return SimpleUploadedFile(name, made.getvalue())


# --- Words ------------------------------------------------------------------------------------------------------------


def test_a_word_works_without_a_script_and_as_a_fragment(talk: Talk) -> None:
    react = address("react", talk.post)
    plain = talk.reading.post(react, {"add": "thanks"})
    assert (plain.status_code, plain["Location"]) == (302, address("post", talk.post))
    assert Reaction.objects.get().kind == ReactionKind.THANKS

    fragment = talk.reading.post(react, {"remove": "thanks"}, headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert f'id="reactions-{talk.post.public_id}"' in fragment.content.decode()
    assert not Reaction.objects.exists()


@pytest.mark.parametrize("typed", [{}, {"add": "love"}, {"add": "thanks", "remove": "idea"}, {"add": "\0"}])
def test_a_word_that_does_not_exist_is_a_sentence(talk: Talk, typed: dict[str, str]) -> None:
    refused = talk.reading.post(address("react", talk.post), typed, headers={"HX-Request": "true"})

    assert refused.status_code == 422
    assert "Choose a word" in refused.content.decode()
    assert not Reaction.objects.exists()


def test_ones_own_message_gets_no_word_of_ones_own(talk: Talk) -> None:
    refused = talk.writing.post(address("react", talk.post), {"add": "thanks"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert not Reaction.objects.exists()


def test_for_who_does_not_read_the_space_nothing_is_there(talk: Talk) -> None:
    poll = add_poll(post=talk.post, poll=NewPoll("?", ("Oui", "Non")), now=timezone.now())
    file = PostFile.objects.create(post=talk.post, person=talk.author, kind="file", file="x.pdf", name="x.pdf", size=1)
    asked = [
        talk.outside.post(address("react", talk.post), {"add": "thanks"}),
        talk.outside.get(address("bookmark", talk.post)),
        talk.outside.post(address("bookmark", talk.post), {"note": "x"}),
        talk.outside.get(address("poll", poll)),
        talk.outside.post(address("poll", poll), {"option": poll.options.first().public_id}),
        talk.outside.post(address("poll-close", poll)),
        talk.outside.get(address("file", file)),
        talk.outside.post(address("file-remove", file)),
        talk.outside.get(address("thread-since", talk.post.thread)),
    ]
    assert {response.status_code for response in asked} == {404}
    assert not Reaction.objects.exists()
    assert not Bookmark.objects.exists()
    assert not PollVote.objects.exists()


def test_nothing_is_written_by_a_get(talk: Talk) -> None:
    assert talk.reading.get(address("react", talk.post)).status_code == 405
    assert talk.reading.get(address("file-add")).status_code == 405
    assert talk.reading.get(address("draft-drop")).status_code == 405
    assert talk.reading.get(address("bookmark", talk.post)).status_code == 200
    assert not Bookmark.objects.exists()


# --- Bookmarks --------------------------------------------------------------------------------------------------------


def test_keeping_a_message_until_one_wants_it_no_longer(talk: Talk) -> None:
    keep = address("bookmark", talk.post)
    assert talk.reading.post(keep, {"note": "Pour lundi", "when": "tomorrow"}).status_code == 302
    kept = Bookmark.objects.get()
    assert kept.remind_at is not None
    assert timezone.localtime(kept.remind_at).hour == 9
    assert "Pour lundi" in talk.reading.get(address("bookmarks")).content.decode()
    assert "Pour lundi" in talk.reading.get(keep).content.decode()

    assert talk.reading.post(keep, {"drop": "1"}).status_code == 302
    assert not Bookmark.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [{"when": "on"}, {"when": "on", "on": "hier"}, {"when": "on", "on": "2020-01-01T09:00"}, {"note": "a" * 201}],
)
def test_a_reminder_that_cannot_be_keeps_what_was_typed(talk: Talk, typed: dict[str, str]) -> None:
    refused = talk.reading.post(address("bookmark", talk.post), {"note": "Pour lundi"} | typed)

    assert refused.status_code == 422
    assert ("Pour lundi" if "note" not in typed else "aaaa") in refused.content.decode()
    assert not Bookmark.objects.exists()


@pytest.mark.parametrize("rows", [1, 12])
def test_the_list_costs_the_same_with_many(talk: Talk, rows: int, django_assert_num_queries: Any) -> None:
    for _ in range(rows):
        Bookmark.objects.create(post=PostFactory(thread=talk.post.thread), person=talk.reader)
    with django_assert_num_queries(LIST_QUERIES):
        assert talk.reading.get(address("bookmarks")).status_code == 200


def test_what_may_not_be_read_any_more_leaves_the_list(talk: Talk) -> None:
    Bookmark.objects.create(post=talk.post, person=talk.reader, note="Pour lundi")
    talk.post.thread.space.members.filter(person=talk.reader).delete()

    assert "Pour lundi" not in talk.reading.get(address("bookmarks")).content.decode()


# --- Polls ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def poll(talk: Talk) -> Poll:
    return add_poll(post=talk.post, poll=NewPoll("Quel jour ?", ("Lundi", "Jeudi")), now=timezone.now())


def test_results_come_with_ones_vote(talk: Talk, poll: Poll) -> None:
    monday = poll.options.get(text="Lundi")
    before = talk.reading.get(address("poll", poll)).content.decode()
    assert "data-results" not in before
    assert "%" not in before

    assert talk.reading.post(address("poll", poll), {"option": monday.public_id}).status_code == 302
    after = talk.reading.get(address("poll", poll)).content.decode()
    assert "data-results" in after
    assert "100&nbsp;%" in after
    fragment = talk.reading.post(address("poll", poll), {"option": "x"}, headers={"HX-Request": "true"})
    assert fragment.status_code == 200  # what is no id is no answer: the vote is taken back
    assert not PollVote.objects.exists()


def test_on_its_thread_a_poll_is_voted_and_closed_without_a_script(talk: Talk, poll: Poll) -> None:
    """The page of somebody has her token in its forms; what is pushed to everybody has none, and no button to close."""
    where = address("thread", talk.post.thread)
    pages = {}
    for name, person in (("reading", talk.reader), ("writing", talk.author)):
        client = Client(enforce_csrf_checks=True)
        client.force_login(person)
        page = client.get(where).content.decode()
        pages[name] = page.partition('<section class="poll"')[2].partition("</section>")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', pages[name])
        assert token is not None
        sent = {"option": poll.options.get(text="Lundi").public_id, "csrfmiddlewaretoken": token[1]}
        assert client.post(address("poll", poll), sent).status_code == 302
    assert PollVote.objects.count() == 2
    assert address("poll-close", poll) not in pages["reading"]
    assert address("poll-close", poll) in pages["writing"]
    pushed = post_html(talk.post, "en")
    assert 'class="poll"' in pushed
    assert "csrfmiddlewaretoken" not in pushed
    assert address("poll-close", poll) not in pushed


def test_only_its_author_and_moderators_close_a_poll(talk: Talk, poll: Poll) -> None:
    assert talk.reading.post(address("poll-close", poll)).status_code == 404
    assert talk.writing.post(address("poll-close", poll)).status_code == 302
    option = poll.options.first()
    refused = talk.reading.post(address("poll", poll), {"option": option.public_id}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert "closed" in refused.content.decode()


# --- Files ------------------------------------------------------------------------------------------------------------


def send(client: Client, upload: Any, capture: Any, **typed: str) -> Any:
    with capture(execute=True):
        return client.post(address("file-add"), {"upload": upload, **typed})


def test_a_photo_is_the_senders_until_a_message_takes_it(talk: Talk, django_capture_on_commit_callbacks: Any) -> None:
    sent = send(talk.writing, photo(), django_capture_on_commit_callbacks, alt="Une affiche")
    assert sent.status_code == 201
    said = sent.json()
    assert (said["name"], said["alt"], said["is_image"]) == ("Ma photo.webp", "Une affiche", True)
    assert talk.writing.get(said["url"]).status_code == 200
    assert talk.reading.get(said["url"]).status_code == 404

    with django_capture_on_commit_callbacks(execute=True):
        post = posting.answer(
            thread=talk.post.thread,
            author=talk.author,
            source=f"Voici :\n\n![Une affiche]({said['url']})",
            key=uuid7(),
            now=timezone.now(),
        )
    assert said["url"] in post.html
    shown = talk.reading.get(said["url"])
    assert shown.status_code == 200
    assert shown["Content-Type"] == "image/webp"
    assert "sandbox" in shown["Content-Security-Policy"]
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Cache-Control"].startswith("private")
    assert b"SECRET" not in b"".join(shown.streaming_content)
    assert talk.outside.get(said["url"]).status_code == 404

    post.hidden_at = timezone.now()
    post.save()
    assert talk.reading.get(said["url"]).status_code == 404


def test_a_file_is_downloaded_by_pieces_under_its_name(talk: Talk, django_capture_on_commit_callbacks: Any) -> None:
    upload = SimpleUploadedFile('Compte rendu "final".txt', b"0123456789")
    said = send(talk.writing, upload, django_capture_on_commit_callbacks).json()
    piece = talk.writing.get(said["url"], headers={"Range": "bytes=2-4"})

    assert piece.status_code == 206
    assert b"".join(piece.streaming_content) == b"234"
    assert piece["Content-Disposition"].startswith("attachment")
    assert piece["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("page.html", b"<script>alert(1)</script>"),
        SimpleUploadedFile("dessin.svg", b"<svg onload=alert(1)>"),
        SimpleUploadedFile("photo.png", b"<script>alert(1)</script>"),
        SimpleUploadedFile("vide.txt", b""),
        photo(),  # without a word of what it shows
        "pas un fichier",
    ],
)
def test_what_is_not_taken_is_a_sentence(talk: Talk, upload: Any) -> None:
    refused = talk.writing.post(address("file-add"), {"upload": upload, "alt": " "})

    assert refused.status_code == 422
    assert refused.json()["error"]
    assert not PostFile.objects.exists()


def test_nobody_takes_somebody_elses_file(talk: Talk, django_capture_on_commit_callbacks: Any) -> None:
    said = send(talk.reading, photo(), django_capture_on_commit_callbacks, alt="Une affiche").json()
    talk.post.source = f"![]({said['url']})"
    attach_files(post=talk.post, files=list(PostFile.objects.all()))

    assert PostFile.objects.get().post is None
    assert talk.writing.post(said["url"] + "remove/").status_code == 404


def test_what_no_message_took_goes_after_a_day(talk: Talk, django_capture_on_commit_callbacks: Any) -> None:
    send(talk.writing, photo(), django_capture_on_commit_callbacks, alt="Une affiche")
    path = PostFile.objects.get().file.name
    assert default_storage.exists(path)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_loose_files(now=timezone.now()) == 0
        assert sweep_loose_files(now=timezone.now() + timedelta(hours=25)) == 1

    assert not PostFile.objects.exists()
    assert not default_storage.exists(path)


# --- Drafts -----------------------------------------------------------------------------------------------------------


def keep(client: Client, place: str, version: int, **typed: Any) -> Any:
    fields = {"draft_place": place, "draft_version": version, "csrfmiddlewaretoken": "x", "key": uuid4(), **typed}
    return client.post(address("drafts"), fields, headers=FETCH)


def test_a_draft_goes_on_from_another_device(talk: Talk) -> None:
    place = f"thread:{talk.post.thread.public_id}"
    first = keep(talk.reading, place, 0, source="Bon")
    assert first.json() == {"version": 1}
    assert Draft.objects.get().content == {"source": ["Bon"]}
    assert keep(talk.reading, place, 1, source="Bonjour").json() == {"version": 2}
    assert "Bonjour" in talk.reading.get(address("thread", talk.post.thread)).content.decode()

    behind = keep(client_for(talk.reader), place, 1, source="Bonsoir")
    assert behind.status_code == 409
    assert behind.json()["version"] == 2
    assert behind.json()["content"] == {"source": ["Bonjour"]}

    listed = talk.reading.get(address("drafts")).content.decode()
    assert talk.post.thread.title in listed
    assert "Bonjour" in listed
    assert talk.reading.post(address("draft-drop"), {"draft_place": place}).status_code == 302
    assert not Draft.objects.exists()


def test_without_a_script_a_button_keeps_it(talk: Talk) -> None:
    place = f"thread:{talk.post.thread.public_id}"
    fields = {"draft_place": place, "draft_version": "0", "source": "Bon"}
    assert talk.reading.post(address("drafts"), fields)["Location"] == address("drafts")
    assert Draft.objects.get().person == talk.reader


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 30, "²"])
@pytest.mark.parametrize("place", ["", "garden:1", "thread:", "thread:" + "a" * 300])
def test_an_odd_draft_is_refused(talk: Talk, place: str, version: str) -> None:
    assert keep(talk.reading, place, 0, draft_version=version).status_code == 422
    assert not Draft.objects.exists()


# --- What a page has missed -------------------------------------------------------------------------------------------


def since(talk: Talk, **asked: str) -> Any:
    return talk.reading.get(address("thread-since", talk.post.thread), asked)


def test_a_page_gets_what_it_missed_and_nothing_twice(talk: Talk, django_assert_num_queries: Any) -> None:
    thread = talk.post.thread
    second, third, fourth = (PostFactory(thread=thread, source=f"Message {n}", author=talk.author) for n in (2, 3, 4))
    Reaction.objects.create(post=second, person=talk.reader, kind=ReactionKind.IDEA)
    Post.objects.filter(pk=second.pk).update(version=2)
    Post.objects.filter(pk=third.pk).update(hidden_at=timezone.now())
    thread.accepted = fourth
    thread.save()

    found = since(talk, have="1.1,2.1,3.1", end="1").json()
    assert [post["number"] for post in found["posts"]] == [2, 3, 4]
    assert "a moderator has hidden it" in found["posts"][1]["html"]
    assert found["gone"] == []
    assert str(third.public_id) not in found["counts"]
    assert found["counts"][str(second.public_id)] == {"idea": 1}
    assert found["mine"][str(second.public_id)] == ["idea"]
    assert (found["last"], found["more"]) == (4, False)

    whole = since(talk, have="1.1,2.2,3.0,4.1", accepted="4", end="1").json()
    assert (whole["posts"], whole["gone"]) == ([], [])
    marked = since(talk, have="1.1,2.2,3.0,4.1", end="1").json()
    assert [post["number"] for post in marked["posts"]] == [4]
    assert since(talk, have="1.1,2.2", end="0").json()["posts"] == []
    fourth.delete()
    assert since(talk, have="1.1,2.2,3.0,4.1", end="1").json()["gone"] == [4]


def test_what_came_and_went_during_a_cut_ends_as_on_the_page(talk: Talk) -> None:
    """Taken back: a place where it stood. Held by a rule: nothing, but for its author and for moderators."""
    thread, now = talk.post.thread, timezone.now()
    gone = PostFactory(thread=thread, author=talk.author, deleted_at=now)
    held = PostFactory(thread=thread, author=talk.author, created_at=now, hidden_at=now, source="Un casino")
    FlagFactory(post=held, flagger=None, at=now)
    asked, moderating = {"have": "1.1", "end": "1"}, client_for(UserFactory(is_superuser=True, language="en"))

    for client, numbers, words in (
        (talk.reading, [2], ["its author took it back"]),
        (talk.writing, [2, 3], ["its author took it back", "A moderator reads it first"]),
        (moderating, [2, 3], ["Taken back by its author", "It waits for a moderator"]),
    ):
        posts = client.get(address("thread-since", thread), asked).json()["posts"]
        page = client.get(address("thread", thread)).content.decode()
        assert [post["number"] for post in posts] == numbers
        for post, said in zip(posts, words, strict=True):
            assert said in post["html"]
            assert said in page
        assert page.count("data-post=") == 1 + len(numbers)
        assert ("Un casino" in page) == (held.number in numbers)
    assert gone.source not in talk.reading.get(address("thread-since", thread), asked).content.decode()


def test_what_came_back_meanwhile_is_sent_to_where_it_stood(talk: Talk) -> None:
    """A page shows 1 and 4, and of 2 that it stood there; of 3 it knows nothing: it waited for a moderator."""
    thread = talk.post.thread
    second, third, _fourth, fifth = (PostFactory(thread=thread, author=talk.author) for _ in range(4))
    asked = {"have": "1.1,2.0,4.1", "span": "1-4"}

    assert [post["number"] for post in since(talk, **asked, end="0").json()["posts"]] == [2, 3]
    assert [post["number"] for post in since(talk, **asked, end="1").json()["posts"]] == [2, 3, 5]
    Post.objects.filter(pk=second.pk).update(hidden_at=timezone.now())
    fifth.delete()
    assert [post["number"] for post in since(talk, **asked, end="1").json()["posts"]] == [3]
    # What stood before the page, or after it, is not its business.
    assert since(talk, have="4.1", span="4-4", end="0").json()["posts"] == []
    alone = since(talk, have="", span="3-3", end="0").json()
    assert [post["id"] for post in alone["posts"]] == [str(third.public_id)]


@pytest.mark.parametrize("rows", [1, 30])
def test_what_was_missed_costs_the_same_for_many(talk: Talk, rows: int, django_assert_num_queries: Any) -> None:
    posts = [PostFactory(thread=talk.post.thread) for _ in range(rows)]
    have = ",".join(["1.1", *(f"{post.number}.1" for post in posts)])
    with django_assert_num_queries(SINCE_QUERIES):
        assert since(talk, have=have, end="1").json()["posts"] == []


@pytest.mark.parametrize("have", ["x", "1", "1.1,", "1.1,2", "-1.1", "1.1" + ",2.2" * 300, "9" * 40 + ".1", "١.١"])
def test_an_odd_question_is_refused(talk: Talk, have: str) -> None:
    assert since(talk, have=have).status_code == 400


def test_a_page_that_missed_too_much_is_told_so(talk: Talk) -> None:
    for _ in range(52):
        PostFactory(thread=talk.post.thread)
    found = since(talk, have="1.1", end="1").json()

    assert len(found["posts"]) == 50
    assert found["more"]


# --- Files sent with the form, where no script sends them before ------------------------------------------------------


def test_without_a_script_files_come_with_the_message(talk: Talk, django_capture_on_commit_callbacks: Any) -> None:
    """The images say what they show, or are asked to; what was sent is kept meanwhile."""
    note = SimpleUploadedFile("note.txt", b"0123456789")
    fields = {"source": "Voici la photo.", "key": str(uuid7()), "upload": [photo(), note], "alts": ""}
    with django_capture_on_commit_callbacks(execute=True):
        asked = talk.writing.post(address("answer", talk.post.thread), fields)
    assert asked.status_code == 422
    assert "one line for each, in this order: Ma photo.webp." in asked.content.decode()
    fields["files"] = [str(file.public_id) for file in PostFile.objects.order_by("pk")]
    assert all(f'name="files" value="{pk}"' in asked.content.decode() for pk in fields["files"])
    fields |= {"upload": [photo("autre.jpg")], "alts": "Une affiche\n\n  La salle,  vide \n"}
    with django_capture_on_commit_callbacks(execute=True):
        assert talk.writing.post(address("answer", talk.post.thread), fields).status_code == 302

    post = Post.objects.get(source="Voici la photo.")
    assert [(file.name, file.alt) for file in post.files.order_by("pk")] == [
        ("Ma photo.webp", "Une affiche"),
        ("note.txt", ""),
        ("autre.webp", "La salle, vide"),
    ]
    page = talk.reading.get(address("thread", talk.post.thread)).content.decode()
    assert page.count('loading="lazy"') == 2
    assert 'alt="La salle, vide"' in page


def test_a_message_that_is_refused_keeps_its_files(talk: Talk) -> None:
    fields = {"source": "", "key": str(uuid7()), "upload": [photo()], "alts": "Une affiche"}
    refused = talk.writing.post(address("answer", talk.post.thread), fields)

    assert refused.status_code == 422
    kept = PostFile.objects.get()
    assert kept.alt == "Une affiche"
    assert "Une affiche" not in refused.content.decode()  # it is not asked again
    assert f'value="{kept.public_id}"' in refused.content.decode()
    bad = talk.writing.post(
        address("answer", talk.post.thread),
        {"source": "Oui", "key": str(uuid7()), "upload": [SimpleUploadedFile("jeu.exe", b"MZ")]},
    )
    assert bad.status_code == 422
    assert "jeu.exe" in bad.content.decode()
    assert not Post.objects.filter(source="Oui").exists()
