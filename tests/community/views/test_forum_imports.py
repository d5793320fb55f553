"""A forum is moved in from Wagtail's admin: sent, checked, read, written, taken back; by administrators only."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community.models import ForumImport, Post, Reaction, Space, SpaceMember, Thread
from community.services import posting
from courses.enums import ImportState
from lms.accounts.models import User
from lms.kit.ids import uuid7
from tests.world import World, client_for

POSTED = "2026-03-02T10:00:00+01:00"
LINES = [
    {"type": "space", "id": "ailleurs", "name": "Ailleurs"},
    {"type": "person", "id": "p1", "name": "Jeanne"},
    {"type": "thread", "id": 1, "space": "ailleurs", "title": "Un fil", "author": "p1", "created_at": POSTED},
    {"type": "post", "id": 1, "thread": 1, "author": "p1", "created_at": POSTED, "text": "Bonjour <script>"},
    {"type": "thread", "id": 2, "space": "ailleurs", "title": "Un autre", "author": "p1", "created_at": POSTED},
    {"type": "post", "id": 2, "thread": 2, "author": "p1", "created_at": POSTED, "text": "Bonsoir"},
    {"type": "post", "id": 3, "thread": 9, "author": "p1", "created_at": POSTED, "text": "Perdu"},
]


def lines(*rows: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows or LINES).encode()


type Send = Callable[..., HttpResponse]


@pytest.fixture
def admin(world: World) -> Client:
    User.objects.filter(pk=world.administrator.pk).update(language="en")
    return client_for(world.administrator)


@pytest.fixture
def send(admin: Client, django_capture_on_commit_callbacks: Any) -> Send:
    def post(content: bytes | None = None, name: str = "forum.jsonl", source: str = "Ancien forum") -> HttpResponse:
        file = SimpleUploadedFile(name, lines() if content is None else content)
        with django_capture_on_commit_callbacks(execute=True):
            return admin.post(reverse("forum_imports:send"), {"file": file, "source": source})

    return post


@pytest.fixture
def press(admin: Client, django_capture_on_commit_callbacks: Any) -> Callable[[str], str]:
    """The text of the page that a button of the report leads to."""

    def post(step: str) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            answer = admin.post(reverse(f"forum_imports:{step}", args=[last().public_id]))
        return admin.get(answer.url).text

    return post


def last() -> ForumImport:
    return ForumImport.objects.latest("pk")


def report(admin: Client) -> str:
    return admin.get(reverse("forum_imports:report", args=[last().public_id])).text


def test_a_forum_is_checked_then_written_then_taken_back(
    admin: Client, send: Send, press: Callable[[str], str]
) -> None:
    before = (Space.objects.count(), User.objects.count(), Thread.objects.count(), Post.objects.count())
    answer = send()

    assert answer.url == reverse("forum_imports:report", args=[last().public_id])
    assert last().state == ImportState.CHECKED
    assert (Space.objects.count(), User.objects.count(), Thread.objects.count(), Post.objects.count()) == before
    checked = report(admin)
    assert "Nothing is written yet" in checked
    assert "The thread “9” was not imported." in checked
    assert "Import this forum" in checked

    done = press("write")
    assert last().state == ImportState.DONE
    assert Thread.objects.filter(space__name="Ailleurs").count() == 2
    assert reverse("community:space", args=["ailleurs"]) in done
    assert "This file is not waiting to be imported." in press("write")

    assert "Taken back" in press("undo")
    assert last().state == ImportState.UNDONE
    assert (Space.objects.count(), User.objects.count(), Thread.objects.count(), Post.objects.count()) == before
    assert last().report["undone"] == {"removed": 6, "kept": 0}
    assert "There is nothing to take back." in press("undo")


def test_what_people_did_with_an_import_stays(send: Send, press: Callable[[str], str], world: World) -> None:
    send()
    press("write")
    first, second = Thread.objects.filter(space__name="Ailleurs").order_by("pk")
    SpaceMember.objects.create(space=first.space, person=world.a.learner)
    said = {"source": "Merci.", "key": uuid7(), "now": timezone.now()}
    posting.answer(thread=first, author=User.objects.get(pk=world.a.learner.pk), **said)

    page = press("undo")

    assert Thread.objects.filter(pk=first.pk).exists()
    assert not Thread.objects.filter(pk=second.pk).exists()
    assert Space.objects.filter(name="Ailleurs").exists()
    assert User.objects.filter(display_name="Jeanne").exists()
    assert last().report["undone"] == {"removed": 2, "kept": 4}
    assert "kept because somebody has written" in page


def test_messages_added_to_an_older_import_are_taken_back_alone(send: Send, press: Callable[[str], str]) -> None:
    send()
    press("write")
    more = [
        {"type": "post", "id": number, "thread": 1, "author": "p1", "created_at": POSTED, "text": f"Suite {number}"}
        for number in (10, 11)
    ]
    send(lines(*LINES, *more))
    press("write")
    thread = Thread.objects.get(title="Un fil")
    assert thread.post_count == 3
    thanked = thread.posts.get(source="Suite 11")
    Reaction.objects.create(post=thanked, person=thread.author, kind="thanks")

    press("undo")

    thread.refresh_from_db()
    assert (thread.post_count, thread.last_number) == (2, 3)
    assert last().report["undone"] == {"removed": 1, "kept": 1}


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "forum.jsonl", "The submitted file is empty."),
        (b"\n\n", "forum.jsonl", "This file holds no thread and no message."),
        (b"\xff\xfe\x00" * 10, "forum.jsonl", "This file is no forum that can be read here"),
        (b"PK\x03\x04 broken", "forum.zip", "not a zip archive"),
        (b"<html>", "topic.json", "This file is not a topic of Discourse."),
        (b"[]", "topic.json", "This file is not a topic of Discourse."),
        (b" " * (2 * 1024 * 1024 + 1), "topic.json", "This topic is larger than 2 MB."),
        (
            lines(*LINES) + b'\n{"type": "x"}' * 2_100,
            "forum.jsonl",
            "More than 2,000 things of this file cannot be read.",
        ),
        (lines(), "forum.exe", "File extension “exe” is not allowed"),
    ],
)
def test_a_bad_file_gets_a_sentence(admin: Client, send: Send, content: bytes, name: str, words: str) -> None:
    threads = Thread.objects.count()

    answer = send(content, name)

    assert words in (answer.text if answer.status_code == 422 else report(admin))
    assert Thread.objects.count() == threads


def test_a_zip_of_topics_of_discourse_is_read(send: Send) -> None:
    post = {"id": 7, "post_number": 1, "username": "jeanne", "created_at": POSTED, "cooked": "<p>Bonjour.</p>"}
    topic = {"id": 3, "title": "Un sujet", "category_id": 1, "created_at": POSTED, "post_stream": {"posts": [post]}}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("t/3.json", json.dumps(topic))

    send(file.getvalue(), "forum.zip")

    assert last().report["threads"]["found"] == 1
    assert last().state == ImportState.CHECKED


def test_a_forum_without_a_name_is_not_kept(send: Send) -> None:
    before = ForumImport.objects.count()
    assert send(source="…").status_code == 422
    assert ForumImport.objects.count() == before


def test_administrators_alone_know_of_it(world: World, admin: Client) -> None:
    listed = reverse("forum_imports:index")

    assert listed in admin.get("/admin/").text
    assert admin.get(listed).status_code == 200
    editor = client_for(world.editor)
    assert editor.get(listed).status_code == 404
    assert listed not in editor.get("/admin/").text
