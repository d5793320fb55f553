"""What Janus costs: one presenter's 360p picture, sent to 120 people.

The receivers are calls of a Chromium that throws each picture away before it would be decoded: what they cost is their
own affair, and Janus is asked by the kernel's count of its processor time. All of it runs in a network of its own.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.rows import Group, Row
from tests.live_media.places import CHROMIUM, place, why_not
from tests.live_media.servers import ROOT, media_servers

BAR = 0.6
"""Cores of Janus for all of them (the issue's figure)."""
PEOPLE = 120
SECONDS = 20
BATCH = 20
FLOWING = 150_000
"""Bits a second from which a stream of 360p is taken to flow."""

SEND = """async () => {
  const video = { width: 640, height: 360, frameRate: 24 };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video });
  const call = window.call = new RTCPeerConnection();
  for (const track of stream.getTracks()) call.addTransceiver(track, { direction: "sendonly", streams: [stream] });
  const [sender] = call.getSenders().filter(({ track }) => track.kind === "video");
  const given = sender.getParameters();
  given.encodings[0].maxBitrate = 500000;
  await sender.setParameters(given);
  await call.setLocalDescription();
  await window.gathered(call);
  return { sdp: call.localDescription.sdp, mids: call.getTransceivers().map(({ mid }) => mid) };
}"""
RECEIVE = """async (sdp) => {
  const call = new RTCPeerConnection();
  window.calls.push(call);
  call.ontrack = ({ receiver }) => { receiver.transform = new RTCRtpScriptTransform(window.away); };
  await call.setRemoteDescription({ type: "offer", sdp });
  await call.setLocalDescription();
  await window.gathered(call);
  return call.localDescription.sdp;
}"""
BYTES = """async () => Promise.all(window.calls.map(async (call) => {
  let bytes = 0;
  for (const report of (await call.getStats()).values()) {
    if (report.type === "inbound-rtp" && report.kind === "video") bytes += report.bytesReceived;
  }
  return bytes;
}))"""
PAGE = """<!doctype html><title>bench</title><script>
  window.calls = [];
  const throwAway = "onrtctransform = ({ transformer }) => transformer.readable.pipeTo(new WritableStream());";
  window.away = new Worker(URL.createObjectURL(new Blob([throwAway])));
  window.gathered = (call) => new Promise((done) => {
    if (call.iceGatheringState === "complete") done();
    call.onicegatheringstatechange = () => { if (call.iceGatheringState === "complete") done(); };
  });
</script>"""


def janus_rows() -> Iterator[Row]:
    """One run; nothing, said on standard error, where real media cannot flow."""
    if reason := why_not():
        print(f"  Janus is not measured: {reason}", file=sys.stderr)
        return
    with (
        place() as network,
        tempfile.TemporaryDirectory() as folder,
        media_servers(Path(folder), address=network.address, run=network.run) as media,
    ):
        env = {**os.environ, **media.settings, "DJANGO_SETTINGS_MODULE": "lms.settings"}
        command = [*network.run, sys.executable, "-m", "tests.bench.live_media", str(media.pid("janus"))]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-4000:])
        found = json.loads(done.stdout.splitlines()[-1])
    group = Group("live")
    yield group.at_least("Janus: subscribers whose 360p stream flows", found["flowing"], "people", PEOPLE)
    yield group.at_most(f"Janus: processor for {PEOPLE} subscribers", found["cores"], "cores", BAR)
    yield group.note("Janus: a stream, as received", found["kbit"], "kbit/s")
    yield group.note("Janus: resident memory", found["mb"], "MB")


async def measure(pid: int) -> dict[str, Any]:
    """In the network of Janus: a room, its presenter, its receivers; then wait and count."""
    import django
    from playwright.async_api import async_playwright

    django.setup()
    from lms.kit.live import janus
    from tests.browser.conftest import ARGS

    async with janus.held() as link, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        context = await browser.new_context(permissions=["microphone", "camera"])
        await context.route("**/*", lambda route: route.fulfill(content_type="text/html", body=PAGE))
        room = janus.Room("bench", "pin")
        await link.make_room(room)
        sender = await context.new_page()
        await sender.goto("http://localhost/")
        offer = await sender.evaluate(SEND)
        lines = [{"mid": mid, "description": mid} for mid in offer["mids"]]
        is_up = asyncio.Event()
        _handle, answer = await link.publish(
            room, "presenter", offer["sdp"], lines, lambda kind, _message: is_up.set() if kind == "webrtcup" else None
        )
        await sender.evaluate("sdp => window.call.setRemoteDescription({ type: 'answer', sdp })", answer)
        await asyncio.wait_for(is_up.wait(), 30)
        pages = []
        for _ in range(PEOPLE // BATCH):
            page = await context.new_page()
            await page.goto("http://localhost/")
            pages.append(page)
            for _ in range(BATCH):
                receiver, sdp, _lines = await link.subscribe(room, "presenter")
                await receiver.start(await page.evaluate(RECEIVE, sdp))
        await asyncio.sleep(10)  # the sender's estimate of the line rises, the receivers settle
        before, spent, began = await _received(pages), _processor(pid), time.monotonic()
        await asyncio.sleep(SECONDS)
        passed = time.monotonic() - began
        cores, after = (_processor(pid) - spent) / passed, await _received(pages)
        rates = [8 * (now - then) / passed for then, now in zip(before, after, strict=True)]
        await browser.close()
    return {
        "flowing": sum(rate > FLOWING for rate in rates),
        "cores": round(cores, 3),
        "kbit": round(sum(rates) / len(rates) / 1000),
        "mb": round(_resident(pid) / 1e6, 1),
    }


async def _received(pages: list[Any]) -> list[int]:
    return [bytes_ for page in pages for bytes_ in await page.evaluate(BYTES)]


def _processor(pid: int) -> float:
    """Seconds of processor a process has used, its own and the kernel's for it."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(int(sys.argv[1])))))
