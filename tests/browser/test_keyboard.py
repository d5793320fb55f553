"""Without a pointer: every stop of the Tab key has a name, shows that it is there, and is under nothing (X3)."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import DESK, PHONE, Academy, Visits, press_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

# Where the focus is, as a person would see and hear it; null on the page itself.
STOP = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return null;
  const words = id => document.getElementById(id)?.innerText ?? "";
  const name = [one.getAttribute("aria-label"),
    (one.getAttribute("aria-labelledby") ?? "").split(" ").map(words).join(" "),
    [...(one.labels ?? [])].map(label => label.innerText).join(" "), one.innerText, one.title]
    .find(said => said?.trim())?.trim() ?? "";
  const shown = [one, one.closest("label")].filter(Boolean);
  const ring = shown.some(element => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  });
  const box = (one.closest("label") ?? one).getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const hits = (x, y) => shown.some(element => element.contains(document.elementFromPoint(x, y)));
  const covered = ![.1, .5, .9].some(x => [.1, .5, .9].some(
    y => hits(left + (right - left) * x, top + (bottom - top) * y)));
  one.dataset.stop ??= String(document.querySelectorAll("[data-stop]").length);
  return {stop: one.dataset.stop, name, ring, covered, what: one.outerHTML.slice(0, 140)};
}"""


def walk(page: Page, limit: int = 80) -> list[dict[str, Any]]:
    """Tab from the top of the page until the browser's own chrome, or the first stop again."""
    stops: list[dict[str, Any]] = []
    for _press in range(limit):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or any(stop["stop"] == known["stop"] for known in stops):
            return stops
        stops.append(stop)
    pytest.fail(f"no way out of the page after {limit} stops: {stops[-3:]}")


# On a phone the bar at the bottom may cover what has the focus.
@pytest.mark.parametrize(
    "viewport", [pytest.param(PHONE, id="phone"), pytest.param(DESK, id="desk", marks=pytest.mark.again)]
)
@pytest.mark.parametrize(
    ("who", "address"),
    [(None, "/accounts/login/"), ("keys", "/home/"), ("keys", "/learn/"), ("keys", "/lessons/{lesson}/")]
    + [("learner-fr", "/seminars/{past_session}/")]
    + [("learner-fr", f"/attempts/{{{state}}}/{rank}/") for state in ("open", "finished") for rank in (1, 2, 4, 6)],
)
def test_every_stop_is_named_seen_and_free(
    visit: Visits, academy: Academy, who: str | None, address: str, viewport: dict[str, int]
) -> None:
    page = visit(who, viewport=viewport)
    page.goto(address.format(**(academy.told | academy.told["fr"])))
    for part in page.locator("[hx-trigger='intersect once']").all():
        part.scroll_into_view_if_needed()  # what comes once it is seen is there before the walk
        expect(part.locator("h2")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    page.locator("body").evaluate("body => body.focus()")
    stops = walk(page)
    assert len(stops) > 4
    assert [stop["what"] for stop in stops if not stop["name"]] == [], "no name"
    assert [stop["what"] for stop in stops if not stop["ring"]] == [], "no visible focus"
    assert [stop["what"] for stop in stops if stop["covered"]] == [], "covered"


def test_the_walk_sees_what_is_wrong(visit: Visits) -> None:
    """The witness: a button without a name, a link without a ring, a field under a bar."""
    page = visit()
    page.goto("/accounts/login/")
    page.evaluate("""() => {
      document.body.innerHTML = `<button></button><a href="#">Là</a>
        <input aria-label="Dessous"><p></p>`;
      document.adoptedStyleSheets = [new CSSStyleSheet()];
      document.adoptedStyleSheets[0].replaceSync(
        "a:focus { outline: none !important; box-shadow: none !important } p { position: fixed; inset: 0 }");
    }""")
    button, link, field = walk(page)
    assert not button["name"]
    assert not link["ring"]
    assert field["covered"]


def test_sign_in_and_skip_to_the_content(visit: Visits, academy: Academy) -> None:
    page = visit()
    page.goto("/accounts/login/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    press_until(page, "[name=login]")
    page.keyboard.type("keys@example.org")
    press_until(page, "[name=password]")
    page.keyboard.type("demo")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{academy.url}/home/")


def test_the_outline_opens_and_gives_the_focus_back(visit: Visits, academy: Academy) -> None:
    page = visit("keys")
    page.goto(academy.lesson())
    opener, outline = page.locator("button[popovertarget=plan]").last, page.locator("#plan")
    press_until(page, ".drawer-open [popovertarget=plan]")
    page.keyboard.press("Enter")
    expect(outline).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#plan').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(outline).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Space")
    expect(outline).to_be_visible()
    press_until(page, "#plan .close")
    page.keyboard.press("Enter")
    expect(outline).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_account_menu_closes_with_escape(visit: Visits) -> None:
    page = visit("keys")
    page.goto("/home/")
    menu = page.locator("details.menu")
    press_until(page, "details.menu summary")
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_a_question_from_the_first_key_to_the_next_question(visit: Visits, academy: Academy) -> None:
    page = visit("keys")
    page.goto(academy.lesson())
    press_until(page, ".step-bar form button")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/attempts/"))
    press_until(page, "input[type=radio]")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Paris")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("#outcome")).to_be_focused()
    press_until(page, "#question > div:last-of-type a.btn")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/2/$"))


def test_a_seat_a_date_and_a_signature_without_a_pointer(visit: Visits, academy: Academy) -> None:
    told = academy.told["fr"]
    page = visit("patient")
    page.goto("/seminars/")
    press_until(page, f"a[href='/seminars/{told['public_session']}/']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{academy.url}/seminars/{told['public_session']}/")
    press_until(page, "#coming form[action$='/register/'] button")
    page.keyboard.press("Enter")
    expect(page.locator("#coming form[action$='/cancel/']")).to_be_visible()
    press_until(page, "a[href$='/session.ics']")
    with page.expect_download() as calendar:
        page.keyboard.press("Enter")
    assert calendar.value.suggested_filename.endswith(".ics")

    page = visit("learner-fr")
    page.goto(f"/seminars/{told['past_session']}/")
    press_until(page, "form[action$='/sign/'] button")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/attendance/mine/$"))
    expect(page.locator("form[action$='/sign/']")).to_have_count(0)
