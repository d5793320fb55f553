"""T63: a module saved in the browser, read and answered without a network, and gone with who saved it."""

import re

import pytest
from playwright.sync_api import Error, Page, expect

from .conftest import Academy, Guard, Visits, sign_in
from .stage import TITLE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

KEPT = """async () => {
  const [name] = await caches.keys();
  return (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
}"""

FULL = """() => { Cache.prototype.was = Cache.prototype.put;
  Cache.prototype.put = async () => { throw new DOMException("", "QuotaExceededError"); }; }"""
EMPTY = "() => { Cache.prototype.put = Cache.prototype.was; }"


def save(page: Page) -> None:
    """Its weight is told, then agreed to."""
    button = page.locator("[data-save]")
    button.click()
    expect(button).to_have_text(re.compile(r"\(\d+\sko\)"))
    button.click()


def gone(page: Page) -> None:
    for _attempt in range(300):
        if page.evaluate("caches.keys()") == []:
            return
        page.wait_for_timeout(100)
    pytest.fail("something is still saved")


def test_a_saved_module_is_read_and_answered_without_a_network(visit: Visits, academy: Academy, guard: Guard) -> None:
    guard.expected += ["ERR_", "403", "404", "htmx"]
    page = visit()
    sign_in(page, "booker-phone")
    page.goto(academy.lesson())
    page.locator(".step-bar form button").click()
    question = page.url
    page.goto("/learn/")
    page.locator("details[open] a[data-scripted=offline]").click()

    # The network leaves on the way, then there is no room: each is said, what came before stays, the rest follows.
    said = page.locator("#offline [role=status]")
    page.route(f"**{academy.lesson()}", lambda route: route.abort())
    save(page)
    expect(said).to_have_text(re.compile("réseau"))
    kept = page.evaluate(KEPT)
    page.unroute(f"**{academy.lesson()}")
    page.evaluate(FULL)
    page.locator("[data-save]").click()
    expect(said).to_have_text(re.compile("place"))
    page.evaluate(EMPTY)
    page.locator("[data-save]").click()
    expect(said).to_have_text(re.compile(r"^Enregistré hors ligne \(\d+\sko\)$"))
    assert set(kept) < set(page.evaluate(KEPT))

    page.context.set_offline(True)
    page.goto(academy.lesson())
    expect(page.locator("h1")).to_have_text(TITLE)
    badge = page.locator("#network")
    expect(badge).to_have_text("Hors ligne")
    page.locator("form.note textarea").fill("Josiane, dans le train.")
    page.locator(".step-bar form button").click()
    expect(page).to_have_url(question)
    expect(page.locator("form[data-ready]")).to_have_count(1)
    page.get_by_label("Paris").check()
    page.locator("#question form .submit .btn").click()
    expect(badge).to_contain_text("2 réponses")
    page.locator("[data-next]").click()
    expect(page).to_have_url(question.replace("/1/", "/2/"))
    expect(page.locator("form[data-ready]")).to_have_count(1)
    page.goto("/learn/")
    expect(page.locator("h1")).to_have_text("Vous êtes hors ligne")
    expect(page.locator("main a[href^='tel:']")).to_be_visible()
    page.get_by_role("link", name="Observer son territoire").click()
    page.wait_for_load_state()
    page.locator("form[data-finish] button").click()
    expect(badge).to_contain_text("3 réponses")
    page.goto("/community/")
    expect(page.locator("h1")).to_have_text("Vous êtes hors ligne")

    # The page that was asked for comes by itself, and all that waited leaves from it.
    page.context.set_offline(False)
    expect(page.locator(".toast")).to_contain_text("Ce qui attendait")
    expect(badge).to_have_text("")
    page.goto(question)
    expect(page.locator("#outcome")).to_be_visible()
    page.goto(academy.lesson())
    expect(page.locator("form.note textarea")).to_have_value("Josiane, dans le train.")
    page.goto("/hours/")
    expect(page.locator(".evidence > li").filter(has_text="Observer son territoire")).to_have_count(1)

    # It goes when she signs out, when the module is no longer hers to read, and when her session is over.
    page.locator("details.menu summary").click()
    page.locator("details.menu form[action='/accounts/logout/'] button").click()
    page.wait_for_url(f"{academy.url}/")
    gone(page)
    page.context.set_offline(True)
    with pytest.raises(Error, match="ERR_"):
        page.goto(academy.lesson())
    page.context.set_offline(False)
    sign_in(page, "booker-phone")
    module = f"/modules/{academy.told['module']}/"
    page.goto(module)
    save(page)
    expect(said).to_have_text(re.compile("^Enregistré"))
    page.evaluate("sessionStorage.clear()")  # as ten minutes later
    page.route("**/offline/", lambda route: route.fulfill(status=404))
    page.goto("/hours/")
    gone(page)
    page.unroute("**/offline/")
    page.goto(module)
    save(page)
    expect(said).to_have_text(re.compile("^Enregistré"))
    page.context.clear_cookies(name="sessionid")
    page.goto(academy.lesson())
    gone(page)
