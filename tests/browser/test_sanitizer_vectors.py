"""Every known attack, cleaned, then opened in a real Chromium without any content policy: nothing may run.

The browser reads HTML in its own way: this is the witness against an attack that only its parser would wake.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from lms.kit.sanitize import TAGS, clean_html, render_markdown
from lms.kit.svg import UnsafeSvg, clean_svg
from tests.attacks import vectors
from tests.drawn import DRAWN, ON_ONE_PAGE
from tests.world import client_for

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

# Whatever an attack calls to show that it ran leaves its name here.
HOOKS = """
window.__pwn = [];
for (const name of ["alert", "confirm", "prompt", "open", "print", "write", "javascript", "pwn", "xss", "XSS"])
  window[name] = (...words) => { window.__pwn.push(name + ":" + words); };
document.write = (...words) => { window.__pwn.push("document.write:" + words); };
addEventListener("securitypolicyviolation", event => { window.__pwn.push("policy:" + event.violatedDirective); });
"""
# After loading: use what is there as an eager reader would, then tell what is there.
VISIT = """async () => {
  for (const element of document.body.querySelectorAll("*")) {
    for (const kind of ["mouseover", "focus", "blur", "pointerdown", "keydown", "toggle", "error", "load"])
      element.dispatchEvent(new Event(kind, {bubbles: true}));
    if (element.tagName === "A" && /^\\s*(javascript|data|vbscript)/i.test(element.protocol)) element.click();
  }
  await new Promise(resolve => setTimeout(resolve, 50));
  const found = {ran: window.__pwn, names: new Set(), attributes: new Set(), protocols: new Set()};
  for (const element of document.body.querySelectorAll("*")) {
    found.names.add(element.localName);
    for (const attribute of element.attributes) found.attributes.add(attribute.name);
    if (element.localName === "a" && element.hasAttribute("href")) found.protocols.add(element.protocol);
  }
  return {ran: found.ran, names: [...found.names], attributes: [...found.attributes], protocols: [...found.protocols],
          title: document.title, url: location.href};
}"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that asks nothing of any network, with a hook on all that an attack would call."""
    context = chromium.new_context()
    context.add_init_script(HOOKS)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())
    yield page
    context.close()


def show(page: Page, body: str) -> dict[str, Any]:
    """Open a page of the site's origin made of `body`, let it live, and tell what was seen in it."""
    return visit(
        page, f"<!doctype html><html lang=fr><meta charset=utf-8><title>Vecteurs</title><body>{body}</body></html>"
    )


def visit(page: Page, document: str) -> dict[str, Any]:
    """The same of a whole document."""

    def answer(route: Route) -> None:
        if route.request.url == "http://academy.test/lesson":
            route.fulfill(body=document, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=404, body="")

    page.route("**/*", answer)
    page.goto("http://academy.test/lesson", wait_until="load")
    seen: dict[str, Any] = page.evaluate(VISIT)
    page.unroute("**/*")
    return seen


def batches(pieces: list[str], size: int = 40) -> Iterator[list[str]]:
    for start in range(0, len(pieces), size):
        yield pieces[start : start + size]


def assert_nothing_ran(seen: dict[str, Any], batch: list[str]) -> None:
    assert seen["ran"] == [], batch
    assert seen["title"] == "Vecteurs", batch
    assert seen["url"] == "http://academy.test/lesson", batch
    assert set(seen["names"]) <= TAGS, batch
    assert set(seen["protocols"]) <= {"http:", "https:", "mailto:", "tel:"}, batch
    assert not {
        name for name in seen["attributes"] if name.startswith("on") or name in {"id", "name", "style", "class"}
    }


def test_the_witness_sees_an_attack_that_is_not_cleaned(page):
    assert "alert:1" in show(page, "<img src=x onerror=alert(1)>")["ran"]
    assert "alert:2" in show(page, "<a href='javascript:alert(2)'>a</a>")["ran"]
    assert "alert:3" in show(page, "<svg><animate onbegin=alert(3) attributeName=x dur=1s></svg>")["ran"]


@pytest.mark.parametrize(
    "clean",
    [clean_html, render_markdown, lambda text: render_markdown(text, allow_html=True)],
    ids=["html", "markdown", "markdown_with_html"],
)
def test_no_cleaned_vector_runs(page, material, clean):
    attacks = vectors(material / "sanitizer")
    assert len(attacks) > 500
    for batch in batches([clean(attack) for attack in attacks]):
        assert_nothing_ran(show(page, "\n".join(batch)), batch)


def test_no_cleaned_drawing_runs_even_inside_the_page(page, material):
    opening = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    drawings = []
    for attack in [*vectors(material / "sanitizer"), "<script>alert(1)</script>", "<g onload='alert(1)'/>"]:
        try:
            drawings.append(clean_svg(f"{opening}{attack}</svg>".encode(errors="replace")).decode().partition("?>")[2])
        except UnsafeSvg:
            continue
    assert len(drawings) > 300
    for batch in batches(drawings):
        assert show(page, "\n".join(batch))["ran"] == [], batch


@pytest.fixture
def drawn(request, monkeypatch, material):
    """Pages of the community made of every attack; the browser's own loop runs beside, which Django takes for ours."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    for limit in ON_ONE_PAGE:
        monkeypatch.setattr(limit, 10_000)
    world = request.getfixturevalue("world")
    client, attacks = client_for(world.a.learner), vectors(material / "sanitizer")
    return {name: draw(client, world, attacks) for name, (draw, _once) in DRAWN.items()}


@pytest.mark.again
def test_no_page_of_the_community_made_of_attacks_runs(page, drawn):
    for name, document in drawn.items():
        seen = visit(page, document)
        assert (seen["ran"], seen["url"]) == ([], "http://academy.test/lesson"), name
