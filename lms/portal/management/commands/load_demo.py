"""Loads the demo academy; see `lms.portal.demo`."""

import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.portal.demo.coaching import refresh_coaching
from lms.portal.demo.loader import DemoRefused, load


class Command(BaseCommand):
    help = "Load the demo academy: people, course, progress. Running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="Do nothing when there are people already.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and User.objects.exists():
            if settings.DEBUG:
                refresh_coaching(now=timezone.now())
            self.stdout.write(_("The academy is already there, with all that you did: nothing is loaded again."))
            return
        logging.getLogger("wagtail").setLevel(logging.WARNING)  # it says every page and question
        try:
            anything_new = load(now=timezone.now())
        except DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            _("The demo academy is loaded.") if anything_new else _("The demo academy was already there.")
        )
