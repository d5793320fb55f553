"""Imports a forum from JSON Lines or from Discourse's public topics."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from community.services.importing import import_path
from lms.kit.errors import DomainError


class Command(BaseCommand):
    help = (
        "Import a forum: a .jsonl file, one Discourse topic, or a folder or zip of them. The report says what became "
        "of everything; importing again only adds what is new."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Check everything and write nothing.")
        parser.add_argument("--report", choices=["text", "json"], default="text")
        parser.add_argument(
            "--source", metavar="NAME", help="The forum's name, the same at every import; without it, the file's."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.is_file() and not path.is_dir():
            raise CommandError(f"There is no file or folder at {path}.")
        try:
            report = import_path(
                path=path,
                source=options["source"] or path.resolve().stem,
                now=timezone.now(),
                dry_run=options["dry_run"],
            )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            json.dumps(report.as_json(), ensure_ascii=False, indent=2)
            if options["report"] == "json"
            else report.as_text()
        )
