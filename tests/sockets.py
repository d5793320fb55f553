"""A client of our sockets, through the whole stack that Daphne runs: origin, session, route."""

from typing import Any

from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from lms.asgi import application

PATIENCE = 30
"""Seconds: how long an answer takes says how busy the machine is."""
sockets = application.application_mapping["websocket"]


class SocketClient(WebsocketCommunicator):
    """`person` of a signed-in test client; None is a stranger."""

    def __init__(self, client: Client | None, path: str, *, origin: str = "http://testserver") -> None:
        cookie = client.cookies.get(settings.SESSION_COOKIE_NAME) if client else None
        headers = [(b"host", b"testserver"), (b"origin", origin.encode())]
        if cookie:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie.value}".encode()))
        super().__init__(sockets, path, headers)

    async def is_let_in(self) -> bool:
        accepted, _code = await self.connect(timeout=PATIENCE)
        return bool(accepted)

    async def hears(self, kind: str) -> dict[str, Any]:
        """The next message of this type; others are passed over."""
        while True:
            message: dict[str, Any] = await self.receive_json_from(timeout=PATIENCE)
            if message["type"] == kind:
                return message

    async def hears_each(self, *kinds: str) -> dict[str, dict[str, Any]]:
        """The next message of each of these types, in whichever order they come; others are passed over."""
        heard: dict[str, dict[str, Any]] = {}
        while len(heard) < len(kinds):
            message: dict[str, Any] = await self.receive_json_from(timeout=PATIENCE)
            if message["type"] in kinds:
                heard.setdefault(message["type"], message)
        return heard

    async def says(self, type_: str, /, **fields: Any) -> None:
        await self.send_json_to({"type": type_, **fields})

    async def is_closed_with(self) -> int:
        """The code of the close that comes; what comes before is passed over."""
        while True:
            output = await self.receive_output(timeout=PATIENCE)
            if output["type"] == "websocket.close":
                return int(output["code"])
