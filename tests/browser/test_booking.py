"""Booking on a phone in three taps, by keyboard alone, and without JavaScript; each page judged by axe on the way."""

import email
import re
import time
from email.message import EmailMessage
from email.policy import default

import pytest
from playwright.sync_api import Page, expect

from .conftest import PHONE, Academy, Visits, axe, press_until, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

BOOKED = re.compile(r"/appointments/[0-9a-f-]{36}/")
HELD = re.compile(r"/appointments/hold/")


def slot(page: Page) -> str:
    """The name of the first free moment, as a screen reader says it."""
    return page.locator("button[name=slot]").first.get_attribute("aria-label") or ""


def invitation_to(academy: Academy, address: str) -> EmailMessage:
    """The first mail that the worker has sent to somebody with an appointment in it, once it has."""
    for _attempt in range(120):
        sent = [file.read_bytes() for file in sorted((academy.var / "mail").glob("*.log"))]
        # A line follows each mail: what no line follows yet is still being written.
        for raw in (mail for several in sent for mail in several.split(b"-" * 79)[:-1]):
            message = email.message_from_bytes(raw.lstrip(), policy=default)
            if message["To"] == address and any('method="REQUEST"' in part["Content-Type"] for part in message.walk()):
                assert isinstance(message, EmailMessage)
                return message
        time.sleep(0.25)
    pytest.fail(f"no invitation to {address}")


def test_three_taps_on_a_phone_then_move_cancel_and_undo(visit: Visits, academy: Academy) -> None:
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

    # Both are told, in the academy and by mail; hers leads where the date is moved: no sign-in, no script, no pointer.
    coach = visit("diarist")
    coach.goto("/notifications/")
    expect(coach.locator("main")).to_contain_text("Booker-Phone")
    for person in ("booker-phone", "diarist"):
        letter = invitation_to(academy, f"{person}@example.org")
        if person == "booker-phone":
            link = re.search(r"http\S+/a/\S+/", letter.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert link
    reader = visit(java_script_enabled=False)
    reader.goto(link[0])
    date = reader.locator("main h1").inner_text()
    press_until(reader, "a[href$='/move/']")
    reader.keyboard.press("Enter")
    expect(reader).to_have_url(re.compile("/move/$"))
    press_until(reader, "li + li button[name=slot]")
    reader.keyboard.press("Enter")
    expect(reader.locator("main h1")).not_to_have_text(date)
    coach.reload()
    expect(coach.locator("main")).to_contain_text("Rendez-vous déplacé")

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
