"""A text leaves whole, in one frame, however large it is and however little the client takes at once."""

from typing import Any

import pytest
from websockets.frames import Frame, Opcode

from lms.kit.server import Socket, _frame


class Transport:
    """Takes `room` bytes at once; keeps what it is given to send later."""

    connected, TLS = True, False

    def __init__(self, room: int | Exception, waiting: bytes = b"") -> None:
        self.room, self.dataBuffer, self.taken = room, waiting, b""
        self._tempDataBuffer: list[bytes] = []

    def writeSomeData(self, data: bytes) -> int | Exception:  # noqa: N802 - Twisted's name
        if isinstance(self.room, Exception):
            return self.room
        self.taken += data[: self.room]
        return min(self.room, len(data))

    def write(self, data: bytes) -> None:
        self.dataBuffer += data


def said(text: str, transport: Transport, state: int = Socket.STATE_OPEN) -> bytes:
    socket: Any = Socket.__new__(Socket)
    socket.state, socket._perMessageCompress, socket.transport = state, None, transport
    socket.serverSend(text)
    return transport.taken + transport.dataBuffer


@pytest.mark.parametrize("size", [1, 125, 126, 65_535, 65_536])
def test_a_frame_is_what_the_protocol_says(size: int) -> None:
    text = "é" * (size // 2) + "a" * (size % 2)
    assert _frame(text) == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


@pytest.mark.parametrize("room", [0, 1, 100, 10_000])
def test_what_a_client_does_not_take_at_once_waits_for_it(room: int) -> None:
    assert said("mot " * 500, Transport(room)) == _frame("mot " * 500)


def test_nothing_overtakes_what_waits() -> None:
    transport = Transport(10_000, waiting=b"before")
    assert said("mot", transport) == b"before" + _frame("mot")
    assert transport.taken == b""


def test_a_lost_connection_is_left_to_the_transport() -> None:
    assert said("mot", Transport(ConnectionError())) == _frame("mot")


@pytest.mark.parametrize("state", [Socket.STATE_CLOSING, Socket.STATE_CLOSED])
def test_whoever_was_hung_up_on_hears_no_more(state: int) -> None:
    assert said("mot", Transport(10_000), state) == b""
