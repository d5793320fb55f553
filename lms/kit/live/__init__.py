"""What is live: events pushed to groups, one hub a group and process, sockets that are small to write.

A wing publishes with `push` from its services and listens with a `LiveConsumer`; `docs/live.md` shows both.
"""

from .consumer import CLOSED_BY_RIGHTS, LiveConsumer
from .doors import rights_changed, shut_door_unless
from .envelopes import last_numbers
from .heartbeats import Heartbeats
from .media import MediaBackend, media_backend_for
from .messages import Refused, receives
from .publishing import close, push, send_passing

__all__ = [
    "CLOSED_BY_RIGHTS",
    "Heartbeats",
    "LiveConsumer",
    "MediaBackend",
    "Refused",
    "close",
    "last_numbers",
    "media_backend_for",
    "push",
    "receives",
    "rights_changed",
    "send_passing",
    "shut_door_unless",
]
