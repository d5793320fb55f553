"""One client's way out: what is hung up on when she takes nothing."""

import asyncio

import pytest

from lms.kit.live.lines import LIMIT, TOO_SLOW, Line

pytestmark = pytest.mark.asyncio


class Client:
    """Takes texts while `takes` is set; remembers them, and the code it was hung up with."""

    def __init__(self) -> None:
        self.takes = asyncio.Event()
        self.texts: list[str] = []
        self.codes: list[int] = []
        self.line = Line(self._take, self._end)

    async def _take(self, text: str) -> None:
        self.texts.append(text)
        await self.takes.wait()

    async def _end(self, code: int) -> None:
        self.codes.append(code)


async def _turns() -> None:
    for _turn in range(5):
        await asyncio.sleep(0)


async def test_a_client_that_takes_nothing_is_hung_up_on_without_waiting_for_her() -> None:
    client = Client()
    client.line.start()
    for number in range(LIMIT + 2):
        client.line.put(str(number))
        await _turns()

    assert client.codes == [TOO_SLOW]
    assert client.texts == ["0"]


async def test_a_client_who_has_gone_is_not_hung_up_on() -> None:
    client = Client()
    client.line.start()
    client.line.put("hello")
    await _turns()

    await client.line.stop()

    assert client.codes == []


async def test_a_call_that_is_ended_before_a_word_hangs_up() -> None:
    client = Client()
    client.line.end(4403)
    client.line.start()
    await _turns()

    assert client.codes == [4403]
    assert client.texts == []


async def test_texts_arrive_in_order() -> None:
    client = Client()
    client.takes.set()
    client.line.start()
    for number in range(50):
        client.line.put(str(number))
    await asyncio.sleep(0.01)

    assert client.texts == [str(number) for number in range(50)]
    await client.line.stop()


async def test_a_greeting_overtakes_what_was_said_while_she_came_in() -> None:
    client = Client()
    client.takes.set()
    client.line.put("said meanwhile")
    client.line.start("hello")
    client.line.put("said later")
    await _turns()

    assert client.texts == ["hello", "said meanwhile", "said later"]
    await client.line.stop()


async def test_what_the_system_takes_at_once_wakes_nobody_and_stays_in_order() -> None:
    client = Client()
    client.takes.set()
    is_free = True
    at_once: list[str] = []

    def send_now(text: str) -> bool:
        if is_free:
            client.texts.append(text)
            at_once.append(text)
        return is_free

    client.line = Line(client._take, client._end, send_now=send_now)
    client.line.put("before she is in")
    assert client.texts == []
    client.line.start()
    client.line.put("behind what waits")
    await _turns()
    client.line.put("now")
    is_free = False
    client.line.put("later")
    is_free = True
    client.line.put("behind it")

    await _turns()
    assert client.texts == ["before she is in", "behind what waits", "now", "later", "behind it"]
    assert at_once == ["now"]
    await client.line.stop()
