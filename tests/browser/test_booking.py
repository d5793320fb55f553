"""Booking on a phone in three taps, by keyboard alone, and without JavaScript; each page judged by axe on the way."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import PHONE, Visits, axe, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

BOOKED = re.compile(r"/appointments/[0-9a-f-]{36}/")
HELD = re.compile(r"/appointments/hold/")


def slot(page: Page) -> str:
    """The name of the first free moment, as a screen reader says it."""
    return page.locator("button[name=slot]").first.get_attribute("aria-label") or ""


def test_three_taps_on_a_phone_then_move_cancel_and_undo(visit: Visits) -> None:
    page = visit("booker-phone", viewport=PHONE)
    page.goto("/home/")
    page.locator(".mainnav a[href='/appointments/']").click()
    assert axe(page) == []
    page.locator("button[name=slot]").first.click()
    expect(page).to_have_url(HELD)
    assert axe(page) == []
    page.locator("form[action='/appointments/book/'] button.btn").click()
    expect(page).to_have_url(BOOKED)
    assert axe(page) == []

    page.locator("a[href$='/move/']").click()
    assert axe(page) == []
    before = page.locator("main .lead").inner_text()
    page.locator("button[name=slot]").nth(5).click()
    page.locator("a[href$='/move/']").click()
    assert page.locator("main .lead").inner_text() != before
    page.go_back()
    page.locator("main form[action$='/cancel/'] button").click()
    page.locator("form[action$='/book-again/'] button").click()
    expect(page.locator("a[href$='/move/']")).to_be_visible()


def test_by_keyboard_alone(visit: Visits) -> None:
    page = visit("booker-keys")
    page.goto("/appointments/")
    wanted = slot(page)

    page.locator("#main").focus()
    for _press in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name === 'slot'"):
            break
    assert page.evaluate("document.activeElement.ariaLabel") == wanted
    page.keyboard.press("Enter")
    expect(page).to_have_url(HELD)
    page.locator("#id_topic").focus()
    page.keyboard.type("Mon CV")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page).to_have_url(BOOKED)
    expect(page.get_by_text("Mon CV")).to_be_visible()


def test_without_javascript(visit: Visits) -> None:
    page = visit(java_script_enabled=False)
    sign_in(page, "booker-plain")
    page.goto("/appointments/")
    page.locator("button[name=slot]").first.click()
    page.locator("#id_topic").fill("Sans script")
    page.locator("form[action='/appointments/book/'] button.btn").click()

    expect(page).to_have_url(BOOKED)
    expect(page.get_by_text("Sans script")).to_be_visible()
    page.locator("main form[action$='/cancel/'] button").first.click()
    expect(page.locator("form[action$='/book-again/'] button")).to_be_visible()
