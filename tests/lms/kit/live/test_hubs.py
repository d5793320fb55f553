"""A hub: order, resuming, gaps; a line: its pace, its bounds."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lms.kit.live import hubs
from lms.kit.live.envelopes import Envelope, encode
from lms.kit.live.hubs import Hub
from lms.kit.live.lines import LIMIT, TOO_SLOW, Line


class Wire:
    """The other end of a line: keeps what is sent; `slow` holds it back until it is let go."""

    def __init__(self, name: str = "one", slow: bool = False) -> None:
        self.sent: list[dict[str, Any]] = []
        self.code: int | None = None
        self.flow = asyncio.Event()
        if not slow:
            self.flow.set()
        self.closed = asyncio.Event()
        self.line = Line(self._send, self._close, name)
        self.line.start()

    async def _send(self, text: str) -> None:
        await self.flow.wait()
        self.sent.append(json.loads(text))

    async def _close(self, code: int) -> None:
        self.code = code
        self.closed.set()

    async def settle(self) -> list[dict[str, Any]]:
        for _ in range(5):
            await asyncio.sleep(0)
        return self.sent


def lasting(seq: int, **event: object) -> Envelope:
    return Envelope(type="live", group="g", text=encode({"type": "said", "n": seq, **event}), seq=seq)


def passing(to: str = "") -> Envelope:
    envelope = Envelope(type="live", group="g", text=encode({"type": "typing"}), seq=None)
    if to:
        envelope["to"] = to
    return envelope


def hub_of(*wires: Wire) -> Hub:
    hub = Hub("g")
    hub.lines.update(wire.line for wire in wires)
    return hub


@pytest.mark.asyncio
async def test_events_reach_every_client_with_their_number() -> None:
    one, two = Wire("one"), Wire("two")
    hub = hub_of(one, two)

    hub.take(lasting(7))

    assert await one.settle() == await two.settle() == [{"seq": 7, "type": "said", "n": 7}]


@pytest.mark.asyncio
async def test_an_event_that_overtook_another_waits_for_it() -> None:
    wire = Wire()
    hub = hub_of(wire)

    for seq in (7, 9, 10, 8, 8, 7):
        hub.take(lasting(seq))

    assert [event["seq"] for event in await wire.settle()] == [7, 8, 9, 10]


@pytest.mark.asyncio
async def test_what_never_comes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "PATIENCE", 0.01)
    wire = Wire()
    hub = hub_of(wire)

    hub.take(lasting(7))
    hub.take(lasting(10))
    hub.take(lasting(9))
    while len(wire.sent) < 4:
        await asyncio.sleep(0.01)

    assert [event.get("seq", event["type"]) for event in wire.sent] == [7, "resync", 9, 10]


def test_the_number_is_asked_for_once_and_then_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    hub, asked = hub_of(), []
    monkeypatch.setattr(hubs, "last_number", lambda group: asked.append(group) or 6)
    assert [hub.number(), hub.number(), asked] == [6, 6, ["g"]]
    hub.take(lasting(7))
    assert [hub.number(), asked] == [7, ["g"]]
    hub.lost()
    assert [hub.number(), asked] == [6, ["g", "g"]]


@pytest.mark.asyncio
async def test_who_comes_back_gets_what_followed() -> None:
    hub = hub_of()
    for seq in range(1, hubs.KEPT + 51):
        hub.take(lasting(seq))
    last = hubs.KEPT + 50

    assert hub.since(last) == []
    assert [json.loads(text)["seq"] for text in hub.since(last - 3) or []] == [last - 2, last - 1, last]
    assert hub.since(50) is None  # forgotten: the first one kept is 51
    assert len(hub.since(51) or []) == hubs.KEPT - 1
    assert hub.since(last + 5) is None  # of another life of the series
    assert Hub("new").since(12) is None


@pytest.mark.asyncio
async def test_a_word_for_one_client_reaches_nobody_else() -> None:
    one, two = Wire("one"), Wire("two")
    hub = hub_of(one, two)

    hub.take(passing(to="two"))

    assert (await one.settle(), await two.settle()) == ([], [{"type": "typing"}])


@pytest.mark.asyncio
async def test_a_hub_hangs_up() -> None:
    one, two = Wire("one"), Wire("two")
    hub = hub_of(one, two)

    hub.take(Envelope(type="live", group="g", text="", seq=None, close=4403))
    await one.closed.wait()
    await two.closed.wait()

    assert (one.code, two.code) == (4403, 4403)


@pytest.mark.asyncio
async def test_a_slow_client_loses_what_is_passing_first_and_harms_nobody() -> None:
    slow, quick = Wire("slow", slow=True), Wire("quick")
    hub = hub_of(slow, quick)

    for seq in range(1, LIMIT - 9):
        hub.take(lasting(seq))
        await asyncio.sleep(0)
    for _ in range(30):
        hub.take(passing())
        await asyncio.sleep(0)
    for seq in range(LIMIT - 9, LIMIT + 1):
        hub.take(lasting(seq))
        await asyncio.sleep(0)
    slow.flow.set()
    for _ in range(300):
        await asyncio.sleep(0)

    assert [event["seq"] for event in slow.sent if "seq" in event] == list(range(1, LIMIT + 1))
    assert 0 < sum(event["type"] == "typing" for event in slow.sent) < 30
    assert len(quick.sent) == LIMIT + 30
    assert slow.code is None


@pytest.mark.asyncio
async def test_a_client_that_does_not_keep_up_is_asked_to_come_back() -> None:
    slow, quick = Wire("slow", slow=True), Wire("quick")
    hub = hub_of(slow, quick)

    for seq in range(1, LIMIT + 3):
        hub.take(lasting(seq))
        await asyncio.sleep(0)
    hub.take(lasting(LIMIT + 3))
    slow.flow.set()
    await slow.closed.wait()
    await quick.settle()

    assert slow.code == TOO_SLOW
    assert slow.sent == []  # not even the one that was on its way is waited for
    assert [event["seq"] for event in quick.sent] == list(range(1, LIMIT + 4))


def test_a_pause_of_the_layer_is_not_taken_for_its_absence() -> None:
    code = (
        "from channels_redis.core import RedisChannelLayer as layer; from lms import settings;"
        "[host] = settings.CHANNEL_LAYERS['default']['CONFIG']['hosts'];"
        "assert host['socket_timeout'] > 2 * layer.brpop_timeout"
    )
    root = Path(__file__).resolve().parents[4]
    env = os.environ | {"REDIS_URL": "redis://127.0.0.1:1/0"}
    subprocess.run([sys.executable, "-c", code], env=env, cwd=root, check=True)
