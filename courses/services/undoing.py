"""Takes back one import: the drafts it wrote, unless somebody has worked on them since."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, ReferenceIndex, Revision

from courses.enums import ImportState
from courses.models import CourseImport, LessonPage, LessonProgress, Question, QuizAttempt, Reflection, TrackModule
from lms.accounts.models import User
from lms.kit.errors import DomainError

from .course_writer import content_of_lesson
from .drafts import digest
from .question_bank import content_of_question

# Lessons before the pages they stand in, questions once no lesson asks them, files last.
_ORDER = ("lessonpage", "modulepage", "coursepage", "question", "libraryimage", "librarydocument")


class UndoRefused(DomainError):
    """Nothing to take back: `not-done`."""


def undo_import(*, record: CourseImport, actor: User | None, now: datetime) -> dict[str, int]:
    """Remove the drafts an import created and give back the drafts it replaced; count what was done.

    Kept: what was published, what an editor changed since, what a learner has used, and files still in use.
    Returns `{"removed": …, "restored": …, "kept": …}`, noted in the record too.

    Raises:
        UndoRefused: the import was not done, or already undone.
    """
    done = {"removed": 0, "restored": 0, "kept": 0}
    with transaction.atomic():
        row = CourseImport.objects.select_for_update().get(pk=record.pk)
        if row.state != ImportState.DONE:
            raise UndoRefused("not-done", _("There is nothing to take back."))
        changes = row.report.get("changes", [])
        for name in _ORDER:
            # The last written goes first: a page before the one it stands after.
            for change in reversed([one for one in changes if one["model"].endswith(f".{name}")]):
                done[_undo(change, actor)] += 1
        row.state = ImportState.UNDONE
        row.finished_at = now
        row.report = row.report | {"undone": done}
        row.save(update_fields=["state", "finished_at", "report"])
    return done


def _undo(change: dict[str, Any], actor: User | None) -> str:
    row = apps.get_model(change["model"]).objects.filter(pk=change["pk"]).first()
    if row is None:
        return "removed"
    if change["created"]:
        if _is_needed(row):
            return "kept"
        row.delete()
        return "removed"
    before = Revision.objects.filter(pk=change["before"]).first()
    if before is None or _is_edited(row):
        return "kept"
    restored = before.as_object()
    restored.save_revision(user=actor, previous_revision=before)
    type(row).objects.filter(pk=row.pk).update(source_digest=restored.source_digest)
    return "restored"


def _is_needed(row: Any) -> bool:
    """Does anybody depend on this row?"""
    if isinstance(row, Page):
        if row.live or row.first_published_at or row.get_children().exists() or _is_edited(row):
            return True
        if isinstance(row, LessonPage):
            return any(model.objects.filter(lesson=row).exists() for model in (LessonProgress, QuizAttempt, Reflection))
        return TrackModule.objects.filter(module_id=row.pk).exists()
    if isinstance(row, Question):
        answered = row.given_answers.exists()
        return row.live or bool(row.first_published_at) or answered or _is_edited(row) or _is_referred_to(row)
    return _is_referred_to(row)


def _is_edited(row: Any) -> bool:
    """Has a person changed the draft since the import?"""
    draft = row.get_latest_revision_as_object()
    match draft:
        case Question():
            content = content_of_question(draft)
        case LessonPage():
            content = content_of_lesson(draft)
        case _ if not row.source_digest:
            return False
        case _:
            content = {"title": draft.title}
    return bool(digest(content) != row.source_digest)


def _is_referred_to(row: Any) -> bool:
    return bool(ReferenceIndex.get_references_to(row).exists())
