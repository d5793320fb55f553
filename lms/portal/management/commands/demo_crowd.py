"""A crowd in a live room of the demo: fifty people who come, write, ask, vote, lose their connection and come back."""

import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lms.kit.errors import DomainError
from lms.portal.demo.crowd import come, crowd_session, tickets


class Command(BaseCommand):
    help = "Send a crowd into a live session, over real sockets; prints what it did. DEBUG only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session", help="Public id of the session (in its address), or “now”.")
        parser.add_argument("--people", type=int, default=50)
        parser.add_argument("--seconds", type=float, default=60)
        parser.add_argument("--url", default="http://localhost:8000", help="Where the academy answers.")
        parser.add_argument("--seed", type=int, default=1, help="The same number does the same again.")

    def handle(
        self, *args: Any, session: str, people: int, seconds: float, url: str, seed: int, **options: Any
    ) -> None:
        now = timezone.now()
        try:
            found = crowd_session(session, now)
        except DomainError as refused:
            raise CommandError(str(refused)) from refused
        crowd = tickets(found, max(1, min(people, 500)), now)
        self.stdout.write(f"{len(crowd)} personnes vont dans « {found.title} » pendant {seconds:.0f} s.")
        told = asyncio.run(
            come(found.public_id, crowd, url=url.rstrip("/"), seconds=seconds, seed=seed, say=self.stdout.write)
        )
        for line in told.said():
            self.stdout.write(line)
