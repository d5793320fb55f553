"""The socket of the device test."""

from typing import Any

from django.utils import timezone

from lms.accounts.models import User
from lms.kit.live import LiveConsumer, media_backend_for


class DeviceTestConsumer(LiveConsumer):
    """Answers, and gives the servers of a real call: that is the test. Nobody publishes to it."""

    def admits(self, person: User) -> bool:
        return True

    def group(self) -> str:
        return f"device-test.{self.person.public_id}"

    def hello(self) -> dict[str, Any]:
        return {"media": media_backend_for(2).announce(str(self.person.public_id), timezone.now())}
