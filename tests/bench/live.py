"""A room of a thousand: chat heard by all, what it costs beside a bare broadcast, a restart, a slow reader.

The crowd, the servers and Redis share the same processors: ratios are to be read, not milliseconds. LIVE_PEOPLE and
LIVE_SECONDS make it smaller, for a try.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.live_media import janus_rows
from tests.bench.rows import Group, Row
from tests.bench.servers import ROOT, Server, daphne, free_port, other_server
from tests.bench.sites import site

PEOPLE = int(os.environ.get("LIVE_PEOPLE", "1000"))
SECONDS = float(os.environ.get("LIVE_SECONDS", "60"))
RATE = 5
"""Chat messages a second."""
TAIL, COST, KILOBYTES = 4, 8, 60
CARRIED, JOINS = 1.6, 10
DISTURBED, SLOW_MB = 20, 5
SAID = "Chez nous, une affiche par atelier suffit : la date, le lieu, le prénom de qui accueille. Et chez vous ?"
LONG = f"{SAID} " * 9
"""What a slow reader cannot follow: five of these a second are forty times what she takes."""


class Crowd:
    """The process of `tests.bench.live_crowd`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._orders, self._answers = process.stdin, process.stdout

    def do(self, what: str, **order: Any) -> dict[str, Any]:
        self._orders.write(json.dumps({"do": what, **order}) + "\n")
        self._orders.flush()
        told = self._answers.readline()
        if not told:
            raise RuntimeError("the crowd is gone")
        answer: dict[str, Any] = json.loads(told)
        return answer


def rows() -> Iterator[Row]:
    group = Group("live")
    _open_files()
    with site("live") as academy, _redis() as redis, crowd() as people:
        environment = academy.environment | {"REDIS_URL": redis}
        room = json.loads(academy.run("-m", "tests.bench.live_academy", str(PEOPLE + 1), REDIS_URL=redis))
        slow, sessions = room["sessions"][0], room["sessions"][1:]
        path = room["path"]
        with daphne("lms.asgi:application", environment) as server:
            one, held = _in_one_process(people, server, path, sessions)
            yield from _beside_bare(group, people, one)
            yield group.at_most(f"memory of one of {PEOPLE:,} connections", held, "kB", KILOBYTES)
        yield from _after_a_restart(group, people, environment, path, sessions)
        yield from _in_two_processes(group, people, environment, path, sessions, one)
        yield from _with_a_slow_reader(group, people, environment, path, sessions, slow)
    yield from janus_rows()


def _in_one_process(people: Crowd, server: Server, path: str, sessions: Sequence[str]) -> tuple[dict[str, Any], float]:
    """What was heard; kB of memory a connection."""
    people.do("join", url=server.url, path=path, sessions=sessions[:20])
    before = server.resident_mb
    people.do("join", url=server.url, path=path, sessions=sessions[20:])
    time.sleep(3)  # the last word of presence
    held = 1000 * (server.resident_mb - before) / max(1, len(sessions) - 20)
    told = _talk(people, [server])
    people.do("leave")
    return told, round(held, 1)


def _beside_bare(group: Group, people: Crowd, ours: Mapping[str, Any]) -> Iterator[Row]:
    command = [sys.executable, "-m", "tests.bench.live_crowd", "serve"]
    with other_server(command) as server:
        people.do("join", url=server.url, path="/", sessions=[""] * PEOPLE)
        bare = _talk(people, [server], example=ours["example"])
        people.do("leave")
    what = f"{PEOPLE:,} people, {RATE} messages a second for {SECONDS:g} s"
    yield group.note(f"{what}: bytes of one", len(ours["example"].encode()), "B")
    delivered = 100 * ours["heard"] / ours["wanted"]
    yield group.at_least(f"{what}: delivered", round(delivered, 4), "%", 100)
    yield group.at_most(f"{what}: different orders heard", ours["orders"], "", 1)
    for name in ("p50", "p99"):
        yield group.note(f"{what}: {name}", round(ours[name], 1), "ms")
        yield group.note(f"the same, broadcast by a bare server: {name}", round(bare[name], 1), "ms")
    yield group.at_most("p99 ÷ of the bare broadcast", round(ours["p99"] / bare["p99"], 2), "×", TAIL)
    yield group.note("server CPU of a delivery", round(ours["cpu"][0], 1), "µs")
    yield group.note("server CPU of a bare delivery", round(bare["cpu"][0], 1), "µs")
    yield group.at_most("CPU of a delivery ÷ of a bare one", round(ours["cpu"][0] / bare["cpu"][0], 2), "×", COST)


def _after_a_restart(
    group: Group, people: Crowd, environment: Mapping[str, str], path: str, sessions: Sequence[str]
) -> Iterator[Row]:
    """Everybody comes back at the very moment the new process answers; browsers spread themselves over 30 seconds."""
    with daphne("lms.asgi:application", environment) as server:
        told = people.do("join", url=server.url, path=path, sessions=sessions)
        people.do("leave")
    name = f"{PEOPLE:,} joins after a restart, each greeted and shown the room"
    yield group.at_most(name, round(told["seconds"], 1), "s", JOINS)


def _in_two_processes(
    group: Group,
    people: Crowd,
    environment: Mapping[str, str],
    path: str,
    sessions: Sequence[str],
    one: Mapping[str, Any],
) -> Iterator[Row]:
    """Crowd, Redis and two servers do not fit on two cores at once: what the busier process spends on the same room is
    compared with what one process spends, which says how much more two of them would carry."""
    with ExitStack() as stack:
        servers = [stack.enter_context(daphne("lms.asgi:application", environment)) for _ in range(2)]
        for number, server in enumerate(servers):
            people.do("join", url=server.url, path=path, sessions=sessions[number::2])
        time.sleep(3)
        two = _talk(people, servers)
        people.do("leave")
    yield group.at_least("two processes: delivered", round(100 * two["heard"] / two["wanted"], 4), "%", 100)
    yield group.at_most("two processes: different orders heard", two["orders"], "", 1)
    cores = os.cpu_count() or 1
    carried = one["cpu"][0] / max(two["cpu"])
    name = f"two processes carry, by the CPU of the busier one ({cores} cores here)"
    yield group.at_least(name, round(carried, 2), "×", CARRIED)


def _with_a_slow_reader(
    group: Group, people: Crowd, environment: Mapping[str, str], path: str, sessions: Sequence[str], slow: str
) -> Iterator[Row]:
    """The same talk of long messages without her, with her, and without her again, in one process."""
    with daphne("lms.asgi:application", environment) as server:
        people.do("join", url=server.url, path=path, sessions=sessions)
        time.sleep(3)
        _talk(people, [server], text=LONG, seconds=SECONDS / 4)  # what a first minute allocates is there already
        without = _talk(people, [server], text=LONG, seconds=SECONDS / 2)
        before = server.resident_mb
        people.do("slow", url=server.url, path=path, session=slow)
        with_her = _talk(people, [server], text=LONG, seconds=SECONDS / 2)
        added = server.resident_mb - before
        again = _talk(people, [server], text=LONG, seconds=SECONDS / 2)
        people.do("leave")
    usual = max(without["p95"], again["p95"])
    yield group.note("long messages: p95 of everybody", round(usual, 1), "ms")
    change = 100 * (with_her["p95"] / usual - 1)
    yield group.at_most("a reader of 8 kbit/s: change of everybody else’s p95", round(change, 1), "%", DISTURBED)
    yield group.at_most("a reader of 8 kbit/s: memory added", round(added, 1), "MB", SLOW_MB)


def _talk(
    people: Crowd, servers: Sequence[Server], *, text: str = SAID, example: str = "", seconds: float = SECONDS
) -> dict[str, Any]:
    """What was heard, and `cpu`: µs of each server for one delivery of the whole room."""
    before = [server.cpu_seconds for server in servers]
    told = people.do("talk", seconds=seconds, rate=RATE, text=text, example=example)
    if told["refused"] or told["hung_up"]:
        raise RuntimeError(f"{told['refused']} messages were refused, {told['hung_up']} clients were hung up on")
    spent = [server.cpu_seconds - was for server, was in zip(servers, before, strict=True)]
    return told | {"cpu": [1e6 * seconds / told["wanted"] for seconds in spent]}


@contextmanager
def crowd() -> Iterator[Crowd]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.live_crowd"],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield Crowd(process)
    finally:
        process.terminate()
        process.wait(15)


@contextmanager
def _redis() -> Iterator[str]:
    """The server that REDIS_URL names, or one of our own."""
    if given := os.environ.get("REDIS_URL"):
        yield given
        return
    program = shutil.which("redis-server")
    if program is None:
        raise RuntimeError("redis-server is needed: apt-get install redis-server, or set REDIS_URL")
    port = str(free_port())
    with TemporaryDirectory() as folder:
        command = [
            program,
            "--port",
            port,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            folder,
            "--loglevel",
            "warning",
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(15)


def _open_files() -> None:
    """A thousand sockets need as many files, in the servers that are started from here."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
