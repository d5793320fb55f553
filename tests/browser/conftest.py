"""The demo academy behind a real server, and a Chromium that complains about what a person would never be told."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
    sync_playwright,
)

from tests.migrated import copy_file

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
ARGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --use-fake-ui-for-media-stream --use-fake-device-for-media-stream
--autoplay-policy=no-user-gesture-required --auto-accept-this-tab-capture""".split()  # noqa: SIM905
PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4", "best-practice"]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for the folder. It must close with it: Playwright keeps an event loop that Django's ORM refuses."""
    if not shutil.which(CHROMIUM):
        pytest.skip(f"no Chromium at {CHROMIUM}: set CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


# --- The academy ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Academy:
    """A demo academy being served. `told` is what `tests.browser.stage` prints."""

    url: str
    var: Path
    told: dict[str, Any]
    signed_in: dict[str, Any] = field(default_factory=dict)

    def lesson(self) -> str:
        return f"/lessons/{self.told['lesson']}/"


@pytest.fixture(scope="package")
def academy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Academy]:
    """The demo's data in a place of its own, and `manage.py serve` on a free port until the last test is done."""
    var = tmp_path_factory.mktemp("academy")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    env |= {"VAR_DIR": str(var), "SITE_URL": url, "DJANGO_SETTINGS_MODULE": "lms.settings", "ANSWER_PACE": "0.05"}
    # What the demo's loading leaves to the worker (the admin's search index) would keep it busy during the tests.
    silent = env | {"TASKS_BACKEND": "django.tasks.backends.dummy.DummyBackend"}
    copy_file(ROOT / "var", var / "db.sqlite3")
    _run([sys.executable, "manage.py", "demo", "--data-only"], silent)
    told = json.loads(_run([sys.executable, "-m", "tests.browser.stage"], silent))
    log = var / "serve.log"
    with log.open("wb") as output:
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for(url, server, log)
        yield Academy(url, var, told)
    finally:
        server.terminate()
        server.wait(timeout=20)
    said = log.read_text(encoding="utf-8")
    assert "Traceback" not in said, f"the server had an error:\n{said[-6000:]}"


def _run(command: list[str], env: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"the academy does not answer:\n{log.read_text(encoding='utf-8')}")


# --- Visits -----------------------------------------------------------------------------------------------------------


@dataclass
class Guard:
    """Every error in a console, refused policy, foreign request and failed answer of a visit.

    A test names what it expects by adding a pattern to `expected`.
    """

    site: str
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        for event, hear in self._ears():
            context.on(event, hear)  # type: ignore[call-overload]

    def leave(self, context: BrowserContext) -> None:
        for event, hear in self._ears():
            context.remove_listener(event, hear)

    def _ears(self) -> list[tuple[str, Callable[..., None]]]:
        return [
            ("console", self._console),
            ("weberror", self._error),
            ("request", self._request),
            ("response", self._response),
        ]

    def unexpected(self) -> list[str]:
        return [said for said in self.complaints if not any(re.search(known, said) for known in self.expected)]

    def _error(self, error: WebError) -> None:
        self.complaints.append(f"error in a script: {error.error}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.site}/", "data:", "blob:", "about:")):
            self.complaints.append(f"left the site: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status}: {response.url}")


type Visits = Callable[..., Page]


@pytest.fixture
def guard(academy: Academy) -> Iterator[Guard]:
    watching = Guard(academy.url)
    yield watching
    assert watching.unexpected() == []


@pytest.fixture
def visit(chromium: Browser, academy: Academy, guard: Guard) -> Iterator[Visits]:
    """Opens a page as somebody of the cast (`visit("lina")`) or a stranger; options are Playwright's of a context."""
    contexts: list[BrowserContext] = []

    def open_page(who: str | None = None, **options: Any) -> Page:
        context = context_of(chromium, academy, who, **options)
        guard.watch(context)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def context_of(chromium: Browser, academy: Academy, who: str | None, **options: Any) -> BrowserContext:
    """A browser of its own for somebody, or for a stranger."""
    known = {"base_url": academy.url, "viewport": PHONE, "locale": "fr-FR", "reduced_motion": "reduce"}
    if who:
        known["storage_state"] = _signed_in(chromium, academy, who)
    context = chromium.new_context(**(known | options))
    context.set_default_timeout(30_000)
    return context


def _signed_in(chromium: Browser, academy: Academy, who: str) -> Any:
    """The cookies of somebody who signed in once, without a page; the journeys show the sign-in itself."""
    if who not in academy.signed_in:
        context, address = chromium.new_context(base_url=academy.url), "/accounts/login/"
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', context.request.get(address).text())
        assert token
        said = {"login": f"{who}@example.org", "password": "demo", "csrfmiddlewaretoken": token[1]}
        context.request.post(address, form=said, headers={"Referer": academy.url + address}, max_redirects=0)
        academy.signed_in[who] = context.storage_state()
        assert any(cookie["name"] == "sessionid" for cookie in context.cookies()), f"{who} could not sign in"
        context.close()
    return academy.signed_in[who]


def sign_in(page: Page, who: str) -> None:
    """Through the form, as anybody does."""
    if not page.url.endswith("/accounts/login/") and "/accounts/login/?" not in page.url:
        page.goto("/accounts/login/")
    page.locator("[name=login]").fill(f"{who}@example.org")
    page.locator("[name=password]").fill("demo")
    page.locator("form[action*='/accounts/login/'] button").first.click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def press_until(page: Page, selector: str) -> None:
    """Press Tab until the focus is on what `selector` names."""
    for _press in range(60):
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {selector}")


def axe(page: Page, **options: Any) -> list[str]:
    """What axe finds against WCAG 2.2 AA, RGAA and good practice: a line a violation, with the first places."""
    page.wait_for_load_state()  # a page without its style is another
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_axe_source())
    found = page.evaluate(
        "options => axe.run(document, options).then(result => result.violations)",
        {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"], **options},
    )
    return [
        f"{one['id']}: {one['help']}: "
        + " | ".join(f"{node['html'][:160]} [{node['failureSummary'][:220]}]" for node in one["nodes"][:3])
        for one in found
    ]


@cache
def _axe_source() -> str:
    return AXE.read_text(encoding="utf-8")
