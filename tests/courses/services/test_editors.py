"""What the groups of editors and moderators may do after the migrations."""

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from courses.models import Question
from courses.services.editors import ensure_editor_groups
from lms.programmes.queries import EDITORS, MODERATORS
from tests.factories import AcademyHomePageFactory, CoursePageFactory, QuestionFactory, UserFactory
from tests.world import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    person = UserFactory()
    person.groups.add(Group.objects.get(name=EDITORS))
    return person


def rights():
    return (
        set(Group.objects.get(name=EDITORS).permissions.values_list("codename", flat=True)),
        set(GroupPagePermission.objects.values_list("group__name", "page_id", "permission__codename")),
        set(GroupCollectionPermission.objects.values_list("group__name", "permission__codename")),
    )


def test_editors_publish_pages_and_questions(editor):
    course = CoursePageFactory()

    permissions = course.permissions_for_user(editor)

    assert permissions.can_publish()
    assert permissions.can_add_subpage()
    assert permissions.can_lock()
    for name in ("courses.publish_question", "courses.lock_question", "wagtailadmin.access_admin"):
        assert editor.has_perm(name)


def test_editors_open_the_bank(editor):
    question = QuestionFactory(name="Une question à trouver")

    response = client_for(editor).get("/admin/snippets/courses/question/")

    assert question.name in response.content.decode()
    assert Question.objects.count() == 1


def test_moderators_have_no_door_into_the_admin():
    person = UserFactory()
    person.groups.add(Group.objects.get(name=MODERATORS))

    assert not person.has_perm("wagtailadmin.access_admin")
    assert not GroupPagePermission.objects.filter(group__name=MODERATORS).exists()
    assert not GroupCollectionPermission.objects.filter(group__name=MODERATORS).exists()


def test_editors_do_not_run_tracks_nor_people(editor):
    client = client_for(editor)

    assert not editor.has_perm("courses.change_trackmodule")
    assert "/admin/users/" not in client.get("/admin/").content.decode()
    assert client.get("/admin/trackmodule/").status_code in (302, 403, 404)


def test_once_more_changes_nothing():
    ensure_editor_groups()
    before = rights()

    ensure_editor_groups()

    assert rights() == before


def test_rights_move_under_the_home_and_extra_ones_go(editor):
    home = AcademyHomePageFactory()
    Group.objects.get(name=EDITORS).permissions.add(Permission.objects.get(codename="delete_user"))

    ensure_editor_groups()

    _codenames, pages, _library = rights()
    assert {page for group, page, _codename in pages if group == EDITORS} == {home.pk}
    assert not Group.objects.get(name=EDITORS).permissions.filter(codename="delete_user").exists()
