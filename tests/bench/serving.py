"""What one Daphne process serves beside reference R, and what it then holds in memory."""

from collections.abc import Iterator
from statistics import median

from tests.bench.load import Result, run
from tests.bench.rows import Group, Row
from tests.bench.servers import Server, daphne, granian
from tests.bench.sites import Learner, Site

ROUNDS = 3
SECONDS = 5.0
SHARES = {"lesson": 20, "learner home": 15, "quiz question": 15}
"""At least this percentage of R's requests per second."""
TAIL = 4
"""p99 is at most so many times p50."""
MIXED = 10_000
RESIDENT_MB = 250
STATIC = "/static/portal/icons.svg"
CSRF = "b" * 32


def serving(group: Group, site: Site, learner: Learner) -> Iterator[Row]:
    """R and our pages in turn, round after round, 8 connections; then ten thousand requests of every kind."""
    with (
        granian("tests.bench.reference_site:application", site.environment) as reference,
        daphne("lms.asgi:application", site.environment) as ours,
    ):
        yield from _beside_reference(group, reference, ours, learner)
        _mixed_requests(ours, learner)
        yield group.at_most(
            f"one web process after {MIXED:,} mixed requests: memory", ours.resident_mb, "MB", RESIDENT_MB
        )


def _beside_reference(group: Group, reference: Server, ours: Server, learner: Learner) -> Iterator[Row]:
    targets = {"R": (reference, "/")} | {name: (ours, learner.pages[name]) for name in SHARES}
    for server, path in targets.values():
        _load(server, learner, path, seconds=1)  # warms caches and threads
    rounds = [
        {name: _load(server, learner, path, seconds=SECONDS) for name, (server, path) in targets.items()}
        for _ in range(ROUNDS)
    ]
    rps = {name: median(one[name].rps for one in rounds) for name in targets}
    yield group.note("R: requests per second", rps["R"], "/s")
    for name, bar in SHARES.items():
        yield group.note(f"{name}: requests per second", rps[name], "/s")
        share = median(100 * one[name].rps / one["R"].rps for one in rounds)
        yield group.at_least(f"{name}: share of R’s requests per second", round(share, 1), "%", bar)
        tail = median(one[name].p99_ms / one[name].p50_ms for one in rounds)
        yield group.at_most(f"{name}: p99 ÷ p50", round(tail, 2), "×", TAIL)


def _load(server: Server, learner: Learner, path: str, *, seconds: float) -> Result:
    return _sound(run(server.url, {"sessionid": learner.session}, seconds=seconds, paths=[path]), path)


def _mixed_requests(server: Server, learner: Learner) -> None:
    """Pages, drafts of answers and a file in turn for a learner; the login page for a stranger."""
    draft = (learner.question, f"csrfmiddlewaretoken={CSRF}&save=1&choice=1")
    paths = [*learner.pages.values(), STATIC]
    cookies = {"sessionid": learner.session, "csrftoken": CSRF}
    strangers = MIXED // (len(paths) + 2)
    _sound(run(server.url, cookies, paths=paths, posts=[draft], total=MIXED - strangers), "the mixed requests")
    _sound(run(server.url, paths=["/accounts/login/"], total=strangers), "the login page")


def _sound(result: Result, what: str) -> Result:
    """Raises: RuntimeError when a request failed, because the figures would then mean nothing."""
    if result.errors:
        raise RuntimeError(f"{result.errors} of {result.requests} requests for {what} failed")
    return result
