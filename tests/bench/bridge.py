"""Measures what the bridge is for: its requests per second against Django's own ASGI handler, under one Daphne."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.bench.load import run
from tests.bench.servers import ROOT, daphne

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
            daphne("tests.bench.bridge_site:django_asgi", environment) as theirs,
            daphne("tests.bench.bridge_site:bridge", environment) as ours,
        ):
            pairs = [
                [_rps(server.url, cookies, connections, seconds) for server in (theirs, ours)]
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


if __name__ == "__main__":
    figures = bridge_ratio()
    print(f"Django's ASGI handler  {figures['django_rps']:8.1f} requests/s")
    print(f"The bridge             {figures['bridge_rps']:8.1f} requests/s")
    print(
        f"Ratio                  {figures['ratio']:8.2f} (at least {BAR}; {figures['lowest']} to {figures['highest']})"
    )
