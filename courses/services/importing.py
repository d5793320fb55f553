"""Imports courses and questions as drafts: the same source twice writes nothing twice."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.tasks import update_reference_index_task

from courses.models import AcademyHomePage, CoursePage
from lms.accounts.models import User
from lms.kit.archives import Tree

from .bank_import import write_questions
from .course_writer import CourseWriter
from .drafts import source_key
from .reports import Report
from .sources import ImportRefused, course_files, decoded

__all__ = ["ImportRefused", "import_course", "import_questions"]


def import_course(
    *,
    tree: Tree,
    name: str,
    into: CoursePage | None,
    parent: AcademyHomePage,
    actor: User | None,
    now: datetime,
    dry_run: bool = False,
) -> Report:
    """Import every course file of a tree as a module of one course, in one transaction.

    `name` is the folder's or the archive's: with `into` left out, it names the course, found again at the next
    import. Pages and questions are written as drafts; what an editor changed since the last import is kept, what
    left the source is kept and said. With `dry_run` everything is done, then taken back: no row, no file remains.

    Raises:
        ImportRefused, lms.kit.archives.UnsafeArchive
    """
    files = course_files(tree)
    with transaction.atomic():
        with disable_reference_index_auto_update():  # a page is saved four times on its way in: it is indexed once
            report = CourseWriter(tree, files, name, into, parent, actor, now).run()
        for change in report.changes:
            update_reference_index_task.enqueue(*change["model"].split("."), str(change["pk"]))
        if dry_run:
            transaction.set_rollback(True)
    return report


def import_questions(
    *, data: bytes, name: str, category: str, actor: User | None, now: datetime, dry_run: bool = False
) -> Report:
    """Put the questions of a GIFT file into the bank, as drafts, under `category` and their own `$CATEGORY`.

    Raises:
        ImportRefused: the file is not text, or holds no question.
    """
    text = decoded(data, name)
    with transaction.atomic():
        report = Report()
        write_questions(text, name, source_key("gift", name), category, report, actor, now)
        if dry_run:
            transaction.set_rollback(True)
    if not report.tallies["questions"].found:
        raise ImportRefused("no-question", _("This file holds no question in the GIFT form."))
    return report
