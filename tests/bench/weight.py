"""What a lesson weighs on the wire for a phone that has never been here: the demo's longest one, in Chromium."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Request, sync_playwright

from tests.bench.rows import Group, Row
from tests.bench.servers import daphne
from tests.bench.sites import Site

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
KILOBYTES = {"document": ("HTML", 25), "stylesheet": ("CSS", 20), "script": ("JavaScript", 45)}
"""Per kind of file, at most so many kB of 1,000 bytes, compressed."""
REQUESTS = 15

SIGN_IN = """
import django; django.setup()
from django.test import Client
from lms.accounts.models import User
client = Client()
client.force_login(User.objects.get(email="lina@example.org"), backend="lms.accounts.backends.AcademyBackend")
print(client.cookies["sessionid"].value)
"""


def weight(group: Group, site: Site) -> Iterator[Row]:
    """Bytes as they travelled, head of the answers excluded; nothing where there is no Chromium."""
    if not shutil.which(CHROMIUM):
        print(f"  (no Chromium at {CHROMIUM}: set CHROMIUM)")
        return
    site.run("manage.py", "load_demo", DEBUG="true")  # its password opens nothing once DEBUG is off
    session = site.run("-c", SIGN_IN).strip()
    with daphne("lms.asgi:application", site.environment) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        lesson = _longest_lesson(_phone(browser, server.url, session), server.url)
        requests = _requests(_phone(browser, server.url, session), lesson)
        sizes = Counter[str]()
        for request in requests:
            sizes[request.resource_type] += request.sizes()["responseBodySize"]
        browser.close()
    for kind, (name, bar) in KILOBYTES.items():
        yield group.at_most(f"lesson page: {name}", round(sizes[kind] / 1000, 1), "kB", bar)
    yield group.at_most("lesson page: requests", len(requests), "requests", REQUESTS)
    strangers = [request for request in requests if urlsplit(request.url).netloc != urlsplit(server.url).netloc]
    yield group.at_most("lesson page: requests to a third party", len(strangers), "requests", 0)


def _phone(browser: Browser, url: str, session: str) -> BrowserContext:
    """A phone with nothing in its cache, on which somebody has signed in."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
    return context


def _longest_lesson(context: BrowserContext, url: str) -> str:
    page = context.new_page()
    page.goto(f"{url}/learn/")
    links: list[str] = page.locator("a[href^='/lessons/']").evaluate_all(
        "links => [...new Set(links.map(link => link.href))]"
    )
    page.close()
    return max(links, key=lambda link: len(context.request.get(link).body()))


def _requests(context: BrowserContext, url: str) -> list[Request]:
    page = context.new_page()
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.on("requestfailed", lambda request: requests.append(request))
    page.goto(url, wait_until="networkidle")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")  # what waits to be seen is asked for
    page.wait_for_load_state("networkidle")
    return [request for request in requests if not request.url.startswith(("data:", "blob:"))]
