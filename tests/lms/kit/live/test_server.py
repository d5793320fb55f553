"""Sockets through our real server: the longest frame, frames that are none, and a client that does not read."""

import base64
import contextlib
import json
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from lms.kit.server import LONGEST_FRAME

ROOT = Path(__file__).resolve().parents[4]
SAID = 2_000


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("sockets") / "server.log"
    command = [sys.executable, "-m", "lms.kit.server", "-v", "0", "-p", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, "tests.lms.kit.live.socket_app:application"], cwd=ROOT, stdout=output, stderr=output
        )
        try:
            deadline = time.monotonic() + 60
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                    break
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=20)
    assert "Traceback" not in log.read_text(), log.read_text()[-4_000:]


def dial(port: int, path: str, *, small: bool = False, compression: str | None = None) -> ClientConnection:
    line = socket.socket()
    if small:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    line.connect(("127.0.0.1", port))
    queue = 1 if small else 100
    address = f"ws://127.0.0.1:{port}{path}"
    # No ping of its own: it is the server that must notice who does not read.
    return connect(address, sock=line, max_size=None, max_queue=queue, compression=compression, ping_interval=None)


def test_a_frame_of_64_kb_passes_and_a_longer_one_closes(port: int) -> None:
    with dial(port, "/echo") as client:
        client.send("a" * LONGEST_FRAME)
        assert len(client.recv(timeout=10)) == LONGEST_FRAME
        client.send("a" * (LONGEST_FRAME + 1))
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


MB_2 = 2 * 1024 * 1024
TOO_LONG: dict[str, str | bytes | list[str]] = {
    "text": "a" * MB_2,
    "bytes": b"a" * MB_2,
    "pieces": ["a" * 32_768] * 64,
}


@pytest.mark.parametrize("compression", [None, "deflate"])
@pytest.mark.parametrize("sort", TOO_LONG)
def test_two_megabytes_close_and_the_others_are_served(port: int, sort: str, compression: str | None) -> None:
    """In one frame or in many; no compression is agreed to, so that little never becomes much."""
    with dial(port, "/echo") as other, dial(port, "/echo", compression=compression) as client:
        assert client.protocol.extensions == []
        with contextlib.suppress(ConnectionClosed):
            client.send(TOO_LONG[sort])
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009
        other.send("Bonjour")
        assert other.recv(timeout=10) == "Bonjour"


MASK = b"\0\0\0\0"  # leaves the bytes as they are
BAD_FRAMES: dict[str, tuple[bytes, int]] = {
    "two megabytes announced": (b"\x81\xff" + struct.pack("!Q", MB_2) + MASK, 1009),
    "all the memory there is announced": (b"\x81\xff" + struct.pack("!Q", 2**62) + MASK, 1009),
    "more than there are numbers": (b"\x81\xff" + struct.pack("!Q", 2**63) + MASK, 1002),
    "not UTF-8": (b"\x81\x82" + MASK + b"\xc3\x28", 1007),
    "half an emoji": (b"\x81\x83" + MASK + b"\xed\xa0\xbd", 1007),
    "not masked": (b"\x81\x02hi", 1002),
    "said to be compressed": (b"\xc1\x82" + MASK + b"hi", 1002),
    "of no sort": (b"\x83\x82" + MASK + b"hi", 1002),
    "the end of nothing": (b"\x80\x82" + MASK + b"hi", 1002),
    "a long ping": (b"\x89\xfe" + struct.pack("!H", 200) + MASK + b"a" * 200, 1002),
}


@pytest.mark.parametrize("sort", BAD_FRAMES)
def test_a_frame_that_is_none_closes(port: int, sort: str) -> None:
    frame, code = BAD_FRAMES[sort]
    with shake_hands(port) as line:
        line.sendall(frame)
        assert line.recv(1)[0] == 0x88
        assert struct.unpack("!H", line.recv(3)[1:]) == (code,)


@contextlib.contextmanager
def shake_hands(port: int) -> Iterator[socket.socket]:
    """A line on which anything can be sent: a client that keeps to the protocol would not."""
    key = base64.b64encode(os.urandom(16)).decode()
    asked = (
        f"GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(f"{asked}Sec-WebSocket-Version: 13\r\n\r\n".encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += line.recv(1)
        assert answer.startswith(b"HTTP/1.1 101"), answer
        yield line


def _codes(port: int) -> list[int]:
    """How calls were ended, once one has been: the server hangs up in its own time."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with dial(port, "/codes") as told:
            if codes := json.loads(told.recv(timeout=10)):
                return list(codes)
        time.sleep(0.2)
    return []


def test_a_client_that_does_not_read_is_cut_off_and_the_others_miss_nothing(port: int) -> None:
    heard: list[int] = []

    def read(quick: ClientConnection) -> None:
        while len(heard) < SAID:
            heard.append(json.loads(quick.recv(timeout=60))["seq"])

    with dial(port, "/listen") as quick, dial(port, "/listen", small=True) as slow:
        reader = Thread(target=read, args=[quick])
        reader.start()
        with dial(port, "/speak") as speaker:
            assert speaker.recv(timeout=90) == "said"
        reader.join(timeout=60)
        assert heard == list(range(1, SAID + 1))
        assert _codes(port) == [4408]
        slow.socket.close()
