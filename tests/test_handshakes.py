"""How a socket is asked for: whatever the address, the origin and the headers say, nobody comes in but by her own
session, and as herself. In the whole stack, and through the real server."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from lms.accounts.models import User
from tests.seminars.rooms import Room, make_room
from tests.sockets import sockets
from tests.world import client_for

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = 100 * int(os.environ.get("FUZZ", "1"))
ORIGIN = "http://localhost"
FOREIGN = [
    *("https://evil.example", "http://localhost.evil.example", "http://evil.example/localhost", "null", "file://"),
    *("http://evil.example#@localhost", "http://localhost@evil.example", "http://*", "http://.localhost"),
    *("http://xn--ls8h.localhost.evil.example", "http://localhost:80@evil.example:80", "javascript://evil.example"),
]
NO_ADDRESS = ["", "localhost", "http://", "http://[", "http://[::1", "http://localhost:99999", "http://localhost:abc"]
"""Our server refuses these itself, before the application is asked."""

pytestmark = pytest.mark.xdist_group("handshakes")  # one process: they share a database


@pytest.fixture(scope="module")
def places(own_database: None) -> dict[str, Any]:
    """What the tests of this module share, made by the first of them."""
    return {}


@pytest.fixture
def room(places: dict[str, Any]) -> Room:
    if "room" not in places:
        places["room"] = make_room()
    found: Room = places["room"]
    return found


def session_of(client: Client) -> str:
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


# --- The whole stack --------------------------------------------------------------------------------------------------

BYTES = st.binary(max_size=60) | st.sampled_from(
    [b"", b"\xff\xfe", b"a\0b", b"x" * 5_000, b";;=;=a;sessionid", b"%zz%00"]
)
HEADERS = st.sampled_from(
    [b"host", b"origin", b"cookie", b"x-forwarded-for", b"x-forwarded-host", b"authorization", b"remote-user"]
)
PATHS = st.sampled_from(
    ["", "/", "/ws/", "/ws/notifications", "/ws/notifications/\0", "//ws/notifications/", "/ws/../ws/"]
)
ODD = {
    "origin": (st.sampled_from([ORIGIN, *FOREIGN]).map(str.encode) | BYTES).filter(lambda value: b"[" not in value),
    "headers": st.lists(st.tuples(HEADERS, BYTES), max_size=4),
    "cookie": BYTES.map(lambda value: b"sessionid=" + value) | BYTES,
    "path": PATHS | st.text(max_size=30).map(lambda word: f"/ws/{word}/"),
    "query": BYTES | BYTES.map(lambda value: b"device=" + value),
    "protocols": st.lists(st.text(max_size=10), max_size=3),
}


def test_no_handshake_however_odd_is_an_error_or_lets_anybody_in(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    paths = [room.path, "/ws/notifications/", "/ws/device-test/"]

    @hypothesis_settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries(ODD), st.sampled_from(paths), st.booleans())
    def one(odd: dict[str, Any], path: str, is_known: bool) -> None:
        headers = [(b"origin", odd["origin"]), (b"cookie", odd["cookie"]), *odd["headers"]]
        asked = WebsocketCommunicator(sockets, path if is_known else odd["path"], headers, odd["protocols"])
        asked.scope["query_string"] = odd["query"]
        assert not runner.run(is_let_in(asked))

    with asyncio.Runner() as runner:
        one()
    assert [record.getMessage() for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []


async def is_let_in(asked: WebsocketCommunicator) -> bool:
    let_in, _code = await asked.connect(timeout=10)
    await asked.disconnect(timeout=10)
    return bool(let_in)


# --- The real server --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Served:
    """The academy behind our own server, on the database of this module."""

    port: int
    log: Path

    def dial(self, path: str, session: str = "", *, host: str = "localhost", **options: Any) -> ClientConnection:
        """A client of our pages' origin; `host` is what it calls the server."""
        line = socket.create_connection(("127.0.0.1", self.port))
        headers = options.pop("headers", {})
        cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {}
        known: dict[str, Any] = {"origin": ORIGIN, "compression": None, "ping_interval": None, "max_queue": 1_000}
        known |= {"sock": line, "additional_headers": cookie | headers}
        client: ClientConnection = connect(f"ws://{host}:{self.port}{path}", **known | options)
        return client

    def answers(self, request: bytes) -> bytes:
        """The first line of the answer to a request that no library would send."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall(request)
            return line.recv(500).partition(b"\r\n")[0]


@pytest.fixture(scope="module")
def served(own_database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    folder = tmp_path_factory.mktemp("handshakes")
    log = folder / "server.log"
    env = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    env |= {"DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}", "VAR_DIR": str(folder)}
    command = [sys.executable, "-m", "lms.kit.server", "-v", "0", "-p", str(port), "lms.asgi:application"]
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)
        try:
            deadline = time.monotonic() + 90
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                    break
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            yield Served(port, log)
        finally:
            server.terminate()
            server.wait(timeout=20)
    assert "Traceback" not in log.read_text(), log.read_text()[-4_000:]


def hears(client: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of this type; others are passed over."""
    while True:
        message: dict[str, Any] = json.loads(client.recv(timeout=20))
        if message["type"] == kind:
            return message


def says(client: ClientConnection, kind: str, **fields: Any) -> None:
    client.send(json.dumps({"type": kind, **fields}))


def code_of(client: ClientConnection) -> int:
    """What the client is hung up with, whatever it hears before."""
    try:
        while True:
            client.recv(timeout=20)
    except ConnectionClosed as closed:
        return int(closed.rcvd.code) if closed.rcvd else 0


def is_refused(served: Served, path: str, session: str = "", *, status: int = 403, **options: Any) -> bool:
    try:
        with served.dial(path, session, **options):
            return False
    except InvalidStatus as refused:
        return refused.response.status_code == status


@pytest.mark.slow  # a server of its own, with SQLite
def test_a_foreign_origin_is_forbidden(served: Served, room: Room) -> None:
    session = session_of(client_for(room.learner))
    assert not is_refused(served, room.path, session)
    assert is_refused(served, room.path)
    assert is_refused(served, room.path, session, origin=None)
    for origin in FOREIGN:
        assert is_refused(served, room.path, session, origin=origin), origin
    for origin in NO_ADDRESS:
        assert is_refused(served, room.path, session, origin=origin, status=400), origin


def forged(host: User) -> dict[str, dict[str, str]]:
    person = str(host.public_id)
    return {
        "address": {
            "X-Forwarded-For": "127.0.0.1, ::1",
            "X-Real-IP": "127.0.0.1",
            "Forwarded": "for=127.0.0.1;proto=https",
        },
        "site": {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "1"},
        "name": {"Remote-User": host.email, "X-Remote-User": person, "X-Forwarded-User": person, "REMOTE_USER": person},
        "right": {"Authorization": f"Bearer {person}", "X-CSRFToken": "a" * 64, "X-User-Id": str(host.pk)},
        "protocol": {"Sec-WebSocket-Protocol": "host, admin, graphql-ws"},
        "extension": {"Sec-WebSocket-Extensions": "permessage-deflate; server_max_window_bits=15, x-none"},
        "cookies": {
            "Cookie2": f"sessionid={person}",
            "Referer": "https://evil.example/",
            "Sec-Fetch-Site": "cross-site",
        },
        "verb": {"X-HTTP-Method-Override": "DELETE", "X-Original-URL": "/ws/notifications/", "Range": "bytes=0-"},
    }


@pytest.mark.slow
def test_forged_headers_change_nothing(served: Served, room: Room) -> None:
    """She is greeted as herself, and can do what she could; nobody comes in by them."""
    session, path = session_of(client_for(room.learner)), f"{room.path}?device=0123456789"
    with served.dial(path, session) as client:
        plain = hears(client, "hello")
    assert (plain["client"], plain["role"]) == (f"{room.learner.public_id}.0123456789", "participant")
    moving = {"count": 0, "seq": 0, "now": ""}
    for name, headers in forged(room.host).items():
        assert is_refused(served, room.path, headers=headers), name
        with served.dial(path, session, headers=headers) as client:
            assert client.subprotocol is None, name
            assert client.protocol.extensions == [], name
            assert hears(client, "hello") | moving == plain | moving, name
            says(client, "room", what="lock")
            assert hears(client, "refused")["code"] == "not-allowed", name
    with served.dial(path, session, host="evil.example") as client:
        assert hears(client, "hello")["role"] == "participant"
    assert is_refused(served, room.path, host="evil.example")


@pytest.mark.slow
def test_a_session_that_is_not_hers_is_nobodys(served: Served, room: Room) -> None:
    client = client_for(room.learner)
    own, hosts = session_of(client), str(room.host.public_id)
    other = "b" if own[0] == "a" else "a"
    for guess in (
        hosts,
        str(room.host.pk),
        other + own[1:],
        own.upper(),
        own[:-1],
        own * 2,
        "a" * 32,
        "a" * 5_000,
        "%00",
    ):
        assert is_refused(served, room.path, guess), guess
    for cookie in ("sessionid", "sessionid=", f"Sessionid={own}", f"csrftoken={own}", f"a=b sessionid={own}", ";=;"):
        assert is_refused(served, room.path, headers={"Cookie": cookie}), cookie
    with served.dial(room.path, headers={"Cookie": f"user={hosts}; sessionid={own}; role=host"}) as let_in:
        assert hears(let_in, "hello")["client"].startswith(str(room.learner.public_id))
        client.post("/accounts/logout/")
        # Another process has ended her session; without Redis its word does not come, but the door asks the database.
        assert is_refused(served, room.path, own)


BAD_HANDSHAKES = [
    ("GET /ws/notifications/ HTTP/1.1", ["Sec-WebSocket-Version: 7"]),
    ("GET /ws/notifications/ HTTP/1.1", ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13"]),
    ("GET /ws/notifications/ HTTP/1.1", ["Sec-WebSocket-Version: x"]),
    ("GET /ws/notifications/ HTTP/1.1", ["Sec-WebSocket-Protocol: ,,a b;\x01,\xff"]),
    ("GET /ws/notifications/ HTTP/1.1", ["Sec-WebSocket-Protocol: a, a"]),
    ("GET /ws/notifications/ HTTP/1.1", ["Sec-WebSocket-Extensions: permessage-deflate; x=y, ="]),
    ("GET /ws/notifications/ HTTP/1.1", ["Sec-WebSocket-Key: short"]),
    ("GET /ws/notifications/ HTTP/1.1", ["Origin: http://["]),
    ("GET /ws/notifications/ HTTP/1.1", ["Cookie: sessionid=\xff\xfe"]),
    ("GET /ws/%ff%00/ HTTP/1.1", []),
    ("GET /ws/\xff/ HTTP/1.1", []),
    ("GET /ws/notifications/?device=%00&\xff HTTP/1.1", []),
    ("GET http://evil.example/ws/notifications/ HTTP/1.1", []),
    ("POST /ws/notifications/ HTTP/1.1", ["Content-Length: 2"]),
    ("GET /ws/notifications/ HTTP/1.0", []),
]


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(BAD_HANDSHAKES)))
def test_a_handshake_that_is_none_is_refused(served: Served, number: int) -> None:
    """By an answer of a client's mistake, without an error of ours."""
    first, more = BAD_HANDSHAKES[number]
    usual = {"Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade", "Origin": ORIGIN}
    usual |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
    given_names = {line.partition(":")[0] for line in more}
    lines = [first, *(f"{name}: {value}" for name, value in usual.items() if name not in given_names), *more]
    answer = served.answers(("\r\n".join(lines) + "\r\n\r\n{}").encode("latin1"))
    assert answer.split()[1][:1] == b"4", answer


@pytest.mark.slow
def test_whoever_does_too_much_is_cut_off_and_the_others_hear_on(served: Served, room: Room) -> None:
    """Two megabytes and a flood, while a host speaks; who floods does not even read."""
    people = [session_of(client_for(person)) for person in (room.host, room.learner, room.classmate, room.classmate)]
    heard: list[str] = []

    def listen(listener: ClientConnection) -> None:
        while len(heard) < 4:
            heard.append(hears(listener, "message")["text"])

    with contextlib.ExitStack() as stack:
        host, listener, flooding, long = (stack.enter_context(served.dial(room.path, one)) for one in people)
        for client in (host, listener, flooding, long):
            hears(client, "hello")
        reader = Thread(target=listen, args=[listener])
        reader.start()
        with contextlib.suppress(ConnectionClosed):
            long.send("a" * 2 * 1024 * 1024)
        for number in range(4):
            with contextlib.suppress(ConnectionClosed):
                for _again in range(500):
                    says(flooding, "typing")
            says(host, "say", id=str(uuid.uuid4()), text=f"Mot {number}", reply=None)
        reader.join(timeout=60)
        assert heard == [f"Mot {number}" for number in range(4)]
        assert (code_of(long), code_of(flooding)) == (1009, 4429)
