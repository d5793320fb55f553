"""The room in two Chromiums with fake cameras: sound and picture, writing, a cut, a slow line, the keyboard alone."""

import json
import re
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from .conftest import DESK, PHONE, Academy, Guard, Visits, axe, press_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

# Keeps every call of a page, to ask the browser itself what it has decoded.
KEEP_CALLS = """
  const Real = window.RTCPeerConnection;
  window.calls = [];
  window.RTCPeerConnection = class extends Real { constructor(...given) { super(...given); window.calls.push(this); } };
"""
DECODED = """async () => {
  let frames = 0;
  for (const call of window.calls) {
    for (const report of (await call.getStats()).values()) {
      if (report.type === "inbound-rtp" && report.kind === "video") frames += report.framesDecoded;
    }
  }
  return frames;
}"""
# What a person would choose in the browser's own window: a picture that moves.
A_SCREEN = """
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = document.createElement("canvas");
    const paint = canvas.getContext("2d");
    let hue = 0;
    setInterval(() => { paint.fillStyle = `hsl(${hue++ % 360}, 80%, 50%)`; paint.fillRect(0, 0, 300, 150); }, 50);
    return canvas.captureStream(15);
  };
"""
SLOW_LINE = """
  const stats = RTCPeerConnection.prototype.getStats;
  RTCPeerConnection.prototype.getStats = async function () {
    const found = await stats.call(this);
    return new Map([...found].map(([id, report]) =>
      [id, report.type === "candidate-pair" ? { ...report, availableOutgoingBitrate: 120000 } : report]));
  };
"""


REFUSED_DEVICE = """([name, detail]) => {
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException(detail, name); };
}"""
# It opens, and shows nothing.
DARK_CAMERA = "() => { navigator.mediaDevices.getUserMedia = async () => new MediaStream(); }"


def a_media_server(says: list[str], route: WebSocketRoute) -> None:
    """The socket of the device test where live sessions go through a media server, and what that answers a call."""

    def hear(message: str | bytes) -> None:
        if json.loads(message)["type"] == "call":
            route.send(json.dumps({"type": says.pop(0)}))

    route.on_message(hear)
    route.send(json.dumps({"type": "hello", "media": {"ice_servers": []}, "server": True}))


def too_little(route: Route) -> None:
    route.fulfill(body=b"x" * 10) if route.request.method == "GET" else route.fulfill(status=204)


def broken_off(route: Route) -> None:
    route.abort()


def decodes(page: Page) -> None:
    """Wait until this page has decoded more of the other's pictures than it had."""
    before = page.evaluate(DECODED)
    page.wait_for_function(f"async () => (await ({DECODED})()) > {before} + 10", timeout=30_000)


def other(page: Page) -> Any:
    return page.locator(".tiles li:not(.mine)")


def open_room(visit: Visits, academy: Academy, who: str, size: dict[str, int], *scripts: str) -> Page:
    page = visit(who, viewport=size)
    for script in (KEEP_CALLS, *scripts):
        page.add_init_script(script)
    page.goto(f"/appointments/{academy.told['en']['room']}/room/")
    return page


def say(page: Page, text: str) -> None:
    page.locator("#say").fill(text)
    page.keyboard.press("Enter")


def test_two_people_see_hear_and_write_to_each_other(visit: Visits, academy: Academy) -> None:
    learner = open_room(visit, academy, "learner-en", PHONE)
    host = open_room(visit, academy, "host-en", DESK)
    for page in (learner, host):
        assert axe(page) == []

    learner.locator("[data-join='']").click()
    expect(learner.locator("[data-state]")).to_contain_text("microphone is on")
    host.locator("[data-join=camera]").click()
    expect(other(learner)).to_contain_text("sound and picture")
    expect(other(host)).to_contain_text("sound only")
    decodes(learner)
    learner.locator("[data-toggle=camera]").click()
    expect(learner.locator("[data-toggle=camera]")).to_have_attribute("aria-pressed", "true")
    decodes(host)

    say(learner, "Bonjour <img src=x onerror=alert(1)>")
    expect(host.locator("[data-chat]")).to_contain_text("Bonjour <img src=x onerror=alert(1)>")
    say(host, "Bonjour !")
    expect(learner.locator("[data-chat]")).to_contain_text("Bonjour !")
    host.locator("a[href='#room-list']").click()
    host.locator("#add").fill("Relire la fiche 2")
    host.keyboard.press("Enter")
    learner.locator("a[href='#room-list']").click()
    learner.get_by_label("Relire la fiche 2", exact=True).check()
    expect(host.get_by_label("Relire la fiche 2", exact=True)).to_be_checked()
    host.locator("a[href='#room-notes']").click()
    learner.locator("a[href='#room-notes']").click()
    host.locator("[data-notes]").fill("Objectif : un atelier.")
    expect(learner.locator("[data-notes]")).to_have_value("Objectif : un atelier.", timeout=15_000)
    for page in (learner, host):
        assert axe(page) == []

    learner.locator("[data-toggle=sound]").click()
    expect(other(host)).to_contain_text("sound only")
    expect(learner.locator("[data-toggle=camera]")).to_have_attribute("aria-pressed", "false")
    expect(other(learner)).not_to_have_class(re.compile("has-picture"))
    learner.locator("[data-toggle=sound]").click()
    decodes(learner)

    learner.reload()
    expect(other(learner)).to_contain_text("sound and picture")
    decodes(learner)
    expect(learner.locator("[data-chat] li", has_text="Bonjour !")).to_have_count(1)
    expect(host.locator(".tiles li")).to_have_count(2)


def test_a_screen_is_shown_to_the_other(visit: Visits, academy: Academy) -> None:
    learner = open_room(visit, academy, "learner-en", PHONE)
    host = open_room(visit, academy, "host-en", DESK, A_SCREEN)
    for page in (learner, host):
        page.locator("[data-join='']").click()
    expect(other(learner)).to_contain_text("sound only")

    host.locator("[data-toggle=screen]").click()

    expect(other(learner)).to_contain_text("shows a screen")
    decodes(learner)


def test_a_cut_loses_nothing_that_was_written(visit: Visits, academy: Academy) -> None:
    sockets: list[WebSocketRoute] = []
    learner = visit("learner-en")

    def through(route: WebSocketRoute) -> None:
        if len(sockets) != 1:  # the second try fails: the network is still away
            route.connect_to_server()
        else:
            route.close(code=1012)
        sockets.append(route)

    learner.route_web_socket(re.compile("/ws/appointments/"), through)
    learner.goto(f"/appointments/{academy.told['en']['room']}/room/")
    learner.locator("[data-join='']").click()
    expect(learner.locator("#say")).to_be_enabled()
    sockets[0].close(code=4408)
    expect(learner.locator("[data-trouble]")).to_contain_text("Trying again")

    say(learner, "Écrit pendant la coupure")

    expect(learner.locator("[data-chat] li").last).to_contain_text("Écrit pendant la coupure")
    expect(learner.locator("[data-chat] .waiting")).to_have_count(0, timeout=40_000)
    assert len(sockets) >= 3
    expect(learner.locator("[data-trouble]")).to_be_hidden()


def test_a_slow_line_is_offered_sound_only(visit: Visits, academy: Academy) -> None:
    learner = open_room(visit, academy, "learner-en", PHONE, SLOW_LINE)
    host = open_room(visit, academy, "host-en", DESK)
    host.locator("[data-join='']").click()
    learner.locator("[data-join=camera]").click()

    expect(learner.locator("[data-slow]")).to_be_visible(timeout=40_000)
    learner.locator("[data-accept-sound]").click()

    expect(learner.locator("[data-slow]")).to_be_hidden()
    expect(learner.locator("[data-toggle=sound]")).to_have_attribute("aria-pressed", "true")


def test_the_keyboard_is_enough(visit: Visits, academy: Academy) -> None:
    page = open_room(visit, academy, "host-en", DESK)
    page.locator("[data-join='']").wait_for()
    press_until(page, "[data-join='']")
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_be_enabled()
    press_until(page, "#say")
    page.keyboard.type("Au clavier")
    page.keyboard.press("Enter")
    expect(page.locator("[data-chat]")).to_contain_text("Au clavier")
    expect(page.locator("[data-toggle=mic]")).to_have_attribute("aria-pressed", "true")
    press_until(page, "[data-toggle=mic]")
    page.keyboard.press("Space")
    expect(page.locator("[data-state]")).to_contain_text("Nobody hears you")
    expect(page.locator("[data-toggle=mic]")).to_have_attribute("aria-pressed", "false")


def test_the_device_test_says_why_and_what_to_do(visit: Visits, guard: Guard) -> None:
    page = visit("learner-en")
    page.goto("/device-test/")
    page.locator("[data-test-all]").click()
    for name, words in {
        "audio": "The microphone works",
        "video": "The camera works",
        "connection": "Calls can pass",
        "line": "enough for sound and picture",
        "speakers": "Did you hear it?",
    }.items():
        expect(page.locator(f"[data-test={name}] [data-result]")).to_contain_text(words, timeout=20_000)
    page.locator("[data-heard=none]").click()
    expect(page.locator("[data-test=speakers] [data-result]")).to_contain_text("volume")

    for name, detail, sound, picture in (
        ("NotAllowedError", "", "refuse the microphone. Tap the lock", "refuse the camera. Tap the lock"),
        ("NotAllowedError", "Permission denied by system", "own settings", "own settings"),
        ("NotFoundError", "", "No microphone was found. Plug one in", "You can come with the sound only"),
        ("NotReadableError", "", "using the microphone. Close it", "using the camera. Close it"),
        ("SecurityError", "", "forbids it on this page. Call us", "forbids it on this page. Call us"),
    ):
        page.evaluate(REFUSED_DEVICE, [name, detail])
        for kind, words in (("audio", sound), ("video", picture)):
            page.locator(f"[data-test={kind}] > button").click()
            expect(page.locator(f"[data-test={kind}] [data-result]")).to_contain_text(words)
    page.evaluate(DARK_CAMERA)
    page.locator("[data-test=video] > button").click()
    expect(page.locator("[data-test=video] [data-result]")).to_contain_text("using the camera", timeout=10_000)
    assert axe(page) == []

    other = page.context.new_page()
    said: list[str] = ["away", "nothing"]
    other.route_web_socket(re.compile("/ws/device-test/"), partial(a_media_server, said))
    other.clock.install()
    other.goto("/device-test/")
    connection = other.locator("[data-test=connection]")
    connection.locator(":scope > button").click()
    expect(connection.locator("[data-result]")).to_contain_text("it is not your device. Try again later")
    connection.locator(":scope > button").click()
    expect(connection.locator("[data-result]")).to_contain_text("Being tested")
    for _attempt in range(100):  # until the call has reached the server, which says nothing
        if said:
            other.wait_for_timeout(100)
    other.clock.fast_forward(11_000)
    expect(connection.locator("[data-result]")).to_contain_text("try with your phone’s own connection")
    for handle, words in ((too_little, "Come closer to the Wi-Fi"), (broken_off, "it broke off. Try again")):
        guard.expected.append("device-test/line")
        other.route("**/device-test/line/", handle)
        other.locator("[data-test=line] > button").click()
        expect(other.locator("[data-test=line] [data-result]")).to_contain_text(words)


def test_without_javascript_there_is_the_phone(visit: Visits, academy: Academy) -> None:
    page = visit("learner-en", java_script_enabled=False)
    for path in (f"/appointments/{academy.told['en']['room']}/room/", "/device-test/"):
        page.goto(path)
        expect(page.locator("main")).to_contain_text("JavaScript")
        expect(page.locator("main a[href^='tel:']").last).to_be_visible()


POLL = {
    "type": "poll",
    "id": "0198c0de-0000-7000-8000-000000000001",
    "kind": "poll",
    "question": "On continue ?",
    "multiple": False,
    "state": "open",
    "shown": False,
    "choices": [
        {"id": "0198c0de-0000-7000-8000-000000000002", "text": "Oui"},
        {"id": "0198c0de-0000-7000-8000-000000000003", "text": "Non"},
    ],
    "results": None,
    "voters": 0,
}


def receipt(choices: list[str]) -> str:
    return json.dumps({"type": "poll-answered", "id": POLL["id"], "choices": choices})


@pytest.mark.parametrize("end", ["the line is closed", "the line says nothing more"])
def test_an_answer_without_a_receipt_leaves_again(visit: Visits, academy: Academy, end: str) -> None:
    """In a live session, beside its real server: the line that takes the answer ends with it. When it is closed, she
    has changed her mind meanwhile, and the receipt of her first answer still comes."""
    yes, no = ([choice["id"]] for choice in POLL["choices"])  # type: ignore[attr-defined,index]
    closes = end == "the line is closed"
    lost = [yes, no] if closes else [yes]
    answers: list[list[str]] = []
    again: list[WebSocketRoute] = []

    def through(route: WebSocketRoute) -> None:
        server, dead = route.connect_to_server(), []

        def hear(message: str | bytes) -> None:
            said = json.loads(message)
            if said["type"] == "poll-answer":
                answers.append(said["choices"])
                if len(answers) > len(lost):
                    again.append(route)
                elif answers == lost:
                    dead.append(True)
                    if closes:
                        route.send(receipt(yes))
                        route.close(code=1001)
            elif not dead:
                server.send(message)

        def tell(message: str | bytes) -> None:
            is_snapshot = json.loads(message)["type"] == "snapshot"
            if dead or (is_snapshot and answers):  # the real server knows nothing of this poll
                return
            route.send(message)
            if is_snapshot:
                route.send(json.dumps(POLL))

        route.on_message(hear)
        server.on_message(tell)

    page = visit("learner-en", viewport=PHONE | {"height": 1200})  # axe counts a button half under a bar as a small one
    page.route_web_socket(re.compile("/ws/seminars/"), through)
    page.clock.install()
    page.goto(f"/seminars/{academy.told['en']['live_session']}/room/")
    poll = page.locator("[data-poll]")
    for label in ["Oui", "Non"][: len(lost)]:
        poll.get_by_label(label).check()
        poll.get_by_role("button", name="Answer").click()
        expect(poll.locator("[data-poll-state]")).to_have_text("Your answer is on its way.")
    assert axe(page) == []
    if not closes:
        page.clock.run_for(26_000)  # until it is given up: the next line takes the time that it takes
    for _attempt in range(300):
        if not again:
            page.wait_for_timeout(100)
    expect(poll.locator("[data-poll-state]")).to_have_text("Your answer is on its way.")
    again[-1].send(receipt(answers[-1]))
    expect(poll.locator("[data-poll-state]")).to_contain_text("Your answer is in.")
    assert answers == [*lost, lost[-1]]
    expect(poll.locator(".mine")).to_contain_text("Non" if closes else "Oui")
