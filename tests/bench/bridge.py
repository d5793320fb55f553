"""Measures what the bridge is for: its requests per second against Django's own ASGI handler, under one Daphne."""

from collections.abc import Iterator
from statistics import median

from tests.bench.load import run
from tests.bench.rows import Group, Row, table
from tests.bench.servers import Server, daphne
from tests.bench.sites import Learner, Site, site

BAR = 4
"""How many times faster the bridge must be (the issue's figure)."""
PATH = "/visited/"
ROUNDS = 5
SECONDS = 2.0


def bridge(group: Group, place: Site, learner: Learner) -> Iterator[Row]:
    """The view behind the academy's own middleware, which the bar is about; then behind that of a new project."""
    yield from _ratio(group, place, learner, "", BAR)
    yield from _ratio(group, place, learner, ", middleware of a new project", None)


def _ratio(group: Group, place: Site, learner: Learner, behind: str, bar: float | None) -> Iterator[Row]:
    """Both in turn, round after round, so that whatever else the machine does weighs on both.

    The median of the rounds' ratios, and their extremes, without which it would say more than was measured.
    """
    # Django's handler complains of each request that is under way when the load ends.
    environment = place.environment | {"LOG_LEVEL": "CRITICAL"} | ({} if bar else {"BENCH_STACK": "new-project"})
    with (
        daphne("tests.bench.bridge_site:django_asgi", environment) as theirs,
        daphne("tests.bench.bridge_site:bridge", environment) as ours,
    ):
        pairs = [[_rps(server, learner) for server in (theirs, ours)] for _ in range(ROUNDS + 1)][1:]  # the first warms
    ratios = [round(by_bridge / by_django, 2) for by_django, by_bridge in pairs]
    yield group.note(f"Django’s ASGI handler{behind}: requests per second", median(pair[0] for pair in pairs), "/s")
    yield group.note(f"the bridge{behind}: requests per second", median(pair[1] for pair in pairs), "/s")
    name = f"the bridge ÷ Django’s ASGI handler{behind}"
    yield group.at_least(name, median(ratios), "×", bar) if bar else group.note(name, median(ratios), "×")
    yield group.note(f"{name}: lowest round", min(ratios), "×")
    yield group.note(f"{name}: highest round", max(ratios), "×")


def _rps(server: Server, learner: Learner) -> float:
    """Requests per second over 8 connections. Raises: RuntimeError when one failed: the figure would mean nothing."""
    result = run(server.url, {"sessionid": learner.session}, connections=8, seconds=SECONDS, paths=[PATH])
    if result.errors:
        raise RuntimeError(f"{result.errors} of {result.requests} requests to {server.url} failed")
    return result.rps


if __name__ == "__main__":
    with site("bridge") as academy:
        [someone] = academy.fill(lessons=10, learners=10)
        print(table(list(bridge(Group("opening"), academy, someone))))
