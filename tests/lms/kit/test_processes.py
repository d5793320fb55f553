"""Several commands as one: what stops one stops all, and nothing is left running."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.core.management import CommandError

from lms.kit.management.commands.serve import check_port_is_free
from lms.kit.processes import run_together

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_one_that_ends_ends_the_others():
    started = time.monotonic()
    code = run_together({"The sleeper": SLEEP, "The other": [sys.executable, "-c", "raise SystemExit(3)"]})
    assert code == 3
    assert time.monotonic() - started < 30


def test_one_that_ends_well_was_still_not_asked_to():
    assert run_together({"The sleeper": SLEEP, "The other": [sys.executable, "-c", ""]}) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_and_leaves_nobody(number, tmp_path):
    pids = tmp_path / "pids"
    child = f"import os, time; open({str(pids)!r}, 'a').write(str(os.getpid()) + chr(10)); time.sleep(60)"
    program = (
        "import sys; from lms.kit.processes import run_together;"
        f"sys.exit(run_together({{'a': [sys.executable, '-c', {child!r}], 'b': [sys.executable, '-c', {child!r}]}}))"
    )
    parent = subprocess.Popen([sys.executable, "-c", program])
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and (not pids.exists() or len(pids.read_text().split()) < 2):
        time.sleep(0.05)
    parent.send_signal(number)
    assert parent.wait(timeout=30) == 0
    for pid in pids.read_text().split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


def test_who_can_come_in_is_said_when_the_door_is_open(capfd):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    late = (
        "import socket, time; time.sleep(1); print('opens', flush=True);"
        f"door = socket.create_server(('127.0.0.1', {port})); door.accept()"
    )
    run_together({"The door": [sys.executable, "-c", late]}, ("127.0.0.1", port), "come in")
    assert capfd.readouterr().out.split("\n")[:2] == ["opens", "come in"]


def test_a_taken_port_is_said_with_what_to_do():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=str(port + 1)):
            check_port_is_free("127.0.0.1", port)
    check_port_is_free("127.0.0.1", port)
