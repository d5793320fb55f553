"""Asking the training provider's help contact to call somebody back."""

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from lms.kit.defer import defer
from lms.kit.errors import DomainError
from lms.portal.tasks import send_callback

PER_HOUR = 5
HOUR = 3600  # seconds


class TooManyCallbacks(DomainError):
    def __init__(self) -> None:
        super().__init__(
            "too-many-callbacks",
            _("We already have your request, and we will call you. If it is urgent, please phone us."),
        )


def ask_callback(*, caller: str, name: str, phone: str, moment: str, question: str, page: str, email: str) -> None:
    """Sends the request to the help contact, by the background worker.

    `caller` tells people apart for the limit of five an hour; `email` is the person's own, or "" for a stranger.

    Raises:
        TooManyCallbacks: the limit is reached; nothing is sent.
    """
    key = f"callbacks-{caller}"
    cache.add(key, 0, HOUR)
    if cache.incr(key) > PER_HOUR:
        raise TooManyCallbacks
    defer(send_callback, name=name, phone=phone, moment=moment, question=question, page=page, email=email)
