"""Who carries sound and picture: told to each client in its first message."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings

MESH_LIMIT = 6
"""People who can each send to all the others from a phone."""
TURN_SECONDS = 3600
"""How long a TURN credential is good; a client asks for another one before."""


class MediaBackend(Protocol):
    """One way of carrying media."""

    @property
    def name(self) -> str:
        """What clients know it by."""

    def announce(self, person: str, now: datetime) -> dict[str, Any]:
        """What `hello` says to this person (public id): `backend`, and all her browser needs."""


@dataclass(frozen=True, slots=True)
class PeerToPeer:
    """Each browser talks to each other one; the server only relays their signalling."""

    name: str = "p2p"

    def announce(self, person: str, now: datetime) -> dict[str, Any]:
        return {"backend": self.name, "ice_servers": ice_servers(person, now), "limit": MESH_LIMIT}


@dataclass(frozen=True, slots=True)
class Sfu:
    """Everybody talks to Janus, through this process's signalling: a stage of a few, seen by hundreds."""

    name: str = "janus"

    def announce(self, person: str, now: datetime) -> dict[str, Any]:
        return {"backend": self.name, "ice_servers": ice_servers(person, now)}


@dataclass(frozen=True, slots=True)
class NoMedia:
    """Chat, notes and slides only."""

    name: str = "none"

    def announce(self, person: str, now: datetime) -> dict[str, Any]:
        return {"backend": self.name}


_BACKENDS: dict[str, MediaBackend] = {backend.name: backend for backend in (Sfu(), PeerToPeer(), NoMedia())}


def media_backend_for(people: int, *, janus_answers: bool = False) -> MediaBackend:
    """The backend for a room of so many people: `MEDIA_BACKEND`, or what is left of it.

    Janus carries a room only while it answers (a room without a stage does not ask it); then, as without it, browsers
    talk to each other up to the limit of a mesh, and above that nobody carries anything.
    """
    if settings.MEDIA_BACKEND == "none":
        return _BACKENDS["none"]
    if settings.MEDIA_BACKEND == "janus" and janus_answers:
        return _BACKENDS["janus"]
    return _BACKENDS["none"] if people > MESH_LIMIT else _BACKENDS["p2p"]


def ice_servers(person: str, now: datetime) -> list[dict[str, Any]]:
    """STUN and TURN for one person, TURN with the timed credentials of coturn's `use-auth-secret`.

    The user name is `<Unix time of its end>:<public id>`, the password its HMAC-SHA1 under `TURN_SECRET`.
    """
    servers: list[dict[str, Any]] = [{"urls": list(settings.STUN_URLS)}] if settings.STUN_URLS else []
    if settings.TURN_URLS and settings.TURN_SECRET:
        servers.append({"urls": list(settings.TURN_URLS), **_turn_credentials(person, now)})
    return servers


def _turn_credentials(person: str, now: datetime) -> dict[str, str]:
    name = f"{int(now.timestamp()) + TURN_SECONDS}:{person}"
    digest = hmac.new(settings.TURN_SECRET.encode(), name.encode(), hashlib.sha1).digest()
    return {"username": name, "credential": base64.b64encode(digest).decode()}
