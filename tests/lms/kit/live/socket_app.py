"""What the socket tests talk to through a real server: an echo, and a hub that says more than a slow client takes."""

import asyncio
import json
from typing import Any

from django.conf import settings

settings.configure(SECRET_KEY="test", ALLOWED_HOSTS=["*"], MAX_UPLOAD_SIZE=1_000_000)

from lms.kit.live.envelopes import Envelope, encode  # noqa: E402
from lms.kit.live.hubs import Hub  # noqa: E402
from lms.kit.live.lines import Line  # noqa: E402

SAID = 2_000
WORDS = "a" * 10_000
hub = Hub("g")
codes: list[int] = []


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    await {"/echo": echo, "/listen": listen, "/codes": tell_codes, "/speak": speak}[scope["path"]](receive, send)


async def echo(receive: Any, send: Any) -> None:
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


async def listen(receive: Any, send: Any) -> None:
    async def write(text: str) -> None:
        await send({"type": "websocket.send", "text": text})

    async def hang_up(code: int) -> None:
        codes.append(code)
        await send({"type": "websocket.close", "code": code})

    line = Line(write, hang_up)
    line.start()
    hub.lines.add(line)
    await receive()
    hub.lines.discard(line)
    await line.stop()


async def speak(receive: Any, send: Any) -> None:
    """Twenty megabytes, a thousand events a second at most."""
    for seq in range(1, SAID + 1):
        hub.take(Envelope(type="live", group="g", text=encode({"type": "said", "words": WORDS}), seq=seq))
        await asyncio.sleep(0.001)
    await send({"type": "websocket.send", "text": "said"})


async def tell_codes(receive: Any, send: Any) -> None:
    await send({"type": "websocket.send", "text": json.dumps(codes)})
