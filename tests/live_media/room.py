"""What is looked at and done in a room: pictures decoded, words written, what somebody else would try."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

# Keeps every call of a page, to ask the browser itself what it has decoded.
KEEP_CALLS = """
  const Real = window.RTCPeerConnection;
  window.calls = [];
  window.RTCPeerConnection = class extends Real { constructor(...given) { super(...given); window.calls.push(this); } };
"""
# Keeps when each connection of a page opened.
KEEP_LINES = """
  const Line = window.WebSocket;
  window.lines = [];
  window.WebSocket = class extends Line {
    constructor(...given) {
      super(...given);
      this.addEventListener("open", () => { window.lines.push(Date.now()); });
    }
  };
"""
# A call that has ended keeps what came in by it.
_CAME_IN = """async () => {
  let all = 0;
  for (const call of window.calls) {
    let own = 0;
    for (const report of (await call.getStats()).values()) {
      if (report.type === "inbound-rtp" && report.kind === "KIND") own += report.WHAT;
    }
    call.KIND = Math.max(call.KIND ?? 0, own);
    all += call.KIND;
  }
  return all;
}"""
DECODED = _CAME_IN.replace("KIND", "video").replace("WHAT", "framesDecoded")
HEARD = _CAME_IN.replace("KIND", "audio").replace("WHAT", "packetsReceived")
# Calls that stand and whose other end is Janus, not another browser.
BY_JANUS = """() => window.calls.filter((call) =>
  call.connectionState === "connected" && /cname:janus/.test(call.remoteDescription?.sdp)).length"""
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
# A browser that this machine is too busy for is not one whose line is slow.
A_GOOD_LINE = """
  const told = RTCPeerConnection.prototype.getStats;
  RTCPeerConnection.prototype.getStats = async function () {
    const good = { packetsLost: 0, freezeCount: 0, availableOutgoingBitrate: 5e6 };
    return new Map([...await told.call(this)].map(([id, report]) => [id, { ...report, ...good }]));
  };
"""
# What somebody who writes her own page would try.
PUBLISH_ANYWAY = """async (path) => {
  const call = new RTCPeerConnection();
  for (const kind of ["audio", "video", "video"]) call.addTransceiver(kind, { direction: "sendonly" });
  await call.setLocalDescription();
  const socket = new WebSocket(`ws://${location.host}${path}`);
  return new Promise((told) => {
    socket.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      if (event.type === "hello") {
        const mids = ["0", "1", "2"];
        const wish = { sdp: call.localDescription.sdp, mids, mic: true, camera: true, screen: false };
        socket.send(JSON.stringify({ type: "publish", ...wish }));
      }
      if (event.type === "answer" || event.type === "refused") { told(event.code ?? event.type); socket.close(); }
    };
  });
}"""


def grows(page: Page, what: str = DECODED, by: int = 10, within: float = 40) -> None:
    """Wait until this page has decoded (or heard) more than it had."""
    before, ends = page.evaluate(what), time.monotonic() + within
    while page.evaluate(what) < before + by:
        assert time.monotonic() < ends, f"nothing more comes in than {before}"
        page.wait_for_timeout(250)


def stands_still(page: Page, what: str = DECODED, seconds: float = 3) -> None:
    page.wait_for_timeout(1_000)  # what came already is shown
    before = page.evaluate(what)
    page.wait_for_timeout(seconds * 1000)
    assert page.evaluate(what) <= before + 2


def says(page: Page, words: str) -> None:
    expect(page.locator("[data-media-state]")).to_contain_text(words, timeout=90_000)


def write(page: Page, text: str) -> None:
    page.locator("#say").fill(text)
    page.locator("#say").press("Enter")


def reads(page: Page, lines: list[str]) -> None:
    """The chat of this page is these lines, in this order, once each."""
    expect(page.locator("[data-chat] .said")).to_have_text(lines, timeout=60_000)


def last_opened(page: Page) -> datetime:
    """When this page's connection opened."""
    return datetime.fromtimestamp(page.evaluate("window.lines.at(-1)") / 1000, UTC)


def menu(page: Page, control: str) -> None:
    """One of the things under "More"."""
    page.locator(".controls details.menu").first.locator("summary").click()
    page.locator(control).click()


def until(holds: Callable[[], object], *, within: float = 60, every: float = 0.25) -> None:
    ends = time.monotonic() + within
    while not holds():
        assert time.monotonic() < ends, f"it does not come true within {within:g} seconds"
        time.sleep(every)
