"""A new post reaches every open page of its thread: what that costs the server, beside a bare broadcast.

Run by itself: `python -m tests.bench.community_live serve PORT` is the bare server (a client that sends it a text
has it sent to everybody); `… open` holds the pages: it reads an order in JSON, says `ready`, and for each count of
messages it then reads, waits until everybody has heard as many more, and says how many came and what the first was.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from statistics import median
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from tests.bench.community_sites import Forum, Forums
from tests.bench.load import run
from tests.bench.rows import Group, Row
from tests.bench.servers import ROOT, Server, daphne, other_server

PAGES = 500
POSTS_A_ROUND = 20
ROUNDS = 3
TIMES = 10
PATIENCE = 60
"""Seconds until a message that has not come is lost."""
CSRF = "b" * 32
SAID = (
    "Chez nous, **une affiche par atelier** suffit : la date, le lieu, et le prénom de la personne qui accueille.\n\n"
    "- imprimée en grand, sur du papier jaune ;\n- posée à la hauteur des yeux, près de la machine à café ;\n"
    "- relue par quelqu’un qui n’y connaît rien.\n\nEt vous, comment faites-vous quand le lieu change ?"
)


class Pages:
    """The pages that are held open, in a process of their own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._orders, self._answers = process.stdin, process.stdout

    def order(self, what: Any) -> None:
        self._orders.write(json.dumps(what) + "\n")
        self._orders.flush()

    def answer(self) -> Any:
        told = self._answers.readline()
        if not told:
            raise RuntimeError("the open pages are gone")
        return json.loads(told)


def rows(forums: Forums) -> Iterator[Row]:
    group = Group("community")
    site, forum = forums.small, forums.here
    sessions = json.loads(site.run("-m", "tests.bench.community_academy", "crowd", str(PAGES)))
    bare_server = [sys.executable, "-m", "tests.bench.community_live", "serve"]
    with (
        daphne("lms.asgi:application", site.environment) as server,
        other_server(bare_server) as bare,
        _pages(server, forum.socket, sessions) as ours,
        _pages(bare, "/", [""] * PAGES) as theirs,
    ):
        rounds = [_round(server, ours, bare, theirs, forum) for _ in range(ROUNDS + 1)][1:]
    what = f"a post on {PAGES} open pages, {forums.engine}"
    yield group.note(f"{what}: bytes", rounds[0]["bytes"], "B")
    yield group.note(f"{what}: server CPU of a bare delivery", _median(rounds, "bare"), "µs")
    yield group.note(f"{what}: server CPU of a delivery", _median(rounds, "ours"), "µs")
    yield group.note(f"{what}: server CPU of writing one that nobody has open", _median(rounds, "writing"), "ms")
    ratio = median(one["ours"] / one["bare"] for one in rounds)
    yield group.at_most(f"{what}: CPU of a delivery ÷ of a bare one", round(ratio, 2), "×", TIMES)
    yield group.at_most(f"{what}: lost or twice", sum(one["wrong"] for one in rounds), "", 0)


def _median(rounds: list[dict[str, float]], name: str) -> float:
    return round(median(one[name] for one in rounds), 1)


def _round(server: Server, ours: Pages, bare: Server, theirs: Pages, forum: Forum) -> dict[str, float]:
    """Posts are written where nobody has the thread open, then where everybody has: the difference is what telling them
    costs, the making of the fragments included. Then as many bare broadcasts of the same text."""
    before = server.cpu_seconds
    _write(server, forum, forum.answer)
    writing = server.cpu_seconds - before
    before = server.cpu_seconds
    _write(server, forum, forum.answer_short)
    ours.order({"count": POSTS_A_ROUND})
    heard = ours.answer()
    spent = server.cpu_seconds - before - writing
    before = bare.cpu_seconds
    theirs.order({"count": POSTS_A_ROUND, "say": heard["text"]})
    echoed = theirs.answer()
    bare_spent = bare.cpu_seconds - before
    deliveries = POSTS_A_ROUND * PAGES
    if echoed["heard"] != deliveries:
        raise RuntimeError("the bare server lost messages")
    return {
        "bytes": len(heard["text"].encode()),
        "writing": 1e3 * writing / POSTS_A_ROUND,
        "ours": 1e6 * spent / deliveries,
        "bare": 1e6 * bare_spent / deliveries,
        "wrong": abs(deliveries - heard["heard"]) + heard["doubled"],
    }


def _write(server: Server, forum: Forum, path: str) -> None:
    """Posts, one after the other. Raises: RuntimeError when one was refused."""
    said = {"source": SAID, "csrfmiddlewaretoken": CSRF}
    posts = [(path, urlencode(said | {"key": str(uuid4())})) for _ in range(POSTS_A_ROUND)]
    cookies = {"sessionid": forum.session, "csrftoken": CSRF}
    result = run(server.url, cookies, connections=1, paths=(), posts=posts, total=len(posts))
    if result.errors:
        raise RuntimeError(f"{result.errors} of {len(posts)} posts were refused")


@contextmanager
def _pages(server: Server, path: str, sessions: Sequence[str]) -> Iterator[Pages]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.community_live", "open"],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        pages = Pages(process)
        pages.order({"url": server.url, "path": path, "sessions": list(sessions)})
        pages.answer()
        yield pages
    finally:
        process.terminate()
        process.wait(15)


# --- The processes ----------------------------------------------------------------------------------------------------


async def serve(port: int) -> None:
    """The bare server: `websockets`, uncompressed, one text to everybody."""
    from websockets.asyncio.server import ServerConnection, broadcast
    from websockets.asyncio.server import serve as serving
    from websockets.exceptions import ConnectionClosed

    clients: set[ServerConnection] = set()

    async def handle(client: ServerConnection) -> None:
        clients.add(client)
        with suppress(ConnectionClosed):
            async for text in client:
                broadcast(clients, text)
                await asyncio.sleep(0)
        clients.discard(client)

    async with serving(handle, "127.0.0.1", port, compression=None, ping_interval=None) as server:
        await server.serve_forever()


async def hold_open() -> None:
    from websockets.asyncio.client import ClientConnection, connect

    lines = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    order = json.loads(await lines.readline())
    address = order["url"].replace("http", "ws", 1) + order["path"]
    heard: list[list[str]] = [[] for _ in order["sessions"]]
    clients: list[ClientConnection] = []

    async def listen(client: ClientConnection, mine: list[str]) -> None:
        async for text in client:
            if '"type":"post"' in str(text)[:60]:
                mine.append(str(text))  # noqa: PERF401 - it is read while it grows

    async def enter(session: str) -> ClientConnection:
        cookie = {"Cookie": f"sessionid={session}"}
        return await connect(
            address,
            additional_headers=cookie,
            origin=order["url"],
            compression=None,
            ping_interval=None,
            open_timeout=60,
        )

    listening = []
    for start in range(0, len(order["sessions"]), 10):
        some = await asyncio.gather(*(enter(session) for session in order["sessions"][start : start + 10]))
        listening += [asyncio.create_task(listen(client, heard[start + n])) for n, client in enumerate(some)]
        clients += some
    print(json.dumps("ready"), flush=True)
    while line := await lines.readline():
        told = json.loads(line)
        if say := told.get("say"):
            for _ in range(told["count"]):
                await clients[0].send(say)
        patience = PATIENCE * 20
        while patience and min(map(len, heard)) < told["count"]:
            await asyncio.sleep(0.05)
            patience -= 1
        doubled = sum(len(mine) - len(set(mine)) for mine in heard) if not say else 0
        answer = {"heard": sum(map(len, heard)), "doubled": doubled, "text": next((one[0] for one in heard if one), "")}
        for mine in heard:
            mine.clear()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        asyncio.run(serve(int(sys.argv[2])))
    else:
        asyncio.run(hold_open())
