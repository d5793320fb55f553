"""Imports a course from a folder, a zip or one Markdown file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from courses.models import AcademyHomePage, CoursePage
from courses.services.importing import import_course
from courses.services.imports import COURSE_LIMITS, note_import, open_course
from lms.kit.errors import DomainError


class Command(BaseCommand):
    requires_system_checks = ()  # the server makes them: they take a second
    help = (
        "Import a course as drafts: a folder, a zip, or one Markdown file. The report says what became of everything."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Check everything and write nothing.")
        parser.add_argument("--report", choices=["text", "json"], default="text")
        parser.add_argument(
            "--into", metavar="SLUG", help="Import into this course instead of one named after the file."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"There is nothing at {path}.")
        parent = AcademyHomePage.objects.first()
        if parent is None:
            raise CommandError("The academy has no home page yet: load the demo, or create it in the admin.")
        into = None
        if options["into"]:
            into = CoursePage.objects.child_of(parent).filter(slug=options["into"]).first()
            if into is None:
                raise CommandError(f"There is no course with the address “{options['into']}”.")
        now = timezone.now()
        try:
            with open_course(path, name=path.name, limits=COURSE_LIMITS) as tree:
                report = import_course(
                    tree=tree,
                    name=path.resolve().stem,
                    into=into,
                    parent=parent,
                    actor=None,
                    now=now,
                    dry_run=options["dry_run"],
                )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        if not options["dry_run"]:
            note_import(report=report, name=path.resolve().name, actor=None, now=now)
        self.stdout.write(
            json.dumps(report.as_json(), ensure_ascii=False, indent=2)
            if options["report"] == "json"
            else report.as_text()
        )
