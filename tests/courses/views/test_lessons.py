"""A lesson in front of people: what a learner sees, what staff see, what others do not."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from courses.models import LessonProgress, Reflection
from courses.services.progress import complete_lesson
from lms.evidence.models import HourEntry
from lms.programmes.models import Competency
from tests.factories import LessonPageFactory, UserFactory, text_block


def masked(response) -> str:
    """The page without what changes at each request: nonces and CSRF tokens."""
    return re.sub(r'(nonce|value)="[^"]+"', "", response.content.decode())


@pytest.fixture
def learner(classroom):
    client = Client()
    client.force_login(classroom.learner)
    return client


def test_a_lesson_says_what_counts_and_how_long_before_starting(learner, classroom):
    covered = Competency.objects.create(block=classroom.enrolment.cohort.track.block, number=3, title="Accueillir")
    classroom.reading.competencies.set([covered])
    classroom.reading.save_revision().publish()
    page = learner.get(classroom.reading.get_absolute_url()).content.decode()
    assert classroom.reading.title in page
    assert "15\u00a0min" in page
    assert "Lire." in page
    assert "Accueillir" in page
    module = learner.get(classroom.first.get_absolute_url()).content.decode()
    assert "Accueillir" in module
    assert "1 leçon sur 2" in module
    assert "Accueillir" not in learner.get(classroom.last.get_absolute_url()).content.decode()


def test_reading_a_lesson_writes_nothing(learner, classroom):
    learner.get(classroom.reading.get_absolute_url())
    assert not LessonProgress.objects.exists()


def test_somebody_who_comes_back_is_told_where_and_may_start_over(learner, classroom):
    assert 'id="resumed"' not in learner.get(classroom.reading.get_absolute_url()).content.decode()
    block = classroom.reading.body[0].id
    learner.post(f"/lessons/{classroom.reading.public_id}/touch/", {"seconds": 5, "position": f"b-{block}~12"})
    page = learner.get(classroom.reading.get_absolute_url()).content.decode()
    assert f'data-position="b-{block}~12"' in page
    assert 'href="#main"' in page.partition('id="resumed"')[2].partition("</template>")[0]


def test_another_person_cannot_tell_the_lesson_exists(classroom, client):
    client.force_login(UserFactory())
    there = client.get(classroom.reading.get_absolute_url())
    nowhere = client.get("/lessons/0198c0de-0000-7000-8000-000000000001/")
    assert there.status_code == nowhere.status_code == 404
    assert masked(there) == masked(nowhere)


def test_a_draft_lesson_is_not_found(learner, classroom):
    draft = LessonPageFactory(parent=classroom.first, live=False)
    assert learner.get(draft.get_absolute_url()).status_code == 404


def test_finishing_without_javascript(learner, classroom):
    url = f"/lessons/{classroom.reading.public_id}/complete/"
    response = learner.post(url, follow=True)
    assert response.redirect_chain[0][0].endswith("#finished")
    assert HourEntry.objects.get().credited_minutes == 15
    assert learner.get(url).status_code == 405


def test_a_refusal_says_why_and_keeps_the_page(learner, classroom):
    response = learner.post(f"/lessons/{classroom.quizzed.public_id}/complete/", follow=True)
    assert response.status_code == 200
    assert [str(message) for message in response.context["messages"]]
    assert not HourEntry.objects.exists()


def test_a_heartbeat_moves_the_place(learner, classroom):
    url = f"/lessons/{classroom.reading.public_id}/touch/"
    assert learner.post(url, {"seconds": 30, "position": "b-1"}).status_code == 204
    assert LessonProgress.objects.get().position == "b-1"
    assert learner.post(url, {"seconds": "many"}).status_code == 422
    page = learner.get(classroom.reading.get_absolute_url()).content.decode()
    assert 'data-position="b-1"' in page


def test_a_note_is_saved_and_shown_to_its_learner_only(learner, classroom):
    block = next(b for b in classroom.reading.body.raw_data if b["type"] == "reflection")
    url = f"/lessons/{classroom.reading.public_id}/notes/{block['id']}/"
    learner.post(url, {"text": "Ma grand-mère <b>"})
    assert Reflection.objects.get().learner == classroom.learner
    assert "Ma grand-mère &lt;b&gt;" in learner.get(classroom.reading.get_absolute_url()).content.decode()
    admin = Client()
    admin.force_login(UserFactory(is_superuser=True))
    assert "Ma grand-mère" not in admin.get(classroom.reading.get_absolute_url()).content.decode()


class TestQueries:
    """The same number with one lesson or forty, cold or warm."""

    @pytest.mark.parametrize("more", [0, 40])
    def test_lesson(self, learner, classroom, more, django_assert_num_queries):
        for _ in range(more):
            LessonPageFactory(parent=classroom.first, body=[text_block("<p>x</p>")] * 5)
        learner.get(classroom.quizzed.get_absolute_url())
        now = classroom.enrolment.enrolled_at
        complete_lesson(enrolment=classroom.enrolment, lesson=classroom.reading, actor=classroom.learner, now=now)
        with django_assert_num_queries(8):
            learner.get(classroom.quizzed.get_absolute_url())
        cache.clear()
        with django_assert_num_queries(11):
            learner.get(classroom.quizzed.get_absolute_url())

    @pytest.mark.parametrize("more", [0, 40])
    def test_path(self, learner, classroom, more, django_assert_num_queries):
        for _ in range(more):
            LessonPageFactory(parent=classroom.first)
        learner.get("/learn/")
        with django_assert_num_queries(7):
            learner.get("/learn/")


@pytest.mark.parametrize("in_panel", [True, False])
def test_the_preview_panel_lets_the_editor_check_the_page(classroom, client, rf, in_panel):
    """Wagtail's checks run inside the page it previews; elsewhere nothing of the administration is sent."""
    client.force_login(UserFactory(is_superuser=True))
    asked = rf.get("/", headers={"Cookie": client.cookies.output(header="", sep=";").strip()})
    page = classroom.reading.make_preview_request(asked, extra_request_attrs={"in_preview_panel": in_panel})
    html = page.content.decode()
    assert ("<wagtail-userbar>" in html) is in_panel
    assert ("wagtailadmin/js/userbar.js" in html) is in_panel
    assert not re.search(r"<script (?![^>]*(nonce|json))", html)
