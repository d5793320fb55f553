"""Measures what the bridge is for: its requests per second against Django's own ASGI handler, under one Daphne."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.bench.load import run

ROOT = Path(__file__).resolve().parents[2]
BAR = 4.0
"""How many times faster the bridge must be (the issue's figure)."""

SETUP = """
from tests.bench import bridge_site
from django.core.management import call_command
from django.contrib.sessions.backends.db import SessionStore
call_command("migrate", verbosity=0)
session = SessionStore()
session["name"] = "Lina"
session.create()
print(session.session_key)
"""


def bridge_ratio(*, rounds: int = 5, seconds: float = 2, connections: int = 8) -> dict[str, float]:
    """Medians of both in requests per second (`django_rps`, `bridge_rps`), and of the rounds' ratios (`ratio`).

    The two are measured in turn, round after round, so that whatever else the machine does weighs on both; `lowest`
    and `highest` are the extremes of the ratio, without which a single figure would say more than was measured.
    Raises: RuntimeError when a request failed, because the figures would then mean nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "BENCH_DATABASE": str(Path(folder) / "bench.sqlite3")}
        made = subprocess.run(
            [sys.executable, "-c", SETUP], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        cookies = {"sessionid": made.stdout.strip()}
        with (
            _daphne("tests.bench.bridge_site:django_asgi", environment) as django_url,
            _daphne("tests.bench.bridge_site:bridge", environment) as bridge_url,
        ):
            pairs = [
                [_rps(url, cookies, connections, seconds) for url in (django_url, bridge_url)]
                for _ in range(rounds + 1)
            ][1:]  # the first warms both
    ratios = [bridge / django for django, bridge in pairs]
    return {
        "django_rps": median(django for django, _ in pairs),
        "bridge_rps": median(bridge for _, bridge in pairs),
        "ratio": round(median(ratios), 2),
        "lowest": round(min(ratios), 2),
        "highest": round(max(ratios), 2),
    }


def _rps(url: str, cookies: dict[str, str], connections: int, seconds: float) -> float:
    result = run(url, cookies, connections=connections, seconds=seconds)
    if result.errors:
        raise RuntimeError(f"{result.errors} of {result.requests} requests to {url} failed")
    return result.rps


@contextmanager
def _daphne(application: str, environment: dict[str, str]) -> Iterator[str]:
    """Our Daphne serving `application` on a free port; gives its URL."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "lms.kit.server", "-v", "0", "-p", str(port), application], cwd=ROOT, env=environment
    )
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(15)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    figures = bridge_ratio()
    print(f"Django's ASGI handler  {figures['django_rps']:8.1f} requests/s")
    print(f"The bridge             {figures['bridge_rps']:8.1f} requests/s")
    print(
        f"Ratio                  {figures['ratio']:8.2f} (at least {BAR}; {figures['lowest']} to {figures['highest']})"
    )
