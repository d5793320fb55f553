"""Imports in Wagtail's admin: sent, checked, read, written, taken back; by editors and administrators only."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from courses.enums import ImportState
from courses.models import CourseImport, CoursePage, LessonPage, Question
from courses.tasks import check_import, write_import
from tests.factories import UserFactory
from tests.world import client_for

pytestmark = pytest.mark.django_db

COURSE = b"TITLE: Internet\n\n# Un\n\ntexte\n\n```comprehension\n::Q::Vrai ? {T}\n\n::R::Impossible ? {~a ~b}\n```\n"


@pytest.fixture
def editor(world):
    return client_for(world.editor)


@pytest.fixture
def send(django_capture_on_commit_callbacks):
    def post(client, content=COURSE, name="internet.md", **data):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(
                reverse("course_imports:send"), {"file": SimpleUploadedFile(name, content), "course": "", **data}
            )

    return post


def last_import():
    return CourseImport.objects.latest("pk")


def press(capture, client, action, record):
    with capture(execute=True):
        return client.post(reverse(f"course_imports:{action}", args=[record.public_id]))


def page(client, record):
    return client.get(reverse("course_imports:report", args=[record.public_id]))


def test_a_file_is_checked_before_anything_is_written(editor, send):
    courses = CoursePage.objects.count()

    response = send(editor)

    record = last_import()
    assert response["Location"] == reverse("course_imports:report", args=[record.public_id])
    assert record.state == ImportState.CHECKED
    assert CoursePage.objects.count() == courses
    html = page(editor, record).content.decode()
    assert "internet.md" in html
    assert "<td>13</td>" not in html
    assert "<td>10</td>" in html  # the line of the question that nobody could answer
    assert reverse("course_imports:write", args=[record.public_id]) in html


def test_the_editor_imports_then_takes_it_back(editor, send, django_capture_on_commit_callbacks):
    questions = Question.objects.count()
    send(editor)
    record = last_import()

    press(django_capture_on_commit_callbacks, editor, "write", record)

    record.refresh_from_db()
    assert record.state == ImportState.DONE
    lesson = LessonPage.objects.get(title="Un")
    assert not lesson.live
    assert Question.objects.count() == questions + 1
    assert reverse("course_imports:undo", args=[record.public_id]) in page(editor, record).content.decode()

    press(django_capture_on_commit_callbacks, editor, "undo", record)

    record.refresh_from_db()
    assert record.state == ImportState.UNDONE
    assert not LessonPage.objects.filter(title="Un").exists()
    assert Question.objects.count() == questions
    assert page(editor, record).status_code == 200


def test_pressed_twice_it_is_written_once(editor, send, django_capture_on_commit_callbacks):
    send(editor)
    record = last_import()

    press(django_capture_on_commit_callbacks, editor, "write", record)
    press(django_capture_on_commit_callbacks, editor, "write", record)

    assert LessonPage.objects.filter(title="Un").count() == 1
    assert last_import().state == ImportState.DONE


@pytest.fixture
def interrupted(editor, send):
    """What a worker stopped half way leaves, eleven minutes later: a file checked, asked to be written, and silence."""
    send(editor)
    record = last_import()
    record.state = ImportState.WAITING
    record.asked_at = timezone.now() - timedelta(minutes=11)
    record.save()
    return record


def test_an_import_that_was_interrupted_says_so_and_starts_again(
    editor, interrupted, django_capture_on_commit_callbacks
):
    assert reverse("course_imports:again", args=[interrupted.public_id]) in page(editor, interrupted).content.decode()
    listed = editor.get(reverse("course_imports:index")).content.decode()
    with translation.override("fr"):
        assert gettext("Interrupted") in listed

    press(django_capture_on_commit_callbacks, editor, "again", interrupted)

    interrupted.refresh_from_db()
    assert interrupted.state == ImportState.DONE
    assert LessonPage.objects.filter(title="Un").count() == 1


def test_a_check_that_was_interrupted_is_checked_again(editor, interrupted, django_capture_on_commit_callbacks):
    CourseImport.objects.update(report={})

    press(django_capture_on_commit_callbacks, editor, "again", interrupted)

    interrupted.refresh_from_db()
    assert interrupted.state == ImportState.CHECKED
    assert not LessonPage.objects.filter(title="Un").exists()


def test_what_only_waits_is_not_started_again(editor, interrupted, django_capture_on_commit_callbacks):
    CourseImport.objects.update(asked_at=timezone.now() - timedelta(minutes=9))
    assert (
        reverse("course_imports:again", args=[interrupted.public_id]) not in page(editor, interrupted).content.decode()
    )

    press(django_capture_on_commit_callbacks, editor, "again", interrupted)

    interrupted.refresh_from_db()
    assert interrupted.state == ImportState.WAITING


def test_a_worker_that_comes_back_writes_nothing_more(editor, interrupted, django_capture_on_commit_callbacks):
    press(django_capture_on_commit_callbacks, editor, "again", interrupted)
    done = last_import()

    for late in (check_import, write_import):
        late.func(done.pk)

    assert last_import().report == done.report
    assert last_import().state == ImportState.DONE
    press(django_capture_on_commit_callbacks, editor, "undo", done)
    assert not LessonPage.objects.filter(title="Un").exists()


def test_a_refused_file_says_why(editor, send):
    send(editor, b"rien", "cours.zip")

    record = last_import()
    assert record.state == ImportState.REFUSED
    assert record.report["refusal"] in page(editor, record).content.decode().replace("&#x27;", "'")


def test_a_file_being_read_says_so(editor, world):
    record = CourseImport.objects.create(name="long.zip", actor=world.editor)

    html = page(editor, record).content.decode()

    assert 'role="status"' in html
    assert reverse("course_imports:write", args=[record.public_id]) not in html


def test_questions_are_sent_the_same_way(editor, send, django_capture_on_commit_callbacks):
    send(editor, b"::Seule::Vrai ? {T}", "q.gift")

    press(django_capture_on_commit_callbacks, editor, "write", last_import())

    assert not Question.objects.get(name="Seule").live


@pytest.mark.parametrize(("name", "content"), [("x.exe", b"MZ"), ("vide.zip", b"")])
def test_a_file_of_another_kind_is_an_error_of_the_form(editor, send, name, content):
    before = CourseImport.objects.count()

    assert send(editor, content, name).status_code == 422
    assert CourseImport.objects.count() == before


def test_the_list_shows_what_was_sent(editor, send):
    send(editor)

    html = editor.get(reverse("course_imports:index")).content.decode()

    assert "internet.md" in html
    assert reverse("course_imports:index") in editor.get("/admin/").content.decode()


def test_administrators_may_import(world, send):
    assert send(client_for(world.administrator)).status_code == 302


@pytest.mark.parametrize("person", ["manager", "coach", "learner", "auditor", "moderator", None])
def test_nobody_else_learns_that_these_pages_exist(world, send, person):
    side = world.a
    people = {role: getattr(side, role) for role in ("manager", "coach", "learner", "auditor")}
    client = client_for((people | {"moderator": world.moderator}).get(person))
    record = CourseImport.objects.create(name="canary-import.zip", state=ImportState.CHECKED)
    before = CourseImport.objects.count()

    answers = [
        client.get(reverse("course_imports:index")),
        client.get(reverse("course_imports:send")),
        page(client, record),
        client.post(reverse("course_imports:write", args=[record.public_id])),
        client.post(reverse("course_imports:undo", args=[record.public_id])),
        send(client),
    ]

    assert {answer.status_code for answer in answers} <= {302, 403, 404}
    assert not any(b"canary-import" in answer.content for answer in answers)
    record.refresh_from_db()
    assert record.state == ImportState.CHECKED
    assert CourseImport.objects.count() == before


def test_writing_and_undoing_are_never_a_get(editor, world):
    record = CourseImport.objects.create(name="x.zip", state=ImportState.CHECKED, created_at=timezone.now())

    for action in ("write", "undo"):
        assert editor.get(reverse(f"course_imports:{action}", args=[record.public_id])).status_code == 405


def test_a_form_without_its_token_is_refused(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(is_superuser=True))
    record = CourseImport.objects.create(name="x.zip", state=ImportState.CHECKED)

    assert client.post(reverse("course_imports:write", args=[record.public_id])).status_code == 403
