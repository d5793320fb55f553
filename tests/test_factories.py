"""The factories make rows the house accepts."""

import pytest
from wagtail.models import Site

from courses.enums import QuestionKind
from tests.factories import (
    AuditAccessFactory,
    CohortStaffFactory,
    CompetencyFactory,
    EnrolmentFactory,
    GlossaryTermFactory,
    HostStructureFactory,
    LessonPageFactory,
    PartnerMembershipFactory,
    QuestionFactory,
    TrackModuleFactory,
    quiz_block,
)

pytestmark = pytest.mark.django_db


def test_a_lesson_hangs_under_a_whole_tree_whose_home_is_the_site() -> None:
    first, second = LessonPageFactory(), LessonPageFactory()

    course = first.get_parent().get_parent()
    home = course.get_parent()
    assert [first.depth, course.depth, home.depth] == [5, 3, 2]
    assert second.get_parent().get_parent().get_parent() == home
    assert Site.objects.get(is_default_site=True).root_page == home
    assert first.live
    assert first.body[0].block_type == "text"


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_a_question_of_every_kind_satisfies_its_own_rules(kind: str) -> None:
    question = QuestionFactory(kind=kind)

    question.refresh_from_db()
    question.full_clean()


def test_a_quiz_block_holds_its_questions() -> None:
    questions = [QuestionFactory(), QuestionFactory()]

    lesson = LessonPageFactory(body=[quiz_block(*questions)])

    lesson.refresh_from_db()
    assert list(lesson.body[0].value["questions"]) == questions


@pytest.mark.parametrize(
    "factory",
    [
        AuditAccessFactory,
        CohortStaffFactory,
        CompetencyFactory,
        EnrolmentFactory,
        GlossaryTermFactory,
        HostStructureFactory,
        PartnerMembershipFactory,
        TrackModuleFactory,
    ],
)
def test_rows_are_valid_twice(factory: type) -> None:
    for row in (factory(), factory()):
        row.full_clean()
