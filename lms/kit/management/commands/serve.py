"""Web and worker in one command: all a small academy needs on one machine."""

import errno
import os
import socket
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Start the web server (Daphne) and the task worker together; Ctrl-C stops both."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on.")
        parser.add_argument("--port", type=int, default=8000, help="Port to listen on.")
        parser.add_argument("--words", default="", help="What to say once the academy is open.")

    def handle(self, *args: Any, host: str, port: int, words: str, **options: Any) -> None:
        check_port_is_free(host, port)
        # In place of this process: it would keep all of Django in memory to wait for two others.
        os.execv(sys.executable, [sys.executable, "-m", "lms.kit.processes", host, str(port), words])  # noqa: S606


def check_port_is_free(host: str, port: int) -> None:
    """Raises CommandError with what to do when something else listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            raise CommandError(
                _("Port %(port)s is already taken. Stop what uses it, or choose another one: make demo PORT=%(other)s")
                % {"port": port, "other": port + 1}
            ) from None
