"""What changes in notifications: telling, reading, choosing, and the outbox that carries it all out."""

from .choosing import one_click_stop, save_choices
from .devices import forget_device, remember_device, renew_device
from .reading import mark_all_read, mark_read
from .telling import Attachment, Message, notify

__all__ = [
    "Attachment",
    "Message",
    "forget_device",
    "mark_all_read",
    "mark_read",
    "notify",
    "one_click_stop",
    "remember_device",
    "renew_device",
    "save_choices",
]
