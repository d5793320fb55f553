"""Janus and coturn started for a test by `deploy/media.sh`, with ports of their own; processes of the academy."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HAS_JANUS = shutil.which("janus") is not None
HAS_COTURN = shutil.which("turnserver") is not None


@dataclass(frozen=True)
class MediaServers:
    """`settings`: what the academy must know. `run`: how a command runs where they are (a namespace, or just here)."""

    settings: dict[str, str]
    folder: Path
    environment: dict[str, str]
    run: Sequence[str] = ()

    def pid(self, server: str) -> int:
        pids = [int(line) for line in (self.folder / "pids").read_text("ascii").split()]
        return next(pid for pid in reversed(pids) if _name_of(pid) == server)  # the last one that was started

    def kill_janus(self) -> None:
        os.kill(self.pid("janus"), signal.SIGKILL)

    def start_janus_again(self) -> None:
        """With the same secrets, as a supervisor would."""
        command = [*self.run, str(ROOT / "deploy" / "media.sh"), "janus-again"]
        subprocess.run(command, env=self.environment | self.settings, check=True, capture_output=True, timeout=60)


class Process:
    """One process of the academy, which may be killed and started again; `log` keeps all it has said."""

    def __init__(self, command: Sequence[str], env: dict[str, str], log: Path) -> None:
        self._command, self._env, self._log = command, env, log
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as output:
            self._running = subprocess.Popen(
                self._command, cwd=ROOT, env=self._env, stdout=output, stderr=subprocess.STDOUT
            )

    @property
    def is_running(self) -> bool:
        return self._running is not None and self._running.poll() is None

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def said(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def _end(self, how: signal.Signals) -> None:
        if self._running is not None:
            self._running.send_signal(how)
            try:
                self._running.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._running.kill()
                self._running.wait()
            self._running = None


@contextmanager
def media_servers(folder: Path, *, address: str, run: Sequence[str] = (), **environment: str) -> Iterator[MediaServers]:
    """Both, reachable at `address` for media and at 127.0.0.1 for us."""
    home = folder / "media-servers"
    ports = {"JANUS_PORT": str(free_port()), "TURN_PORT": str(free_port())}
    whole = {
        **os.environ,
        "MEDIA_DIR": str(home),
        "MEDIA_ADDRESS": address,
        "TURN_PEERS": "any",
        **ports,
        **environment,
    }
    script = str(ROOT / "deploy" / "media.sh")
    log = folder / "media-servers.log"
    try:
        with log.open("w") as errors:
            told = subprocess.run(
                [*run, script, "start"],
                env=whole,
                check=False,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                timeout=60,
            )
        assert told.returncode == 0, f"the media servers did not start: {log.read_text('utf-8')}"
        pairs = told.stdout.strip().removeprefix("export ").split(" ")
        settings = dict(pair.split("=", 1) for pair in pairs)
        yield MediaServers(settings, Path((home / "folder").read_text("utf-8").strip()), whole, run)
    finally:
        subprocess.run([*run, script, "stop"], env=whole, check=False, timeout=30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text("ascii").strip()
    except OSError:
        return ""
