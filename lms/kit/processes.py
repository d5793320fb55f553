"""Runs several commands as one: started together, stopped together, none left behind.

`python -m lms.kit.processes HOST PORT [WORDS]` is the academy: web server and worker; it says WORDS once somebody can
come in. It needs nothing of Django itself, so that who only waits for the others is a small process, and starts them
at once.
"""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import FrameType

_PATIENCE = 8  # seconds between asking a process to stop and ending it


def run_together(commands: Mapping[str, Sequence[str]], door: tuple[str, int] | None = None, words: str = "") -> int:
    """Start each command, wait for the first that ends or for Ctrl-C or SIGTERM, then stop the others.

    Says `words` once `door` (host, port) is open. Returns 0 when a person stopped them, else the exit code of the one
    that ended by itself.
    """
    asked: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    previous = {number: signal.signal(number, remember) for number in (signal.SIGINT, signal.SIGTERM)}
    # A session of its own for each: Ctrl-C in the terminal reaches us alone, and we stop them in order.
    running = {name: subprocess.Popen(command, start_new_session=True) for name, command in commands.items()}
    try:
        while not asked:
            if door and words and _is_open(door):
                print(words, flush=True)  # noqa: T201
                words = ""
            for name, process in running.items():
                if (code := process.poll()) is not None:
                    print(f"{name} ended by itself (exit code {code}).", file=sys.stderr)  # noqa: T201
                    return code or 1
            time.sleep(0.2)
        return 0
    finally:
        _stop(running)
        for number, handler in previous.items():
            signal.signal(number, handler)


def academy(host: str, port: str) -> dict[str, list[str]]:
    """The commands that make an academy on one machine."""
    web = [sys.executable, "-m", "lms.kit.server", "--bind", host, "--port", port, "--verbosity", "0"]
    return {
        "The web server": [*web, "lms.asgi:application"],
        "The task worker": [sys.executable, "manage.py", "ox_worker", "--verbosity", "0"],
    }


def _is_open(door: tuple[str, int]) -> bool:
    with suppress(OSError), socket.create_connection(door, timeout=1):
        return True
    return False


def _stop(running: Mapping[str, "subprocess.Popen[bytes]"]) -> None:
    for process in running.values():
        process.terminate()
    deadline = time.monotonic() + _PATIENCE
    for process in running.values():
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    host, port = sys.argv[1:3]
    sys.exit(run_together(academy(host, port), (host, int(port)), "".join(sys.argv[3:])))
