"""The outbox: 10,000 mails, rendered and handed by one worker to a mail server on this machine."""

import re
import socket
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from aiosmtpd.controller import Controller

from tests.bench.rows import Group, Row
from tests.bench.sites import Site, site

MAILS = 10_000
BAR = 60.0
"""Seconds."""
MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.MULTILINE)


class Sink:
    """Takes every mail and keeps its Message-ID."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's own name
        self.received.append(MESSAGE_ID.search(envelope.content)[1])
        return "250 OK"


def rows() -> Iterator[Row]:
    with site("outbox") as place:
        yield from outbox(Group("coaching"), place)


def outbox(group: Group, place: Site) -> Iterator[Row]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        said = place.run("-m", "tests.bench.coaching_outbox", str(MAILS), EMAIL_URL=f"smtp://127.0.0.1:{port}")
    finally:
        controller.stop()
    yield group.at_most(f"{MAILS:,} outbox rows sent by one worker", float(said), "s", BAR)
    yield group.at_least("of which arrived, each once", len(set(sink.received)), "", MAILS)
    yield group.at_most("doubled", len(sink.received) - len(set(sink.received)), "", 0)


def main(count: int) -> None:
    """In the site: fill the outbox, send it, print the seconds that took."""
    import django

    django.setup()
    from django.utils import timezone

    from lms.accounts.models import User
    from lms.notifications.models import Delivery, Notification
    from lms.notifications.services.outbox import send_due

    now = timezone.now()
    people = User.objects.bulk_create(
        User(email=f"outbox{number}@example.org", display_name=f"Personne {number}") for number in range(count // 10)
    )
    news = Notification.objects.bulk_create(
        (
            Notification(
                recipient=people[number % len(people)],
                kind="coaching.reminder",
                key=f"bench:{number}",
                title="Rappel : mardi 9 mars, 14 h",
                lines=["Point d’étape avec Clara Morel.", "mardi 9 mars, de 14 h à 14 h 45 (heure de Paris)."],
                url="/appointments/",
                action="Ouvrir le rendez-vous",
                created_at=now,
            )
            for number in range(count)
        ),
        batch_size=1_000,
    )
    Delivery.objects.bulk_create(
        (
            Delivery(
                recipient_id=one.recipient_id,
                notification=one,
                channel="email",
                is_urgent=True,
                due_at=now - timedelta(seconds=1),
                created_at=now,
            )
            for one in news
        ),
        batch_size=1_000,
    )
    started = time.perf_counter()
    sent = send_due(now=now)
    seconds = time.perf_counter() - started
    if sent != count:
        raise SystemExit(f"{sent} of {count} left")
    print(round(seconds, 1))


if __name__ == "__main__":
    main(int(sys.argv[1]))
