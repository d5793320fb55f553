"""The bridge, through a real server and raw sockets."""

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPResponse, IncompleteRead
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow  # no database has a part in it

ROOT = Path(__file__).resolve().parents[3]
MEGABYTE = 1024 * 1024
BIG = 20 * MEGABYTE


class Site:
    """A server under test."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.log = log

    def connect(self, *, receive_buffer: int | None = None) -> socket.socket:
        connection = socket.socket()
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", self.port))
        return connection

    def send(self, target: str, *lines: str, method: str = "GET", receive_buffer: int | None = None) -> socket.socket:
        """Send a request head and leave the answer unread."""
        connection = self.connect(receive_buffer=receive_buffer)
        head = [f"{method} {target} HTTP/1.1", "Host: test", "Connection: close", *lines, "", ""]
        connection.sendall("\r\n".join(head).encode("latin-1"))
        return connection

    def ask(self, target: str, *lines: str, method: str = "GET", body: bytes = b"") -> "Answer":
        with closing(self.send(target, *lines, method=method)) as connection:
            connection.sendall(body)
            return Answer(connection, method)

    def json(self, target: str, *lines: str) -> Any:
        return json.loads(self.ask(target, *lines).body)

    def memory(self) -> int:
        """The most memory the server has held so far, in bytes."""
        return int(self.ask("/memory").body) * 1024

    def eventually(self, holds: Callable[[list[str]], bool]) -> bool:
        deadline = time.monotonic() + 10
        while not holds(self.json("/log")):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True


class Answer:
    def __init__(self, connection: socket.socket, method: str = "GET") -> None:
        response = HTTPResponse(connection, method=method)
        response.begin()
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode()


@contextmanager
def serving(folder: Path, application: str, module: str = "lms.kit.server", *options: str) -> Iterator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = folder / f"{application}-{module}.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                module,
                "-v",
                "0",
                "-p",
                str(port),
                *options,
                f"tests.lms.kit.bridge_app:{application}",
            ],
            cwd=ROOT,
            env={**os.environ, "BRIDGE_FOLDER": str(folder)},
            stderr=output,
        )
        site = Site(port, log)
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    site.connect().close()
                    break
                except OSError:
                    assert server.poll() is None, log.read_text()
                    assert time.monotonic() < deadline, log.read_text()
                    time.sleep(0.05)
            yield site
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bridge")
    (folder / "big.bin").write_bytes(b"".join(bytes([number]) * MEGABYTE for number in range(20)))
    return folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    """The bridge with four threads."""
    with serving(folder, "application") as site:
        yield site


@pytest.fixture(scope="module")
def narrow(folder: Path) -> Iterator[Site]:
    """The bridge with one thread, where one request may wait."""
    with serving(folder, "narrow") as site:
        yield site


class TestOrdinaryResponses:
    def test_a_page(self, site: Site) -> None:
        answer = site.ask("/hello")
        assert (answer.status, answer.text) == (200, "hello")
        assert answer.headers["Content-Length"] == "5"
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"

    def test_an_unknown_address_is_answered_by_django(self, site: Site) -> None:
        answer = site.ask("/nowhere")
        assert answer.status == 404
        assert "Not Found" in answer.text

    def test_head_says_the_length_and_sends_nothing(self, site: Site) -> None:
        with closing(site.send("/hello", method="HEAD")) as connection:
            received = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = received.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert b"content-length: 5" in head.lower()
        assert body == b""

    def test_head_of_a_file_closes_the_file(self, site: Site) -> None:
        answer = site.ask("/file", method="HEAD")
        assert answer.headers["Content-Length"] == str(BIG)
        assert answer.body == b""
        assert not any(name.endswith("big.bin") for name in site.json("/open-files"))

    def test_every_cookie_set_arrives(self, site: Site) -> None:
        cookies = site.ask("/two-cookies").headers.get_all("Set-Cookie") or []
        assert [cookie.split(";")[0] for cookie in cookies] == ["one=1", "two=2"]

    def test_one_connection_carries_many_requests(self, site: Site) -> None:
        with closing(site.connect()) as connection:
            for _ in range(3):
                connection.sendall(b"GET /hello HTTP/1.1\r\nHost: test\r\n\r\n")
                assert Answer(connection).text == "hello"

    def test_many_at_once(self, site: Site) -> None:
        with ThreadPoolExecutor(50) as people:
            answers = list(people.map(lambda number: site.ask(f"/seen/{number}?n={number}"), range(200)))
        assert [json.loads(answer.body)["path"] for answer in answers] == [f"/seen/{n}" for n in range(200)]

    def test_database_connections_are_as_many_as_threads(self, site: Site) -> None:
        with ThreadPoolExecutor(12) as people:
            answers = list(people.map(lambda _: site.ask("/connection").text, range(60)))
        assert 2 <= len(set(answers)) <= 4


class TestWhatTheApplicationSees:
    def test_a_path_that_is_not_ascii(self, site: Site) -> None:
        assert site.json("/seen/m%C3%A9diath%C3%A8que%20%2F")["path"] == "/seen/médiathèque /"

    def test_a_path_that_is_not_utf8_keeps_its_bytes(self, site: Site) -> None:
        assert site.json("/seen/caf%E9")["path"] == "/seen/caf%E9"

    def test_the_query_string_is_untouched(self, site: Site) -> None:
        assert site.json("/seen/x?a=%C3%A9&b=1+2")["meta"]["QUERY_STRING"] == "a=%C3%A9&b=1+2"

    def test_who_asks_and_how(self, site: Site) -> None:
        sees = site.json("/seen/x")
        assert sees["meta"]["REMOTE_ADDR"] == "127.0.0.1"
        assert sees["meta"]["SERVER_PORT"] == str(site.port)
        assert sees["meta"]["SERVER_PROTOCOL"] == "HTTP/1.1"
        assert sees["scheme"] == "http"

    def test_repeated_headers_are_joined(self, site: Site) -> None:
        sees = site.json("/seen/x", "X-Word: one", "X-Word: two", "Cookie: a=1", "Cookie: b=2")
        assert sees["meta"]["HTTP_X_WORD"] == "one,two"
        assert sees["cookies"] == {"a": "1", "b": "2"}

    @pytest.mark.parametrize("line", ["X_Word: forged", "Proxy: http://forged", "Content_Length: 9"])
    def test_a_header_that_would_pass_for_another_variable_is_dropped(self, site: Site, line: str) -> None:
        meta = site.json("/seen/x", line)["meta"]
        assert not {"HTTP_X_WORD", "HTTP_PROXY", "CONTENT_LENGTH", "HTTP_CONTENT_LENGTH"} & set(meta)

    def test_a_site_below_a_prefix(self, folder: Path) -> None:
        with serving(folder, "application", "lms.kit.server", "--root-path", "/école") as site:
            sees = site.json("/%C3%A9cole/seen/x")
        assert sees["path"] == "/école/seen/x"
        assert sees["meta"]["PATH_INFO"] == "/seen/x"


class TestUploads:
    def test_twenty_megabytes_never_lie_in_memory(self, site: Site) -> None:
        body = os.urandom(BIG)
        site.ask("/upload", f"Content-Length: {MEGABYTE}", method="POST", body=bytes(MEGABYTE))
        before = site.memory()
        answer = site.ask("/upload", f"Content-Length: {BIG}", method="POST", body=body)
        assert json.loads(answer.body) == {"size": BIG, "sha256": hashlib.sha256(body).hexdigest()}
        assert site.memory() - before < 6 * MEGABYTE

    def test_a_small_body(self, site: Site) -> None:
        answer = site.ask("/upload", "Content-Length: 5", method="POST", body=b"words")
        assert json.loads(answer.body)["size"] == 5

    def test_a_body_in_chunks_of_unknown_number(self, site: Site) -> None:
        body = _chunked([b"a" * 70_000, b"b" * 70_000])
        answer = site.ask("/upload", "Transfer-Encoding: chunked", method="POST", body=body)
        assert json.loads(answer.body)["size"] == 140_000

    def test_a_body_announced_too_large_is_refused_in_a_sentence(self, site: Site) -> None:
        answer = site.ask("/upload", f"Content-Length: {26 * MEGABYTE}", method="POST", body=bytes(26 * MEGABYTE))
        assert answer.status == 413
        assert "25 MB" in answer.text

    def test_a_body_that_turns_out_too_large_is_refused_without_memory(self, site: Site) -> None:
        before = site.memory()
        body = _chunked([bytes(MEGABYTE)] * 40)
        answer = site.ask("/upload", "Transfer-Encoding: chunked", method="POST", body=body)
        assert answer.status == 413
        assert site.memory() - before < 6 * MEGABYTE


class TestStreams:
    def test_the_first_part_arrives_before_the_second_is_made(self, site: Site) -> None:
        with closing(site.send("/two-parts")) as connection:
            response = HTTPResponse(connection)
            response.begin()
            assert response.read(6) == b"first "
            site.ask("/release")
            assert response.read() == b"second"

    def test_parts_are_made_in_one_thread_and_in_one_language(self, site: Site) -> None:
        languages = ["fr", "en", "es"] * 4
        with ThreadPoolExecutor(12) as people:
            answers = list(
                people.map(
                    lambda number: site.ask(f"/where?name={number}", f"Accept-Language: {languages[number]}").text,
                    range(12),
                )
            )
        log = site.json("/log")
        for number, answer in enumerate(answers):
            parts = set(answer.splitlines())
            assert len(answer.splitlines()) == 30
            assert len(parts) == 1, answer
            thread, language = parts.pop().split()
            assert language == languages[number]
            assert f"where {number} ended in {thread}" in log

    def test_a_whole_file(self, site: Site, folder: Path) -> None:
        answer = site.ask("/file")
        assert answer.headers["Content-Length"] == str(BIG)
        assert answer.body == (folder / "big.bin").read_bytes()

    @pytest.mark.parametrize(("first", "last"), [(0, 9), (MEGABYTE - 5, MEGABYTE + 4), (100, 300_000)])
    def test_a_range_of_a_file_ends_where_it_should(self, site: Site, folder: Path, first: int, last: int) -> None:
        answer = site.ask("/range", f"Range: bytes={first}-{last}")
        assert answer.status == 206
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{BIG}"
        assert answer.body == (folder / "big.bin").read_bytes()[first : last + 1]

    def test_slow_readers_hold_neither_threads_nor_memory(self, site: Site) -> None:
        before = site.memory()
        readers = [site.send("/file", receive_buffer=4096) for _ in range(8)]
        try:
            for reader in readers:
                assert reader.recv(100)
            started = time.monotonic()
            for _ in range(10):
                assert site.ask("/hello").text == "hello"
            assert time.monotonic() - started < 15
            time.sleep(1)  # long enough to read the files through, were nobody to wait for the readers
            for reader in readers:
                assert reader.recv(100)
            assert site.memory() - before < 12 * MEGABYTE
        finally:
            for reader in readers:
                reader.close()

    def test_a_client_that_leaves_stops_the_work(self, site: Site) -> None:
        before = site.json("/log").count("endless closed")
        connection = site.send("/endless")
        assert connection.recv(2000)
        connection.close()
        assert site.eventually(lambda log: log.count("endless closed") == before + 1)

    def test_a_slow_reader_that_leaves_closes_the_file(self, site: Site) -> None:
        connection = site.send("/file", receive_buffer=4096)
        assert connection.recv(100)
        while_reading = site.json("/open-files")
        connection.close()
        assert any(name.endswith("big.bin") for name in while_reading)
        deadline = time.monotonic() + 10
        while any(name.endswith("big.bin") for name in site.json("/open-files")):
            assert time.monotonic() < deadline
            time.sleep(0.05)


class TestFailures:
    def test_before_the_headers_it_is_a_sentence_and_a_line_in_the_log(self, site: Site) -> None:
        answer = site.ask("/broken")
        assert answer.status == 500
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert "could not be made" in answer.text
        assert "nobody answers" not in answer.text
        assert "RuntimeError: nobody answers" in site.log.read_text()

    def test_in_the_first_part_it_is_still_before_the_headers(self, site: Site) -> None:
        assert site.ask("/fails-in-first-part").status == 500

    @pytest.mark.parametrize(
        ("target", "reason"),
        [("/fails-in-second-part", "RuntimeError: no second part"), ("/stops-short", "10 bytes of the 100 announced")],
    )
    def test_after_the_headers_the_connection_is_cut(self, site: Site, target: str, reason: str) -> None:
        with pytest.raises((IncompleteRead, ConnectionResetError)):
            site.ask(target)
        assert reason in site.log.read_text()
        assert f"while streaming GET {target}" in site.log.read_text()
        assert site.ask("/hello").status == 200

    def test_when_too_many_wait_the_next_is_asked_to_come_back(self, narrow: Site, folder: Path) -> None:
        with holding_the_only_thread(narrow, folder):
            waiting = narrow.send("/hello")
            time.sleep(1)
            refused = narrow.ask("/hello")
        with closing(waiting):
            assert Answer(waiting).text == "hello"
        assert refused.status == 503
        assert refused.headers["Retry-After"] == "5"
        assert "Too many requests" in refused.text
        assert "Traceback" not in narrow.log.read_text()

    def test_a_request_whose_client_has_left_is_not_begun(self, narrow: Site, folder: Path) -> None:
        with holding_the_only_thread(narrow, folder):
            narrow.send("/note?word=abandoned").close()
            time.sleep(2)
        # The place of the one who left is free as soon as the server has noticed.
        deadline = time.monotonic() + 10
        while (status := narrow.ask("/note?word=kept").status) == 503 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert status == 200
        log = narrow.json("/log")
        assert "kept" in log
        assert "abandoned" not in log


@contextmanager
def holding_the_only_thread(narrow: Site, folder: Path) -> Iterator[None]:
    holding = folder / "holding"
    with closing(narrow.send("/hold")) as held:
        deadline = time.monotonic() + 10
        while not holding.exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        try:
            yield
        finally:
            holding.unlink()
        assert Answer(held).text == "held"


def test_plain_daphne_serves_the_bridge_too(folder: Path) -> None:
    with serving(folder, "application", "daphne") as site:
        assert site.ask("/hello").text == "hello"
        assert len(site.ask("/file").body) == BIG
        answer = site.ask("/upload", f"Content-Length: {MEGABYTE}", method="POST", body=bytes(MEGABYTE))
        assert json.loads(answer.body)["size"] == MEGABYTE
        assert site.ask("/broken").status == 500


def _chunked(parts: list[bytes]) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
