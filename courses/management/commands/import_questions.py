"""Imports the questions of a GIFT file into the bank."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from courses.services.importing import import_questions
from courses.services.imports import note_import, read_question_file
from lms.kit.errors import DomainError


class Command(BaseCommand):
    requires_system_checks = ()  # the server makes them: they take a second
    help = "Import the questions of a GIFT file into the bank, as drafts, with their categories."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--category", default="", help="Put them under this category, for example “Module 1”.")
        parser.add_argument("--dry-run", action="store_true", help="Check everything and write nothing.")
        parser.add_argument("--report", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.is_file():
            raise CommandError(f"There is no file at {path}.")
        now = timezone.now()
        try:
            report = import_questions(
                data=read_question_file(path),
                name=path.name,
                category=options["category"],
                actor=None,
                now=now,
                dry_run=options["dry_run"],
            )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        if not options["dry_run"]:
            note_import(report=report, name=path.name, actor=None, now=now)
        self.stdout.write(
            json.dumps(report.as_json(), ensure_ascii=False, indent=2)
            if options["report"] == "json"
            else report.as_text()
        )
