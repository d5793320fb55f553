"""T34: web and worker are killed at random points; nothing is lost, and nothing is shown twice.

`OUTBOX_CRASHES` says how many times (10; 200 for the full proof).
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.utils import timezone

from lms.notifications.enums import DeliveryState
from lms.notifications.models import Delivery, Notification
from lms.notifications.services.outbox import LEASE
from tests.factories import UserFactory

CRASHES = int(os.environ.get("OUTBOX_CRASHES", "10"))
PEOPLE = 2

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class Sink:
    """A mail server that keeps what it accepts, and may kill who sends, before or after it says so."""

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self.victim = 0
        self.kill_after: int | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's own name
        self.received[message_from_bytes(envelope.content)["Message-ID"]] += 1
        if self.kill_after is not None:
            self.kill_after -= 1
            if self.kill_after < 0 and self.victim:
                kill(self.victim)
        return "250 OK"


class Crasher:
    def __init__(self, sink: Sink, port: int) -> None:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "lms.settings",
            "DATABASE_URL": _database_url(),
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "TASKS_BACKEND": "django.tasks.backends.dummy.DummyBackend",
            "REDIS_URL": "",
            "LOG_LEVEL": "CRITICAL",
        }
        command = [sys.executable, "-m", "tests.lms.notifications.crasher"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, text=True, bufsize=1)
        self._sink = sink

    def run(self, order: str, *, kill_within: float | None = None) -> list[str]:
        """What the child said before it ended by itself, or was killed within so many seconds."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{order}\n")
        self._sink.victim = child = int(self._process.stdout.readline())
        timer = threading.Timer(random.uniform(0, kill_within or 0), kill, [child])
        if kill_within is not None:
            timer.start()
        said = []
        while not (line := self._process.stdout.readline().strip()).startswith("ended"):
            assert line, "the crasher is gone"
            said.append(line)
        timer.cancel()
        self._sink.victim, self._sink.kill_after = 0, None
        assert line in ("ended 0", f"ended {signal.SIGKILL}"), line
        return said

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


def kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return  # it had ended


def _database_url() -> str:
    where = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{where['NAME']}"
    return f"postgres://{where['USER']}:{where['PASSWORD']}@{where['HOST']}:{where['PORT']}/{where['NAME']}"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    sink = Sink()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    yield sink, port
    controller.stop()


def test_killed_anywhere_nothing_is_lost_and_nothing_is_shown_twice(sink: tuple[Sink, int]) -> None:
    people = [UserFactory(email=f"crash{number}@example.org") for number in range(PEOPLE)]
    box, port = sink
    crasher = Crasher(box, port)
    told: set[str] = set()
    now = timezone.now()
    try:
        for crash in range(CRASHES):
            # The web, killed while it tells; then it tells the same again, as a person who tries once more.
            told.update(crasher.run(f"web {crash}", kill_within=0.15))
            if crash % 2:
                told.update(crasher.run(f"web {crash - 1}"))
            # The worker, killed by the clock, or by the mail server in the middle of a mail. The next one comes after
            # the lease of those that were killed.
            now += LEASE + timedelta(hours=1)
            if crash % 2:
                box.kill_after = random.randrange(12)
                crasher.run(f"worker {now.isoformat()}")
            else:
                crasher.run(f"worker {now.isoformat()}", kill_within=0.3)
        crasher.run(f"worker {(now + timedelta(hours=1)).isoformat()}")
    finally:
        crasher.close()

    # Acknowledged is kept, and told once; with each piece of news its message, or neither.
    kept = set(Notification.objects.values_list("recipient", "key"))
    assert {(person.pk, said.removeprefix("told ")) for said in told for person in people} <= kept
    assert Notification.objects.count() == len(kept) == Delivery.objects.count()
    # Every message has left at least once, and is recognised where it has left twice.
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    assert set(box.received) == {letter.message_id for letter in Delivery.objects.all()}
    assert len(box.received) == len(kept) >= CRASHES
    # The test has teeth: workers were killed between a mail and its tick.
    assert Delivery.objects.filter(attempts__gt=1).exists()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchone() == ("ok",)
