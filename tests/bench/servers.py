"""Servers under measure: started on a free port in an environment of their own, stopped when the measure is over."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Server:
    """A server that answers at `url`; `pid` is its process."""

    url: str
    pid: int

    @property
    def resident_mb(self) -> float:
        """What the process holds in memory, in MB of 10^6 bytes."""
        told = subprocess.run(["ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, text=True, check=True)
        return round(int(told.stdout) * 1024 / 1e6, 1)

    @property
    def cpu_seconds(self) -> float:
        """The processor time that the process and its threads have taken."""
        told = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def daphne(application: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Our Daphne, one process."""
    port = _free_port()
    command = [sys.executable, "-m", "lms.kit.server", "-v", "0", "-p", str(port), application]
    with _running(command, port, environment) as server:
        yield server


@contextmanager
def granian(application: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """One granian WSGI worker of four threads."""
    port = _free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "4", "--no-ws",
        "--log-level", "warning", "--host", "127.0.0.1", "--port", str(port), application,
    ]  # fmt: skip
    with _running(command, port, environment) as server:
        yield server


@contextmanager
def other_server(command: list[str]) -> Iterator[Server]:
    """A server of one process, which is told its port at the end of its command."""
    port = _free_port()
    with _running([*command, str(port)], port, os.environ) as server:
        yield server


@contextmanager
def _running(command: list[str], port: int, environment: Mapping[str, str]) -> Iterator[Server]:
    process = subprocess.Popen(command, cwd=ROOT, env=dict(environment))
    try:
        _wait_for(port, process)
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(15)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
