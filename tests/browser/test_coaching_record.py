"""The record of coaching in a real browser: a report kept as it is typed, and everything of it without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import Academy, Guard, Visits, press_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_a_report_is_kept_as_it_is_typed(visit: Visits, academy: Academy, guard: Guard) -> None:
    guard.expected.append(r"status of 409")
    address = f"/desk/reports/{academy.told['en']['unwritten']}/"
    page = visit("coach-en")
    page.goto(address)
    with page.expect_response(lambda answer: answer.url.endswith(address) and answer.status == 204):
        page.locator("[name=covered]").fill("We read the outline together.")
    expect(page.locator("[data-saved]")).not_to_be_empty()

    # Another device, without a pointer: no local storage.
    other = visit("coach-en")
    other.goto(address)
    expect(other.locator("[name=covered]")).to_have_value("We read the outline together.")
    press_until(other, "[name=presence]")
    other.keyboard.press("Space")
    press_until(other, "[name=next_step]")
    other.keyboard.type("Say it aloud.")
    press_until(other, "form[data-report] .btn")
    other.keyboard.press("Enter")
    expect(other).to_have_url(re.compile(r"/appointments/reports/"))
    expect(other.locator("main")).to_contain_text("Say it aloud.")

    # The first window was writing over what is now saved: it reads both texts, and loses neither.
    page.locator("[name=learnt]").fill("A good start.")
    with page.expect_navigation() as navigation:
        page.locator("form[data-report] .btn").click()
    assert navigation.value.status == 409
    expect(page.locator("main [role=alert] dl")).to_contain_text("We read the outline together.")
    expect(page.locator("[name=learnt]")).to_have_value("A good start.")


def test_the_whole_of_it_without_javascript(visit: Visits, academy: Academy) -> None:
    told = academy.told["fr"]
    coach = visit("coach-fr", java_script_enabled=False)
    coach.goto("/home/")
    expect(coach).to_have_url(f"{academy.url}/desk/")
    coach.locator(f"a[href='/desk/reports/{told['unwritten']}/']").first.click()
    coach.locator("[name=presence][value=late]").check()
    coach.locator("[name=minutes]").fill("30")
    coach.locator("[name=covered]").fill("Relu le déroulé.")
    coach.locator("[name=next_step]").fill("Le dire à voix haute.")
    coach.locator("[name=task-0-text]").fill("Apporter le déroulé")
    coach.locator("form[data-report] .btn").click()
    expect(coach).to_have_url(re.compile(r"/appointments/reports/"))
    report = coach.url

    coach.goto(f"/desk/people/{told['person']}/")
    coach.locator("#note-text").fill("Pour moi seulement, sans script.")
    coach.locator(".private form .btn").last.click()
    expect(coach.locator(".private article").first).to_contain_text("Pour moi seulement, sans script.")

    learner = visit("learner-fr", java_script_enabled=False)
    learner.goto(report)
    expect(learner.locator("main")).to_contain_text("Relu le déroulé.")
    learner.locator("main form .btn").click()  # the cohort's reports are signed by both
    expect(learner.locator(".callout.ok").first).to_be_visible()
    learner.goto("/appointments/")
    task = learner.locator(".tick button").filter(has_text="Apporter le déroulé")
    task.click()
    expect(task).to_have_count(0)
    learner.goto("/hours/")
    expect(learner.locator(".evidence > li").filter(has_text="30").first).to_be_visible()
    assert "sans script" not in learner.content()
