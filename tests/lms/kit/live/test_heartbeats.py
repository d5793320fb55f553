"""Heartbeats of a whole process, in one writing."""

import asyncio
from datetime import datetime

import pytest

from lms.kit.live.heartbeats import Heartbeats


@pytest.mark.django_db(transaction=True)  # the database thread looks after its connection around each writing
@pytest.mark.asyncio
async def test_what_is_alive_is_written_together_until_it_goes() -> None:
    written: list[list[int]] = []
    heard = asyncio.Event()
    loop = asyncio.get_running_loop()

    def write(pks: list[int], now: datetime) -> None:
        written.append(pks)
        loop.call_soon_threadsafe(heard.set)
        if len(written) == 1:
            raise RuntimeError("the database was away: the next beat says the same")

    beats = Heartbeats(write, every=0.01)
    for pk in (3, 1, 2, 2):  # 2 has two devices
        beats.add(pk)
    await heard.wait()
    heard.clear()
    beats.remove(2)
    beats.remove(1)
    while written[-1] != [2, 3]:
        await heard.wait()
        heard.clear()
    assert written[0] == [1, 2, 3]

    beats.remove(2)
    beats.remove(3)
    count = len(written)
    await asyncio.sleep(0.05)
    assert len(written) - count <= 1  # at most the one that was under way
    beats.add(4)
    while written[-1] != [4]:
        await heard.wait()
        heard.clear()
    beats.remove(4)
