"""News as they happen: the number beside the bell follows what is done in another window; no script, no loss."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import Guard, Visits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_what_is_read_in_one_window_is_read_in_the_other(visit: Visits) -> None:
    # News of her own: the screens look at those of the others.
    page = visit("keys")
    page.goto("/home/")
    number = page.locator(".bell-count b")
    expect(number).to_have_text("2")
    other = page.context.new_page()
    other.goto("/notifications/")

    other.locator("form[action$='/read/'] button").first.click()

    # The first window was never loaded again.
    expect(page.locator(".bell-count")).to_be_hidden()
    expect(other.locator("h1")).to_be_visible()


def test_without_a_script_the_list_is_read_and_emptied(visit: Visits) -> None:
    page = visit("plain", java_script_enabled=False)
    page.goto("/notifications/")
    expect(page.locator(".bell-count b")).to_have_text("2")

    page.locator("[name=open]").first.click()
    page.wait_for_url("**/home/")
    expect(page.locator(".bell-count b")).to_have_text("1")

    page.goto("/notifications/")
    page.locator("form[action='/notifications/read/'] button").click()
    expect(page.locator(".bell-count")).to_be_hidden()


def test_choices_are_kept_without_a_script(visit: Visits) -> None:
    page = visit("plain", java_script_enabled=False)
    page.goto("/notifications/choices/")
    page.locator("[name=digest][value=weekly]").check()
    page.locator("[name=quiet_from]").fill("20:15")

    page.locator("form[action='/notifications/choices/'] button.wide").click()

    expect(page.locator("#messages .ok")).to_be_visible()
    expect(page.locator("[name=digest][value=weekly]")).to_be_checked()
    expect(page.locator("[name=quiet_from]")).to_have_value("20:15")


SUBSCRIBED = """
  const subscription = { unsubscribe: async () => sessionStorage.setItem("told", "no more") };
  const registration = { pushManager: { getSubscription: async () => subscription } };
  Object.defineProperty(navigator.serviceWorker, "getRegistration", { value: async () => registration });
"""


def test_signing_out_ends_the_news_of_this_browser(visit: Visits, guard: Guard) -> None:
    guard.expected.append("403")  # the socket of the page that is left
    page = visit()
    page.add_init_script(SUBSCRIBED)
    sign_in(page, "booker-keys")
    page.locator("details.menu summary").click()
    page.locator("details.menu form[action='/accounts/logout/'] button").click()
    page.wait_for_url(re.compile(r"//[^/]+/$"))
    assert page.evaluate("sessionStorage.getItem('told')") == "no more"
    page.goto("/home/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
