"""Telling a group of sockets, from any process: after commit, without ever failing the one who tells."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.db import transaction

from . import switchboard
from .envelopes import Envelope, encode, next_number

log = logging.getLogger(__name__)


type Event = dict[str, Any]


def push(group: str, event: Event | Callable[[], Event]) -> None:
    """Send `event` (JSON, with its `type`) to every socket of `group`, once the transaction has committed.

    It gets the group's next number and can be resumed by it. Nothing happens on rollback, and nobody listening costs
    next to nothing: what is long to write is given as a function, called after the commit, where somebody may hear.
    Call it from sync code only.

    Raises:
        TypeError: `event` is not JSON. What goes wrong later is logged, never raised.
    """
    if callable(event):
        transaction.on_commit(partial(_write_and_publish, group, event), robust=True)
        return
    envelope = Envelope(type="live", group=group, text=encode(event), seq=None)
    transaction.on_commit(partial(_publish, envelope, numbered=True), robust=True)


def close(group: str, code: int) -> None:
    """Hang up every socket of `group` with this code (4000 to 4999), once the transaction has committed."""
    envelope = Envelope(type="live", group=group, text="", seq=None, close=code)
    transaction.on_commit(partial(_publish, envelope, numbered=False), robust=True)


async def send_passing(group: str, event: dict[str, Any], *, to: str = "") -> None:
    """Send what is worth something only now (who is here, who types, signalling): no number, nothing to resume.

    Such events are the first to go when a client does not keep up. With `to`, only the client of that id gets it.
    """
    envelope = Envelope(type="live", group=group, text=encode(event), seq=None)
    if to:
        envelope["to"] = to
    layer = get_channel_layer()
    if _is_one_process(layer):
        switchboard.deliver_here(envelope)
        return
    try:
        await layer.group_send(group, envelope)
    except Exception:
        log.exception("Something passing could not be told to %s; it is worth nothing any more.", group)


def _write_and_publish(group: str, write: Callable[[], Event]) -> None:
    if _is_one_process(get_channel_layer()) and not switchboard.is_heard_here(group):
        next_number(group)  # who comes back later sees that something was said
        return
    _publish(Envelope(type="live", group=group, text=encode(write()), seq=None), numbered=True)


def _publish(envelope: Envelope, *, numbered: bool) -> None:
    if numbered:
        envelope["seq"] = next_number(envelope["group"])
    layer = get_channel_layer()
    if _is_one_process(layer):
        switchboard.deliver_here(envelope)
    else:
        async_to_sync(layer.group_send)(envelope["group"], envelope)


def _is_one_process(layer: Any) -> bool:
    """The in-memory layer is not safe between threads and reaches no other process: hubs are told directly."""
    return layer is None or isinstance(layer, InMemoryChannelLayer)
