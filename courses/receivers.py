"""What the courses app does when Wagtail says that a page was published, moved or removed."""

from typing import Any

from django.db.models.signals import post_delete
from wagtail.signals import page_published, page_unpublished, post_page_move

from .models import AcademyHomePage, CoursePage, LessonPage, ModulePage
from .queries.outline import forget_outlines
from .services.editors import ensure_editor_groups
from .services.question_bank import publish_questions_of

_IN_AN_OUTLINE = (CoursePage, ModulePage, LessonPage)


def on_lesson_published(sender: Any, instance: LessonPage, **kwargs: Any) -> None:
    publish_questions_of(instance)


def on_outline_changed(sender: Any, **kwargs: Any) -> None:
    forget_outlines()


def on_home_published(sender: Any, **kwargs: Any) -> None:
    ensure_editor_groups()


def connect() -> None:
    """Called once, when the app is ready."""
    page_published.connect(on_home_published, sender=AcademyHomePage, dispatch_uid="courses-editors-under-home")
    page_published.connect(on_lesson_published, sender=LessonPage, dispatch_uid="courses-publish-questions")
    for page in _IN_AN_OUTLINE:
        name = f"courses-outline-{page.__name__}"
        page_published.connect(on_outline_changed, sender=page, dispatch_uid=name)
        page_unpublished.connect(on_outline_changed, sender=page, dispatch_uid=name)
        post_page_move.connect(on_outline_changed, sender=page, dispatch_uid=name)
        post_delete.connect(on_outline_changed, sender=page, dispatch_uid=name)
