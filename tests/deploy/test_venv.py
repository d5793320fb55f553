"""`make demo` on a machine without a Python that is new enough says so, and leaves nothing half made."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # no database has a part in it

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = "The academy needs Python 3.12 or newer, and none was found."


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout of what `make` reads, and a PATH of its own with the few tools that it calls."""
    for name in ("Makefile", "deploy", "requirements", "package.json", "package-lock.json"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "bin").mkdir()
    for tool in ("bash", "env", "make", "rm", "touch"):
        found = shutil.which(tool)
        assert found, tool
        (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def make(machine: Path, target: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(machine / "bin"), "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        [str(machine / "bin" / "make"), "-C", str(machine), target],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def old_python(machine: Path, name: str) -> None:
    """An interpreter that answers every question as one of 3.11 would: not new enough."""
    python = machine / "bin" / name
    python.write_text(f'#!{machine}/bin/bash\n[ "$1" = -c ] && exit 1\necho never >&2\nexit 3\n')
    python.chmod(0o755)


@pytest.mark.parametrize("target", ["demo", "demo-data", "test", "check"])
@pytest.mark.parametrize("installed", [[], ["python3"], ["python3", "python3.12"]], ids=["none", "old", "broken"])
def test_no_python_that_is_new_enough(machine: Path, installed: list[str], target: str) -> None:
    for name in installed:
        old_python(machine, name)
    said = make(machine, target)
    assert said.returncode != 0
    assert SENTENCE in said.stderr
    assert "never" not in said.stderr
    assert not (machine / ".venv").exists()


def test_a_python_without_venv_says_what_to_install(machine: Path) -> None:
    python = machine / "bin" / "python3"
    python.write_text(f'#!{machine}/bin/bash\n[ "$1" = -c ] && exit 0\nexit 1\n')
    python.chmod(0o755)
    said = make(machine, "demo")
    assert said.returncode != 0
    assert "install python3-venv" in said.stderr
    assert not (machine / ".venv").exists()


def test_the_first_python_new_enough_is_taken(machine: Path) -> None:
    old_python(machine, "python3.14")
    python = machine / "bin" / "python3"
    python.write_text(f'#!{machine}/bin/bash\n[ "$1" = -c ] && exec {sys.executable} "$@"\necho "$@"\n')
    python.chmod(0o755)
    made = subprocess.run(
        [str(ROOT / "deploy" / "venv.sh"), str(machine / ".venv")],
        env={"PATH": str(machine / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout.strip() == f"-m venv {machine}/.venv"
