"""A room with real media: seen, heard, refused, invited, cut, killed and back. Decoded frames are the proof."""

import json
import re
import sqlite3
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live_media.conftest import Academy, Home, Visit, visits
from tests.live_media.room import A_SCREEN, HEARD, PUBLISH_ANYWAY, grows, menu, says, stands_still, until, write
from tests.live_media.servers import Process

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("live")]

ONLY_BY_RELAY = """
  const Open = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Open {
    constructor(given) { super({ ...given, iceTransportPolicy: "relay" }); }
  };
"""
WRONG_PASSWORD = """
  const Known = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Known {
    constructor(given) {
      const iceServers = given.iceServers.map((server) => server.username ? { ...server, credential: "x" } : server);
      super({ ...given, iceServers });
    }
  };
"""
# A clock that may be put forward.
A_CLOCK = """
  const told = Date.now;
  window.later = 0;
  Date.now = () => told() + window.later;
"""
# A line that may be cut; what comes by it may be lost (`deaf`), or be late (`late`: a kind of event).
A_BAD_LINE = """
  const Good = window.WebSocket;
  window.WebSocket = class extends Good {
    constructor(...given) { super(...given); window.line = this; }
    set onmessage(hear) {
      super.onmessage = (event) => {
        if (!window.deaf) setTimeout(() => hear(event), JSON.parse(event.data).type === window.late ? 1500 : 0);
      };
    }
  };
"""


@pytest.mark.again
def test_a_stage_from_the_presenter_to_an_invited_learner(academy: Academy, enter: Visit) -> None:
    presenter, learner, classmate = enter("presenter", A_SCREEN), enter("learner"), enter("classmate")
    host = enter("host")
    says(learner, "You listen")
    expect(learner.locator("[data-mic]")).to_be_hidden()

    presenter.locator("[data-mic]").click()
    says(presenter, "Everybody hears you")
    presenter.locator("[data-camera]").click()
    for page in (learner, classmate):
        grows(page)
        grows(page, HEARD)
        expect(page.locator("[data-speakers] li")).to_contain_text("camera on")

    presenter.locator(".controls details.menu").first.locator("summary").click()
    presenter.locator("[data-screen]").click()
    for page in (learner, classmate):
        expect(page.locator("[data-video] figure")).to_have_count(2)

    assert learner.evaluate(PUBLISH_ANYWAY, f"/ws/seminars/{academy.told['pieces']['session']}/") == "not-allowed"

    learner.locator("[data-hand]").click()
    host.locator("a[href='#room-hands']").click()
    host.get_by_role("button", name="Invite to speak").click()
    learner.locator("[data-to-stage]").click()
    says(learner, "Everybody hears you")
    learner.locator(".controls details.menu").first.locator("summary").click()
    learner.locator("[data-camera]").click()
    for page in (presenter, classmate, host):
        expect(page.locator("[data-video] figure", has_text="Learner Benali")).to_have_count(1)
        grows(page)

    host.get_by_role("button", name="Close the microphone of Learner Benali").click()
    says(learner, "closed by those who run the session")
    host.get_by_role("button", name="Send Learner Benali back to the audience").click()
    expect(classmate.locator("[data-speakers] li")).to_have_count(1)
    expect(learner.locator("[data-mic]")).to_be_hidden()

    presenter.close()
    expect(classmate.locator("[data-speakers] li")).to_have_count(0)
    stands_still(classmate)


@pytest.mark.again
def test_janus_dies_and_comes_back_while_the_chat_goes_on(academy: Academy, enter: Visit) -> None:
    presenter, learner = enter("presenter"), enter("learner")
    presenter.locator("[data-camera]").click()
    grows(learner)

    academy.media.kill_janus()
    write(presenter, "On continue par écrit.")
    expect(learner.locator("[data-chat]")).to_contain_text("On continue par écrit.")
    grows(learner)  # two people are few enough for their browsers alone

    academy.media.start_janus_again()
    grows(learner, "window.calls.length", by=1, within=60)
    grows(learner, within=60)


def test_a_network_that_lets_only_the_relay_through(enter: Visit) -> None:
    presenter, learner = enter("presenter", ONLY_BY_RELAY), enter("learner", ONLY_BY_RELAY)
    presenter.locator("[data-camera]").click()
    grows(learner)


def test_a_call_that_finds_no_way_says_so_and_tries_again(enter: Visit) -> None:
    presenter, learner = enter("presenter"), enter("learner", WRONG_PASSWORD, ONLY_BY_RELAY)
    presenter.locator("[data-camera]").click()
    says(learner, "Sound and picture do not come through")
    assert learner.evaluate("window.calls.length") >= 1


def test_a_line_under_300_kbit_gets_sound_slides_and_text_by_itself(
    academy: Academy, chromium: Browser, at_home: Home
) -> None:
    """T23: the line itself is narrow, and nobody pretends to the browser."""
    with visits(academy, "pieces") as visit:
        presenter = visit(chromium, "presenter", academy.room)
        learner = visit(at_home.browser, "learner", academy.room)
        presenter.locator("[data-mic]").click()
        presenter.locator("[data-camera]").click()
        grows(learner)
        expect(learner.locator("main.room")).not_to_have_attribute("data-low", "")

        # Less than the smallest picture that a browser too busy to make a better one sends.
        with at_home.place.narrowed("100kbit") as is_narrow:
            if not is_narrow:
                pytest.skip("no line can be made narrow here: a network namespace and tc (tbf) are needed")
            says(learner, "Your connection is slow")
            expect(learner.locator("[data-video] figure")).to_have_count(0)
            grows(learner, HEARD)
            write(presenter, "Vous me lisez ?")
            expect(learner.locator("[data-chat]")).to_contain_text("Vous me lisez ?")

        # Pictures again, as soon as she wants them.
        menu(learner, "[data-audio-only]")
        grows(learner)
        expect(learner.locator("[data-media-state]")).not_to_contain_text("Your connection is slow")


@pytest.mark.again
def test_a_cut_wire_is_mended_by_itself(academy: Academy, enter: Visit) -> None:
    presenter, learner = enter("presenter"), enter("learner")
    presenter.locator("[data-camera]").click()
    grows(learner)
    if not academy.place.wire:
        academy.media.kill_janus()
        academy.media.start_janus_again()
    else:
        academy.place.cut(off=True)
        write(learner, "Vous m’entendez ?")
        expect(presenter.locator("[data-chat]")).to_contain_text("Vous m’entendez ?")
        stands_still(learner)
        presenter.wait_for_timeout(8_000)
        academy.place.cut(off=False)
    grows(learner, within=90)


def test_a_line_whose_receipt_was_lost_is_shown_once(enter: Visit) -> None:
    moderator, learner = enter("moderator", A_BAD_LINE), enter("learner")
    expect(moderator.locator("[data-count]")).to_have_text("2")
    moderator.evaluate("window.deaf = true")
    write(moderator, "Dit avant la coupure")
    expect(learner.locator("[data-chat] li", has_text="Dit avant la coupure")).to_have_count(1)

    moderator.evaluate("window.deaf = false; window.line.close()")
    write(learner, "Dit après la coupure")

    expect(moderator.locator("[data-chat]")).to_contain_text("Dit après la coupure")
    expect(moderator.locator("[data-chat] .waiting")).to_have_count(0)
    expect(moderator.locator("[data-chat] li", has_text="Dit avant la coupure")).to_have_count(1)


def test_whoever_comes_up_at_once_does_not_wait_for_what_she_was_told_before(enter: Visit) -> None:
    host, learner = enter("host"), enter("learner", A_BAD_LINE)
    says(learner, "You listen")
    learner.evaluate("window.late = 'stage'")

    learner.locator("[data-hand]").click()
    host.locator("a[href='#room-hands']").click()
    host.get_by_role("button", name="Invite to speak").click()
    learner.locator("[data-to-stage]").click()

    says(learner, "Everybody hears you")
    host.get_by_role("button", name="Send Learner Benali back to the audience").click()
    expect(learner.locator("[data-mic]")).to_be_hidden()


def test_a_suspended_speaker_is_cut_from_text_and_from_janus(academy: Academy, chromium: Browser) -> None:
    """T20: by the clocks of the server and of Janus, whatever it took to look at them."""
    told = academy.told["suspended"]
    command = [*academy.place.run, sys.executable, "-m", "tests.live_media.senders", told["session"], told["pin"]]
    watch = Process(command, academy.env, academy.var / "senders.log")

    def last() -> dict[str, Any]:
        lines = [line for line in watch.said().splitlines() if line.startswith("{")]
        return json.loads(lines[-1]) if lines else {}

    watch.start()
    until(last)
    try:
        with visits(academy, "suspended") as visit:
            presenter, learner = (
                visit(chromium, who, academy.path("suspended", "room/")) for who in ("presenter", "learner")
            )
            presenter.locator("[data-camera]").click()
            grows(learner)
            until(lambda: len(last()["senders"]) == 1)

            admin = visit(chromium, "admin", f"/admin/users/edit/{told['presenter']}/")
            active = admin.locator("[name=is_active]")
            active.evaluate("box => { box.checked = false; box.form.requestSubmit(); }")

            presenter.wait_for_url("**/accounts/login/**", timeout=60_000)
            expect(learner.locator("[data-speakers] li")).to_have_count(0)
            until(lambda: not last()["senders"])
            stands_still(learner)
    finally:
        watch.stop()

    suspended = datetime.fromisoformat(re.findall(r"suspended: person .*, at (\S+)", academy.web.said())[-1])
    with sqlite3.connect(academy.var / "db.sqlite3") as connection:
        stays = "SELECT left_at FROM seminars_stay WHERE person_id = ?"
        [(left,)] = connection.execute(stays, [told["presenter"]]).fetchall()
    assert datetime.fromisoformat(f"{left}+00:00") - suspended < timedelta(seconds=5)
    assert datetime.fromisoformat(last()["at"]) - suspended < timedelta(seconds=10)


def test_what_changes_in_the_room_is_said_to_everybody(enter: Visit) -> None:
    host, learner, classmate = enter("host"), enter("learner", A_CLOCK), enter("classmate")
    everybody = (host, learner, classmate)

    def is_told(words: str, *pages: Page) -> None:
        for page in pages or everybody:
            for place in ("[data-news]", "#status"):  # seen, and heard
                expect(page.locator(place)).to_have_text(words)

    host.locator("a[href='#room-desk']").click()
    host.get_by_role("button", name="Lock the door").click()
    is_told("The door is locked: nobody new comes in.")
    host.get_by_role("button", name="Unlock the door").click()
    is_told("The door is open again.")
    host.get_by_role("button", name="Pause the chat").click()
    is_told("The chat is paused: only those who run the session write.")
    expect(learner.locator("[data-paused]")).to_be_visible()
    write(learner, "Et moi ?")
    expect(learner.locator("[data-trouble]")).to_contain_text("The chat is paused by those who run the session.")
    expect(learner.locator("#say")).to_have_value("Et moi ?")
    host.get_by_role("button", name="Let the chat go on").click()
    is_told("The chat goes on.")
    expect(learner.locator("[data-paused]")).to_be_hidden()

    # What was refused comes back to be mended.
    host.get_by_text("Small groups", exact=True).click()
    names = host.get_by_label("Names of the groups, one a line")
    names.fill("Rive gauche\nRive gauche")
    host.get_by_role("button", name="Send everybody into groups").click()
    expect(host.locator("[data-trouble]")).to_contain_text("each with a name of its own")
    expect(names).to_have_value("Rive gauche\nRive gauche")

    # Groups that are about to close say so.
    names.fill("Rive gauche")
    host.get_by_label("Minutes").fill("2")
    host.get_by_role("button", name="Send everybody into groups").click()
    expect(learner.locator("[data-group-left]")).to_contain_text("1:5")
    for seconds, words in ((58, "The groups close in one minute."), (9, "The groups close in ten seconds.")):
        left = learner.locator("[data-group-left]").inner_text()
        minutes, rest = re.search(r"(\d+):(\d\d)", left).groups()  # type: ignore[union-attr]
        learner.evaluate(f"window.later += {1000 * (60 * int(minutes) + int(rest) - seconds)}")
        is_told(words, learner)
    host.get_by_role("button", name="Everybody back now").click()
    is_told("You are back in the room.", learner, classmate)
