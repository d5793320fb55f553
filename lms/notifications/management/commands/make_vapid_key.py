"""Makes the key by which push services know this academy, to be kept in VAPID_PRIVATE_KEY."""

from typing import Any

from django.core.management.base import BaseCommand

from lms.notifications.webpush import new_private_key


class Command(BaseCommand):
    help = "Print a new VAPID_PRIVATE_KEY. Changing it later silences every browser until its person asks again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"VAPID_PRIVATE_KEY={new_private_key()}")
