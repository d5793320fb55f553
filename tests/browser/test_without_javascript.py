"""Everything a learner came for, with JavaScript off (X15): links lead, forms post, the server answers with pages."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import Academy, Guard, Visits, sign_in
from .stage import TITLE
from .test_journeys import answer_right, go_on, submit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture
def page(visit: Visits) -> Page:
    """A phone without JavaScript, with "plain" signed in through the form."""
    opened = visit(java_script_enabled=False)
    sign_in(opened, "plain")
    return opened


def test_read_note_answer_finish(page: Page, academy: Academy, guard: Guard) -> None:
    page.goto("/home/")
    page.locator(".sheet .btn").click()
    expect(page.locator("article h1")).not_to_be_empty()

    page.goto(academy.lesson())
    # The outline opens without a script too.
    page.locator("button[popovertarget=plan]").last.click()
    expect(page.locator("#plan")).to_be_visible()
    page.locator("#plan .close").click()
    page.locator("form.note textarea").fill("Une note écrite sans script.")
    page.locator("form.note button").click()
    expect(page.locator("form.note textarea")).to_have_value("Une note écrite sans script.")

    page.locator(".step-bar form button").click()
    guard.expected.append("status of 422")
    submit(page)
    expect(page.get_by_role("alert")).to_be_visible()  # nothing was answered yet
    for rank, kind in enumerate(academy.told["kinds"], 1):
        expect(page).to_have_url(re.compile(rf"/{rank}/$"))
        answer_right(page, kind)
        submit(page)
        expect(page.locator("#outcome")).to_be_visible()
        go_on(page)
    expect(page.locator("ol.rows > li")).to_have_count(len(academy.told["kinds"]))
    page.locator("main .btn").first.click()
    expect(page.locator("#finished")).to_be_visible()

    page.goto("/hours/")
    expect(page.locator(".evidence > li").filter(has_text=TITLE)).to_have_count(1)


def test_a_lesson_to_read_is_finished_with_a_button(page: Page) -> None:
    page.goto("/learn/")
    page.locator(".steps a").filter(has_text="Observer son territoire").click()
    page.locator(".step-bar form button").click()
    expect(page.locator("#finished")).to_be_visible()
    expect(page.locator(".step-bar form")).to_have_count(0)


def test_verify_by_hand(visit: Visits, academy: Academy) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/verify/")
    page.locator("[name=code]").fill(academy.told["code"].lower())
    page.locator("main form button").click()
    expect(page.locator(".callout.ok")).to_be_visible()


def test_preferences_language_and_the_way_out(page: Page) -> None:
    page.goto("/accounts/preferences/")
    page.locator("[name=theme][value=dark]").check()
    page.locator("main form button").last.click()
    expect(page.locator(".callout.ok")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.locator("button[name=language][value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("button[name=language][value=fr]").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")

    page.locator("details.menu summary").click()
    page.locator("details.menu form button").click()
    page.goto("/home/")
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/home/$"))
