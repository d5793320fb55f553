"""The module in front of its learner, and what her browser keeps of it for when there is no network."""

import gzip
import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from courses.queries.quizzes import quizzes_in
from courses.services.quizzes import answer_question, start_attempt
from media.models import LibraryDocument, LibraryImage, Recording
from tests.factories import LessonPageFactory, text_block


def ask(client: Client, module: Any) -> Any:
    return client.get(reverse("courses:module-offline", args=[module.public_id]))


def _picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (900, 9)).save(data, "PNG")
    return data.getvalue()


@pytest.fixture
def learner(classroom):
    client = Client()
    client.force_login(classroom.learner)
    return client


def test_a_plan_holds_the_open_lessons_their_files_and_the_questions_being_answered(learner, classroom, now):
    sheet = LibraryDocument.objects.create(title="Fiche", file=ContentFile(b"0123456789", "fiche.txt"))
    sound = Recording.objects.create(title="Mot", type="audio", file=ContentFile(b"01234", "mot.ogg"), duration=1)
    film = Recording.objects.create(title="Film", type="video", file=ContentFile(b"0", "film.mp4"), duration=1)
    photo = LibraryImage.objects.create(title="Photo", file=ContentFile(_picture(), "photo.png"), width=900, height=9)
    blocks = [
        {"type": "image", "value": {"image": photo.pk, "alt": "Un quai", "caption": ""}},
        {"type": "download", "value": {"document": sheet.pk, "label": "Fiche"}},
        {"type": "audio", "value": {"recording": sound.pk, "title": "Mot"}},
        {"type": "video", "value": {"recording": film.pk, "title": "Film"}},
        text_block('<p><a href="https://ailleurs.example/">Ailleurs</a></p>'),
    ]
    heavy = LessonPageFactory(parent=classroom.first, body=[block | {"id": str(uuid4())} for block in blocks])
    [spec] = quizzes_in(classroom.quizzed)
    attempt = start_attempt(enrolment=classroom.enrolment, lesson=classroom.quizzed, spec=spec, now=now)

    response = ask(learner, classroom.first)

    plan = response.json()
    addresses = [part["url"] for part in plan["parts"] if not part["url"].startswith("/static/")]
    # The widths that a phone chooses from; not those for browsers that know no WebP.
    widths = [addresses.pop(7), addresses.pop(7)]
    assert {tuple(Path(url).suffixes[-2:]) for url in widths} == {(".width-400", ".webp"), (".width-800", ".webp")}
    assert addresses == [
        "/offline/",
        classroom.first.get_absolute_url(),
        classroom.reading.get_absolute_url(),
        classroom.quizzed.get_absolute_url(),
        reverse("courses:quiz-question", args=[attempt.public_id, 1]),
        reverse("courses:quiz-question", args=[attempt.public_id, 2]),
        heavy.get_absolute_url(),
        sheet.url,
        sound.url,
    ]
    assert [lesson["title"][:3] for lesson in plan["lessons"]] == ["1.1", "1.2", "1.3"]
    assert "Mo" in plan["size"] or "ko" in plan["size"]
    assert "no-store" in response["Cache-Control"]

    # The question that is answered for good has nothing to wait for; what is written anew is kept anew.
    question = classroom.questions[0]
    given = {"choice": question.answers.first().pk}
    answer_question(attempt=attempt, question=question, response=given, actor=classroom.learner, now=now)
    heavy.save_revision().publish()
    before = {part["url"]: part["version"] for part in plan["parts"]}
    after = {part["url"]: part["version"] for part in ask(learner, classroom.first).json()["parts"]}
    assert before.keys() - after.keys() == {reverse("courses:quiz-question", args=[attempt.public_id, 1])}
    assert {url for url in after if after[url] != before[url]} == {heavy.get_absolute_url()}


def test_whoever_does_not_learn_here_is_offered_nothing(learner, classroom, admin_client):
    page = learner.get(classroom.first.get_absolute_url()).content.decode()
    assert f'data-plan="{reverse("courses:module-offline", args=[classroom.first.public_id])}"' in page
    assert "data-plan" not in admin_client.get(classroom.first.get_absolute_url()).content.decode()
    assert ask(admin_client, classroom.first).status_code == 404


def test_the_frame_that_is_kept_is_all_that_its_pages_load(learner, classroom, now):
    [spec] = quizzes_in(classroom.quizzed)
    start_attempt(enrolment=classroom.enrolment, lesson=classroom.quizzed, spec=spec, now=now)
    parts = [part["url"] for part in ask(learner, classroom.first).json()["parts"]]
    frame = {url for url in parts if url.startswith("/static/")}
    asked = {
        found
        for url in set(parts) - frame
        for found in re.findall(r'"(/static/[^"#]+)', learner.get(url).content.decode())
    }
    weight = 0
    for url in frame:
        content = Path(str(finders.find(url.removeprefix("/static/")))).read_bytes()
        weight += len(content if url.endswith(".woff2") else gzip.compress(content))
        if url.endswith(".js"):
            asked |= {urljoin(url, name) for name in re.findall(r'(?:from |import[ (])"(\.[^"]+)"', content.decode())}

    assert asked == frame - {"/static/django_htmx/django-htmx.js"}  # which pages load in DEBUG alone
    assert weight <= 120_000


@pytest.mark.parametrize("more", [0, 5])
def test_queries(learner, classroom, more, django_assert_num_queries):
    for _ in range(more):
        LessonPageFactory(parent=classroom.first, body=[text_block("<p>x</p>")])
    ask(learner, classroom.first)

    # Session, person, module, her enrolments, her progress, the lessons, her open attempts.
    with django_assert_num_queries(7):
        ask(learner, classroom.first)
    with django_assert_num_queries(7):
        learner.get(classroom.first.get_absolute_url())
