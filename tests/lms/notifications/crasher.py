"""A process that forks others to be killed: `worker <now>` sends the outbox, `web <number>` tells people.

It reads one order a line and answers with the child's process id; a child's own words follow on the same pipe.
"""

import faulthandler
import os
import sys
from datetime import datetime

import django

PATIENCE = 90
"""Seconds."""


def main() -> None:
    django.setup()
    for line in sys.stdin:
        order, _, argument = line.strip().partition(" ")
        child = os.fork()
        if child == 0:
            faulthandler.dump_traceback_later(PATIENCE, exit=True)  # a child that hangs says where, and ends
            {"worker": send, "web": tell}[order](argument)
            os._exit(0)
        say(str(child))
        _pid, status = os.waitpid(child, 0)
        say(f"ended {status}")


def send(argument: str) -> None:
    from lms.notifications.services.outbox import send_due

    send_due(now=datetime.fromisoformat(argument))


def tell(argument: str) -> None:
    from django.db import transaction
    from django.utils import timezone

    from lms.accounts.models import User
    from lms.notifications.registry import Kind
    from lms.notifications.services import Message, notify

    kind = Kind(code="tests.crash", label="A crash", group="Tests", is_urgent=True)
    people = list(User.objects.filter(email__startswith="crash").order_by("pk"))
    for number in range(6):
        key = f"{argument}:{number}"
        with transaction.atomic():
            for person in people:
                notify(kind=kind, recipient=person, key=key, message=lambda: Message("Said"), now=timezone.now())
        # Said only once it is committed: what was acknowledged may not be lost.
        say(f"told {key}")


def say(line: str) -> None:
    """In one writing: `print` makes two of it where output is not buffered, and a child may be killed in between."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
