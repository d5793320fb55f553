"""Says who sends to Janus in a room, as often as it changes, and when: one line of JSON each, until it is ended.

`python -m tests.live_media.senders SESSION PIN`, with the environment of the academy.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime

import django

django.setup()

from lms.kit.live import janus  # noqa: E402 - settings load only now


async def watch(room: janus.Room) -> None:
    known: list[str] | None = None
    async with janus.held() as server:
        while True:
            senders = await server.senders(room)
            if senders != known:
                known = senders
                print(json.dumps({"at": datetime.now(UTC).isoformat(), "senders": senders}), flush=True)
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(watch(janus.Room(*sys.argv[1:3])))
