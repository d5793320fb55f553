"""A room with its cast behind a real server, real Janus and coturn, and browsers with fake cameras, in one network.

What cannot be tried on this machine is left out; the report's header says why.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.conftest import ARGS, DESK
from tests.live_media.places import CHROMIUM, Place, place, why_not
from tests.live_media.servers import ROOT, MediaServers, free_port, media_servers
from tests.migrated import copy_file

collect_ignore = ["test_rooms.py"] if why_not() else []

# Keeps every call of a page, to ask the browser itself what it has decoded.
KEEP_CALLS = """
  const Real = window.RTCPeerConnection;
  window.calls = [];
  window.RTCPeerConnection = class extends Real { constructor(...given) { super(...given); window.calls.push(this); } };
"""


@dataclass(frozen=True)
class Academy:
    """`told`: what `tests.live_media.stage` prints: the session's id, a cookie for each of the cast."""

    url: str
    told: dict[str, Any]
    media: MediaServers
    place: Place

    @property
    def room(self) -> str:
        return f"/seminars/{self.told['session']}/room/"


type Visit = Callable[..., Page]


@pytest.fixture(scope="package")
def network() -> Iterator[Place]:
    with place() as found:
        yield found


@pytest.fixture(scope="package")
def academy(tmp_path_factory: pytest.TempPathFactory, network: Place) -> Iterator[Academy]:
    var = tmp_path_factory.mktemp("live-media")
    with media_servers(var, address=network.address, run=network.run) as media:
        port = free_port()
        url = f"http://localhost:{port}"
        env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        env |= media.settings | {"VAR_DIR": str(var), "SITE_URL": url, "DJANGO_SETTINGS_MODULE": "lms.settings"}
        silent = env | {"TASKS_BACKEND": "django.tasks.backends.dummy.DummyBackend"}
        copy_file(ROOT / "var", var / "db.sqlite3")
        told = subprocess.run(
            [sys.executable, "-m", "tests.live_media.stage"], cwd=ROOT, env=silent, capture_output=True, text=True
        )
        assert told.returncode == 0, told.stderr
        log = var / "serve.log"
        with log.open("wb") as output:
            command = [*network.run, sys.executable, "-m", "lms.kit.server", "-p", str(port), "lms.asgi:application"]
            server = subprocess.Popen(command, cwd=ROOT, env=silent, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_for(url, network, server, log)
            yield Academy(url, json.loads(told.stdout.splitlines()[-1]), media, network)
        finally:
            server.terminate()
            server.wait(timeout=20)
    said = log.read_text(encoding="utf-8")
    assert "Traceback" not in said, f"the server had an error:\n{said[-6000:]}"


def _wait_for(url: str, network: Place, server: "subprocess.Popen[bytes]", log: Path) -> None:
    ask = f"import urllib.request as r; r.urlopen('{url}/help/', timeout=5)"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        if not subprocess.run([*network.run, sys.executable, "-c", ask], capture_output=True, check=False).returncode:
            return
        time.sleep(0.3)
    pytest.fail(f"the academy does not answer:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="package")
def chromium(network: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    starter = tmp_path_factory.mktemp("chromium") / "chromium"
    starter.write_text(f'#!/bin/sh\nexec {" ".join([*network.run, CHROMIUM])} "$@"\n', encoding="utf-8")
    starter.chmod(0o755)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(starter), args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def enter(chromium: Browser, academy: Academy) -> Iterator[Visit]:
    """`enter("presenter", script…)`: the room's page as one of the cast, scripts run first."""
    contexts: list[BrowserContext] = []

    def open_room(who: str, *scripts: str, **options: Any) -> Page:
        known = {"base_url": academy.url, "viewport": DESK, "locale": "en-GB", "reduced_motion": "reduce"}
        context = chromium.new_context(**(known | options))
        context.add_cookies([{"name": "sessionid", "value": academy.told["cast"][who], "url": academy.url}])
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        for script in (KEEP_CALLS, *scripts):
            page.add_init_script(script)
        page.on("pageerror", lambda error: print(f"{who}: {error}"))
        page.on("console", lambda message: print(f"{who}: {message.text}"))
        page.goto(academy.room)
        return page

    yield open_room
    for context in contexts:
        context.close()
