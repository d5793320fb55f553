"""Where real media can flow in a test: a network of its own, or an address of this machine that is not 127.0.0.1."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"


@dataclass(frozen=True)
class Place:
    """`run` begins each command that runs there; `wire` begins the one that cuts it off, where it can be."""

    run: Sequence[str]
    address: str
    wire: Sequence[str] = ()

    def cut(self, *, off: bool) -> None:
        subprocess.run([*self.wire, "down" if off else "up"], check=True)

    @contextmanager
    def narrowed(self, rate: str) -> Iterator[bool]:
        """Let no more than `rate` (of `tc`: "100kbit") come in by the wire. False: this machine cannot do that."""
        if not self.wire or shutil.which("tc") is None:
            yield False
            return
        there, device = self.wire[2], self.wire[-1]
        shape = f"tc qdisc replace dev {device} root tbf rate {rate} burst 8kb latency 300ms"
        is_narrow = _run("ip", "netns", "exec", there, *shape.split())
        try:
            yield is_narrow
        finally:
            _run("ip", "netns", "exec", there, "tc", "qdisc", "del", "dev", device, "root")


def why_not() -> str:
    """Why no browser test with real media can run here; empty where it can."""
    if shutil.which("janus") is None:
        return "no Janus (Debian: apt-get install janus)"
    if shutil.which("turnserver") is None:
        return "no coturn (Debian: apt-get install coturn)"
    if shutil.which(CHROMIUM) is None:
        return f"no Chromium at {CHROMIUM}: set CHROMIUM"
    if not may_make_networks() and not address_of_this_machine():
        return "no network namespace may be made (root is needed), and this machine has no address but 127.0.0.1"
    return ""


@cache
def may_make_networks() -> bool:
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    name = f"academy-try-{os.getpid()}"
    made = _ip("netns", "add", name)
    usable = made and _ip("-n", name, "link", "set", "lo", "up") and _run("ip", "netns", "exec", name, "true")
    if made:
        _ip("netns", "del", name)
    return usable


def address_of_this_machine() -> str:
    told = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False).stdout
    return next((one for one in told.split() if one.count(".") == 3), "")


@contextmanager
def place() -> Iterator[Place]:
    if not may_make_networks():
        yield Place([], address_of_this_machine())
        return
    name = f"academy-{os.getpid()}"
    with _network(name):
        _do(
            f"-n {name} link add sfu0 type veth peer name sfu1",
            f"-n {name} addr add 10.77.0.1/32 dev sfu0",
            f"-n {name} link set sfu0 up",
            f"-n {name} link set sfu1 up",
        )
        yield Place(["ip", "netns", "exec", name], "10.77.0.1", f"ip -n {name} link set sfu0".split())


@contextmanager
def home(academy: Place) -> Iterator[Place]:
    """Somebody's home, on a cable of its own that ends at the academy: all that leaves it goes through there.

    `address` is where the academy is found from there. Where no network may be made, home is the academy itself.
    """
    if not academy.wire:
        yield academy
        return
    there = academy.run[-1]
    name = f"{there}-home"
    with _network(name):
        _do(
            f"-n {there} link add home0 type veth peer name home1",
            f"-n {there} link set home1 netns {name}",
            f"-n {there} addr add 10.78.0.1/24 dev home0",
            f"-n {name} addr add 10.78.0.2/24 dev home1",
            f"-n {there} link set home0 up",
            f"-n {name} link set home1 up",
            f"-n {name} route add default via 10.78.0.1",
        )
        yield Place(["ip", "netns", "exec", name], "10.78.0.1", f"ip -n {there} link set home0".split())


@contextmanager
def _network(name: str) -> Iterator[None]:
    try:
        _do(f"netns add {name}", f"-n {name} link set lo up")
        yield
    finally:
        _ip("netns", "del", name)


def _do(*steps: str) -> None:
    for step in steps:
        assert _ip(*step.split()), f"ip {step} failed"


def _ip(*words: str) -> bool:
    return _run("ip", *words)


def _run(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
