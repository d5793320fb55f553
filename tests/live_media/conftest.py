"""Rooms with their cast behind a real server, real Janus and coturn, and browsers with fake cameras, in one network.

What cannot be tried on this machine is left out; the report's header says why.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from lms.kit.processes import academy as commands
from tests.browser.conftest import ARGS, DESK
from tests.live_media.places import CHROMIUM, Place, home, place, why_not
from tests.live_media.room import A_GOOD_LINE, KEEP_CALLS
from tests.live_media.servers import ROOT, MediaServers, Process, free_port, media_servers
from tests.migrated import copy_file

collect_ignore = ["test_evening.py", "test_rooms.py"] if why_not() else []


@dataclass(frozen=True)
class Academy:
    """`told`: what `tests.live_media.stage` prints: by room, the session's id and a cookie for each of its cast."""

    url: str
    var: Path
    told: dict[str, Any]
    media: MediaServers
    place: Place
    web: Process
    worker: Process
    env: dict[str, str]

    @property
    def room(self) -> str:
        return self.path("pieces", "room/")

    def path(self, room: str, rest: str = "") -> str:
        return f"/seminars/{self.told[room]['session']}/{rest}"

    def open(self) -> None:
        """Start the web server, and wait until it answers."""
        self.web.start()
        ask = f"import urllib.request as r; r.urlopen('{self.url}/help/', timeout=5)"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.web.is_running:
            asked = subprocess.run([*self.place.run, sys.executable, "-c", ask], capture_output=True, check=False)
            if asked.returncode == 0:
                return
            time.sleep(0.3)
        pytest.fail(f"the academy does not answer:\n{self.web.said()}")


type Visit = Callable[..., Page]


@pytest.fixture(scope="package")
def network() -> Iterator[Place]:
    with place() as found:
        yield found


@pytest.fixture(scope="package")
def way_home(network: Place) -> Iterator[Place]:
    """There before any browser: one that hears of a new cable gives up what it is loading."""
    with home(network) as there:
        yield there


@pytest.fixture(scope="package")
def academy(network: Place) -> Iterator[Academy]:
    """Open; its worker is not at work: `worker` is the fixture for that."""
    with (
        TemporaryDirectory(prefix="academy-live-media-", ignore_cleanup_errors=True) as folder,
        media_servers(Path(folder), address=network.address, run=network.run) as media,
    ):
        var = Path(folder)
        var.chmod(0o711)  # Janus records there, by an account of its own
        port = str(free_port())
        url = f"http://localhost:{port}"
        env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        env |= media.settings | {"VAR_DIR": str(var), "SITE_URL": url, "DJANGO_SETTINGS_MODULE": "lms.settings"}
        silent = env | {"TASKS_BACKEND": "django.tasks.backends.dummy.DummyBackend"}
        copy_file(ROOT / "var", var / "db.sqlite3")
        told = subprocess.run(
            [sys.executable, "-m", "tests.live_media.stage"], cwd=ROOT, env=silent, capture_output=True, text=True
        )
        assert told.returncode == 0, told.stderr
        # In a network of its own it listens to whoever comes.
        web, worker = commands("0.0.0.0" if network.wire else "127.0.0.1", port).values()  # noqa: S104
        made = Academy(
            url,
            var,
            json.loads(told.stdout.splitlines()[-1]),
            media,
            network,
            Process([*network.run, *web], env, var / "web.log"),
            Process([*network.run, *worker], env, var / "worker.log"),
            env,
        )
        try:
            made.open()
            yield made
        finally:
            made.web.stop()
        said = made.web.said()
    assert "Traceback" not in said, f"the server had an error:\n{said[-6000:]}"


@pytest.fixture
def worker(academy: Academy) -> Iterator[Process]:
    """The task worker, at work beside the web server."""
    academy.worker.start()
    yield academy.worker
    academy.worker.stop()
    print(academy.worker.said())


@pytest.fixture(scope="package")
def playwright_here() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def chromium(
    network: Place, way_home: Place, playwright_here: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    with _browser(playwright_here, network, tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@contextmanager
def _browser(playwright: Playwright, where: Place, folder: Path, *args: str) -> Iterator[Browser]:
    starter = folder / "chromium"
    starter.write_text(f'#!/bin/sh\nexec {" ".join([*where.run, CHROMIUM])} "$@"\n', encoding="utf-8")
    starter.chmod(0o755)
    browser = playwright.chromium.launch(executable_path=str(starter), args=[*ARGS, *args])
    yield browser
    browser.close()


@dataclass(frozen=True)
class Home:
    """A learner's own browser, on a cable of its own where networks can be made."""

    browser: Browser
    place: Place

    def cut(self, page: Page, *, off: bool) -> None:
        if self.place.wire:
            self.place.cut(off=off)
        else:
            page.context.set_offline(off)


@pytest.fixture
def at_home(
    network: Place,
    way_home: Place,
    chromium: Browser,
    playwright_here: Playwright,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Home]:
    if way_home is network:
        yield Home(chromium, way_home)
        return
    folder = tmp_path_factory.mktemp("chromium-at-home")
    # The academy keeps its name: only a page of localhost may use a camera without a certificate.
    only_name = f"--host-resolver-rules=MAP localhost {way_home.address}"
    with _browser(playwright_here, way_home, folder, only_name) as browser:
        yield Home(browser, way_home)


@contextmanager
def visits(academy: Academy, room: str) -> Iterator[Visit]:
    """`visit(browser, "learner", path, script…)`: a page as one of the cast of `room`, scripts run first.

    A presenter's line is always good: she would close her camera on a machine too busy to send what it sees.
    """
    contexts: list[BrowserContext] = []

    def open_page(browser: Browser, who: str, path: str, *scripts: str, **options: Any) -> Page:
        known = {"base_url": academy.url, "viewport": DESK, "locale": "en-GB", "reduced_motion": "reduce"}
        context = browser.new_context(**(known | options))
        context.add_cookies([{"name": "sessionid", "value": academy.told[room]["cast"][who], "url": academy.url}])
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        for script in (KEEP_CALLS, *([A_GOOD_LINE] if who == "presenter" else []), *scripts):
            page.add_init_script(script)
        page.on("pageerror", lambda error: print(f"{who}: {error}"))
        page.on("console", lambda message: print(f"{who}: {message.text}"))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def enter(chromium: Browser, academy: Academy) -> Iterator[Visit]:
    """`enter("presenter", script…)`: the room's page as one of the cast."""
    with visits(academy, "pieces") as visit:
        yield lambda who, *scripts, **options: visit(chromium, who, academy.room, *scripts, **options)
