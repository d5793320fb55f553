"""One seminar with every accident an evening may bring, from its door to the replay and the signed sheet."""

import re
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lms.kit.live.heartbeats import EVERY
from seminars.queries.attendance import LATEST_SIGN
from tests.live_media.conftest import Academy, Home, visits
from tests.live_media.room import (
    A_GOOD_LINE,
    A_SCREEN,
    BY_JANUS,
    KEEP_LINES,
    PUBLISH_ANYWAY,
    grows,
    last_opened,
    menu,
    reads,
    says,
    until,
    write,
)
from tests.live_media.servers import Process

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("live")]

CUT = 30
"""Seconds that a cable is cut."""
CLOSE = timedelta(seconds=5)
"""How far what the academy counted may be from what was clocked here."""
SIGN_OF_LIFE = timedelta(seconds=EVERY)
FRAMES = "video => video.getVideoPlaybackQuality().totalVideoFrames"

type Come = Callable[[str, str], Page]


@pytest.fixture
def come(chromium: Browser, academy: Academy, at_home: Home) -> Iterator[Come]:
    """Come as one of the cast: the learner from her home, the others from the academy."""
    with visits(academy, "evening") as visit:

        def open_page(who: str, path: str) -> Page:
            browser = at_home.browser if who == "learner" else chromium
            return visit(browser, who, academy.path("evening", path), KEEP_LINES, A_SCREEN, A_GOOD_LINE)

        yield open_page


def test_an_evening_with_accidents(
    academy: Academy, worker: Process, at_home: Home, come: Come, tmp_path: Path
) -> None:
    # The door: nobody enters a recorded session before she has said whether she agrees.
    learner = come("learner", "")
    learner.get_by_label("Yes, I agree").check()
    learner.get_by_role("button", name="Keep my answer").click()
    learner.get_by_role("link", name="Go to the room").click()
    expect(learner.locator("[data-lobby]")).to_be_visible()
    expect(learner.locator("[data-count]")).to_have_text("1")
    first = last_opened(learner)
    presenter, moderator = come("presenter", "room/"), come("moderator", "room/")
    presenter.get_by_role("button", name="Open the room").click()
    expect(learner.locator("[data-lobby]")).to_be_hidden()
    opened = now()
    classmate = come("classmate", "room/")
    expect(moderator.locator("[data-count]")).to_have_text("4")
    came = last_opened(classmate)
    pages, audience = (presenter, moderator, learner, classmate), (learner, classmate)
    said: list[str] = []

    def say(page: Page, text: str) -> None:
        write(page, text)
        said.append(text)
        reads(moderator, said)

    # The stage.
    presenter.locator("[data-mic]").click()
    says(presenter, "Everybody hears you")
    presenter.locator("[data-camera]").click()
    menu(presenter, "[data-screen]")
    for page in audience:
        for picture in ("Picture of Nadia Roy", "Screen of Nadia Roy"):
            moves(page, picture)
        grows(page)
    assert learner.evaluate(PUBLISH_ANYWAY, f"/ws/seminars/{academy.told['evening']['session']}/") == "not-allowed"

    # A hand: invited up, and seen by all.
    learner.locator("[data-hand]").click()
    presenter.locator("a[href='#room-hands']").click()
    presenter.get_by_role("button", name="Invite to speak").click()
    learner.locator("[data-to-stage]").click()
    says(learner, "Everybody hears you")
    menu(learner, "[data-camera]")
    for page in (presenter, moderator, classmate):
        moves(page, "Picture of Lina Benali")
    presenter.get_by_role("button", name="Send Lina Benali back to the audience").click()
    expect(learner.locator("[data-mic]")).to_be_hidden()

    # Small groups, and everybody back.
    say(classmate, "Bonsoir !")
    presenter.locator("a[href='#room-desk']").click()
    groups = unfolded(presenter, "Small groups")
    groups.get_by_label("Names of the groups, one a line").fill("Rive gauche\nRive droite")
    groups.get_by_role("button", name="Send everybody into groups").click()
    for page in audience:
        expect(page.locator("[data-group-name]")).to_contain_text("Rive")
    assert len({page.locator("[data-group-name]").inner_text() for page in audience}) == 2
    write(learner, "Dans mon groupe")
    reads(learner, ["Dans mon groupe"])
    reads(classmate, [])
    groups.get_by_role("button", name="Everybody back now").click()
    moved = {}
    for page in audience:
        expect(page.locator("[data-group]")).to_be_hidden()
        moved[page] = now()
        reads(page, said)

    # The web process dies, and is started again.
    presenter.locator("a[href='#room-chat']").click()
    until(lambda: between_signs(first))
    write(presenter, "Juste avant la panne")
    academy.web.kill()
    killed, sign = now(), {page: max(last_sign(first), moved[page]) for page in audience}
    silent = max(sign.values()) + LATEST_SIGN + timedelta(seconds=2)
    write(classmate, "Pendant la panne")
    academy.open()
    for page in pages:
        page.wait_for_function(f"() => window.lines.at(-1) > {killed.timestamp() * 1000}", timeout=60_000)
        expect(page.locator("[data-trouble]")).to_be_hidden()
        expect(page.locator("[data-chat] .waiting")).to_have_count(0)
        expect(page.locator("[data-count]")).to_have_text("4")
    back = {page: last_opened(page) for page in audience}
    expect(moderator.locator("[data-chat] .said")).to_have_count(3)
    said = moderator.locator("[data-chat] .said").all_inner_texts()
    assert sorted(said) == ["Bonsoir !", "Juste avant la panne", "Pendant la panne"]
    for page in pages:
        reads(page, said)
    for page in audience:
        grows(page)

    # Her cable is cut; the others go on.
    cut = time.monotonic()
    at_home.cut(learner, off=True)
    write(learner, "Vous m’entendez ?")
    presenter.locator("a[href='#room-desk']").click()
    polls = unfolded(presenter, "Polls and quizzes")
    polls.get_by_label("Your question to the room").fill("On continue ?")
    polls.get_by_label("Answers, one a line").fill("Oui\nNon")
    polls.get_by_role("button", name="Ask the room now").click()
    vote(classmate, "Oui")
    for number in (1, 2, 3):
        say(classmate, f"Pendant la coupure {number}")
        say(moderator, f"Réponse {number}")
    moderator.wait_for_timeout(max(0.0, CUT - (time.monotonic() - cut)) * 1000)
    at_home.cut(learner, off=False)
    said.append("Vous m’entendez ?")
    for page in pages:
        reads(page, said)
        expect(page.locator("[data-count]")).to_have_text("4")
    grows(learner, within=90)

    # The poll found her when she was back; its result is said in words.
    vote(learner, "Non")
    polls.get_by_role("button", name="Show the results").click()
    polls.get_by_role("button", name="Close").click()
    for page in audience:
        expect(page.locator("[data-poll-choices] li")).to_have_text([re.compile(r"Oui.*50"), re.compile(r"Non.*50")])
        expect(page.locator("[data-poll-state]")).to_have_text("Closed. Answers: 2.")

    # Janus dies while it records, and is started again.
    until(lambda: now() > silent - timedelta(seconds=12), within=LATEST_SIGN.total_seconds())
    presenter.get_by_role("button", name="Record", exact=True).click()
    for page in pages:
        expect(page.locator("[data-flag=recording]")).to_be_visible()
        expect(page.locator("[data-news]")).to_contain_text("The session is recorded from now on.")
    until(lambda: recorded(academy) > 200_000)
    academy.media.kill_janus()
    say(moderator, "On continue par écrit.")
    for page in audience:
        reads(page, said)
        page.wait_for_function(f"() => !({BY_JANUS})()")
    academy.media.start_janus_again()
    for page in audience:
        page.wait_for_function(BY_JANUS, timeout=90_000)
        grows(page)

    # The end, for all.
    left = now()
    classmate.get_by_role("link", name="Leave the room").click()
    classmate.wait_for_url(academy.path("evening"))
    until(lambda: now() > silent)
    presenter.once("dialog", lambda dialog: dialog.accept())
    ended = now()
    presenter.get_by_role("button", name="End for everybody").click()
    for page in (presenter, moderator, learner):
        expect(page.locator("h1")).to_have_text("This session is over")

    # A process that dies takes what followed its last sign of life; a cut that mends in time takes nothing.
    whole = {
        "Lina Benali": (first, ended, (sign[learner] - opened) + (ended - back[learner])),
        "Karim Petit": (came, left, (sign[classmate] - came) + (left - back[classmate])),
    }
    for name, seconds, first_in, last_out in attendances(academy):
        clocked_in, clocked_out, there = whole.pop(name)
        assert abs(first_in - clocked_in) < CLOSE, name
        assert abs(last_out - clocked_out) < CLOSE, name
        assert abs(timedelta(seconds=seconds) - there) < CLOSE, name
    assert not whole

    # One tap each, and the sheet.
    learner.get_by_role("link", name="See this session").click()
    learner.get_by_role("link", name="My attendance").click()
    learner.get_by_role("button", name="I sign").click()
    expect(learner.locator("main")).to_contain_text("signed on")
    learner_signed = now()
    presenter.get_by_role("link", name="See this session").click()
    presenter.get_by_role("link", name="Attendance", exact=True).click()
    presenter.get_by_role("button", name="I sign").click()
    expect(presenter.locator("main")).to_contain_text("Signed")
    signed = now()
    with presenter.expect_download() as download:
        presenter.get_by_role("link", name="Attendance sheet (PDF)").click()
    sheet = tmp_path / "sheet.pdf"
    download.value.save_as(sheet)
    text = subprocess.run(["pdftotext", "-layout", sheet, "-"], capture_output=True, text=True, check=True).stdout
    for words in (
        "Attendance sheet",
        "Questions du soir",
        "Promotion du soir",
        "Nadia Roy",
        "Lina Benali",
        "Karim Petit",
    ):
        assert words in text
    assert text.count("Signed on") == 2
    assert text.count("Not signed") == 1
    assert text.count("Away: ") == 2
    zone = ZoneInfo(academy.told["evening"]["zone"])
    for moment in (first, ended, came, left, *sign.values(), *back.values(), learner_signed, signed):
        assert is_stamped(text, moment.astimezone(zone)), f"{moment.astimezone(zone):%H:%M:%S} is not in:\n{text}"

    # The replay.
    learner.goto(academy.path("evening"))
    learner.get_by_role("link", name="See the replay").click()
    until(lambda: learner.reload() and learner.locator("[data-replay] video").count(), within=400, every=4)
    expect(learner.locator(".moments")).to_contain_text("On continue par écrit.")
    film = learner.locator("video")
    film.press("Space")
    until(lambda: film.evaluate("video => video.currentTime") > 2)
    assert film.evaluate("video => video.readyState") >= 2
    assert film.evaluate(FRAMES) > 25


def now() -> datetime:
    return datetime.now(UTC)


def last_sign(first: datetime) -> datetime:
    """When a web process whose first visitor came then has written its last sign of life."""
    return first + (now() - first) // SIGN_OF_LIFE * SIGN_OF_LIFE


def between_signs(first: datetime) -> bool:
    """Not so near to one that nobody can say whether it was written."""
    return CLOSE < now() - last_sign(first) < SIGN_OF_LIFE - timedelta(seconds=2)


def moves(page: Page, label: str) -> None:
    """This picture is there, and is not a still one."""
    picture = page.locator(f"[data-video] video[aria-label='{label}']")
    picture.wait_for()
    before = picture.evaluate(FRAMES)
    until(lambda: picture.evaluate(FRAMES) > before + 5)


def unfolded(page: Page, summary: str) -> Locator:
    """One of the parts of the desk."""
    part = page.locator("[data-desk] details", has=page.locator("summary", has_text=summary))
    part.locator("summary").click()
    return part


def vote(page: Page, choice: str) -> None:
    poll = page.locator("[data-poll]")
    poll.get_by_label(choice).check()
    poll.get_by_role("button", name="Answer").click()
    expect(poll.locator("[data-poll-state]")).to_contain_text("Your answer is in.")


def recorded(academy: Academy) -> int:
    """Bytes of sound and picture on the disk so far."""
    return sum(raw.stat().st_size for raw in (academy.var / "recordings").glob("*/*.mjr*"))


def attendances(academy: Academy) -> list[tuple[str, int, datetime, datetime]]:
    """What was settled: name, seconds present, first in, last out."""
    with sqlite3.connect(academy.var / "db.sqlite3") as connection:
        rows = connection.execute(
            "SELECT display_name, present_seconds, first_in, last_out FROM seminars_attendance"
            " JOIN seminars_registration ON seminars_registration.id = registration_id"
            " JOIN accounts_user ON accounts_user.id = person_id"
        ).fetchall()
    return [(name, seconds, _utc(first), _utc(last)) for name, seconds, first, last in rows]


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def is_stamped(text: str, moment: datetime) -> bool:
    """Whether the paper says this instant, give or take what clocks may differ."""
    near = (moment + timedelta(seconds=by) for by in range(-5, 6))
    return any(f"{one:%H:%M:%S}" in text for one in near)
