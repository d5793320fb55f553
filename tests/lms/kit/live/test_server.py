"""Sockets through our real server: the longest frame, and a client that does not read."""

import contextlib
import json
import socket
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


def dial(port: int, path: str, *, small: bool = False) -> ClientConnection:
    line = socket.socket()
    if small:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    line.connect(("127.0.0.1", port))
    queue = 1 if small else 100
    address = f"ws://127.0.0.1:{port}{path}"
    # No ping of its own: it is the server that must notice who does not read.
    return connect(address, sock=line, max_size=None, max_queue=queue, compression=None, ping_interval=None)


def test_a_frame_of_64_kb_passes_and_a_longer_one_closes(port: int) -> None:
    with dial(port, "/echo") as client:
        client.send("a" * LONGEST_FRAME)
        assert len(client.recv(timeout=10)) == LONGEST_FRAME
        client.send("a" * (LONGEST_FRAME + 1))
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


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
