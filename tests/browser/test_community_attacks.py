"""Every known attack as a message of the forum, read with the content policy off (T07): nothing may run or be fetched.

In its thread, among the titles of a space, in search, in the preview of the one who writes it, in front of a moderator.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.attacks import vectors

from .conftest import DESK, Academy, Visits
from .talk import material
from .test_sanitizer_vectors import HOOKS, TAGS

pytestmark = [pytest.mark.again, pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

# Use what is there as an eager reader would, then tell what ran and what the words are made of.
READ = """async (selector) => {
  const found = {names: new Set(), attributes: new Set(), protocols: new Set(), places: 0};
  for (const place of document.querySelectorAll(selector)) {
    found.places += 1;
    for (const element of place.querySelectorAll("*")) {
      for (const kind of ["mouseover", "focus", "blur", "pointerdown", "keydown", "toggle", "error", "load"])
        element.dispatchEvent(new Event(kind));
      found.names.add(element.localName);
      for (const attribute of element.attributes) found.attributes.add(attribute.name);
      if (element.localName === "a" && element.hasAttribute("href")) {
        found.protocols.add(element.protocol);
        if (/^\\s*(javascript|data|vbscript)/i.test(element.protocol)) element.click();
      }
    }
  }
  await new Promise(resolve => setTimeout(resolve, 50));
  return {ran: window.__pwn, places: found.places, names: [...found.names], attributes: [...found.attributes],
          protocols: [...found.protocols], title: document.title, url: location.href};
}"""


@pytest.fixture
def told(academy: Academy) -> dict[str, Any]:
    if "attacks" not in academy.told:
        pytest.skip("no real material: set ACADEMY_MATERIAL to the folder that holds it")
    return academy.told


def reader(visit: Visits, who: str) -> Page:
    """A page without any content policy; a dialog, or a request to another host, fails the test."""
    page = visit(who, viewport=DESK, bypass_csp=True)
    page.add_init_script(HOOKS)

    def refuse(dialog: Dialog) -> None:
        dialog.dismiss()
        pytest.fail(f"a dialog opened: {dialog.message}")

    page.on("dialog", refuse)
    return page


def assert_harmless(page: Page, selector: str, *, plain: bool = False) -> int:
    """What `selector` holds did nothing; `plain`: it is text alone. Returns how many such places there are."""
    address, title = page.url, page.title()
    seen = page.evaluate(READ, selector)
    assert seen["ran"] == []
    assert (seen["url"], seen["title"]) == (address, title)
    assert set(seen["names"]) <= (set() if plain else TAGS)
    assert set(seen["protocols"]) <= {"http:", "https:", "mailto:", "tel:"}
    assert not {name for name in seen["attributes"] if name.startswith("on") or name in {"id", "name", "style"}}
    return int(seen["places"])


def test_the_policy_is_off_and_the_witness_sees_what_runs(visit: Visits, told: dict[str, Any]) -> None:
    page = reader(visit, "witness")
    page.goto(f"/community/threads/{told['attacks'][0]}/")
    page.evaluate("""() => {
      document.querySelector("[data-prose]").innerHTML = "<img src='data:,' onerror='alert(7)'>";
    }""")
    page.wait_for_function("window.__pwn.includes('alert:7')")


def test_threads_made_of_attacks_are_read(visit: Visits, told: dict[str, Any]) -> None:
    page, places = reader(visit, "witness"), 0
    for thread in told["attacks"]:
        page.goto(f"/community/threads/{thread}/")
        places += assert_harmless(page, "[data-prose]")
        assert_harmless(page, "h1", plain=True)
    assert places == told["attack_count"]
    assert places > 500


def test_titles_made_of_attacks_are_listed_and_found(visit: Visits, told: dict[str, Any]) -> None:
    page, places = reader(visit, "witness"), 0
    address = "/community/spaces/titres/"
    while address:
        page.goto(address)
        places += assert_harmless(page, "#threads h2 a", plain=True)
        following = page.locator("#threads a[rel=next]")
        address = address.split("?")[0] + str(following.get_attribute("href")) if following.count() else ""
    assert places == 100
    found = ["/community/search/?q=alert", "/community/search/?q=<svg onload=alert(1)>"]
    for address in ("/community/", "/community/unread/", *found):
        page.goto(address)
        assert_harmless(page, "main h2 a, main h3 a, mark")


def test_what_is_previewed_before_it_is_sent(visit: Visits, told: dict[str, Any]) -> None:
    page, folder = reader(visit, "witness"), material()
    assert folder is not None
    pieces = vectors(folder / "sanitizer")
    page.goto(f"/community/threads/{told['attacks'][0]}/")
    button, field = page.locator("[data-tool=preview]"), page.locator("#answer [name=source]")
    for start in range(0, len(pieces), 40):
        field.fill("\n\n".join(pieces[start : start + 40])[:18_000])
        button.click()
        expect(page.locator("[data-preview-box]")).to_be_visible()
        assert_harmless(page, "[data-preview-box] .prose")
        assert page.evaluate("window.__pwn") == []
        button.click()


def test_a_moderator_reads_the_reported_attacks(visit: Visits, told: dict[str, Any]) -> None:
    page = reader(visit, "evening-judge")
    page.goto(f"/community/moderation/reports/{told['attacker']}/")
    assert assert_harmless(page, ".as-text", plain=True) > 400
    assert_harmless(page, "h1, .reported h2 a", plain=True)
    for action in ("keep", "hide"):
        items = "&".join(told["attack_items"].split("&")[:60])
        page.goto(f"/community/moderation/reports/{told['attacker']}/decide/?action={action}&{items}")
        assert assert_harmless(page, ".as-text", plain=True) == 60
    page.goto(f"/community/moderation/people/{told['attacker']}/")
    assert_harmless(page, "main h1, main li a", plain=True)
    page.goto("/community/moderation/")
    assert_harmless(page, ".queue h2 a", plain=True)
    expect(page.locator(".queue")).to_contain_text("<img src=x onerror=alert(1)>")


def test_only_the_site_is_asked(visit: Visits, told: dict[str, Any], academy: Academy) -> None:
    """The guard of every visit complains of a request elsewhere; this one shows that it would."""
    page, asked = reader(visit, "witness"), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/community/threads/{told['attacks'][1]}/")
    page.wait_for_load_state("networkidle")
    assert all(re.match(rf"{re.escape(academy.url)}/|data:|blob:", address) for address in asked)
