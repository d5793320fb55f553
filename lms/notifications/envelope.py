"""What programs read on our mails: headers that must arrive exactly as they were written, made without waste."""

import email.policy
import secrets
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from functools import cache, lru_cache
from typing import Any

from django.core.mail import EmailMultiAlternatives


class _AsWritten(UnstructuredHeader, BaseHeader):
    """A word of ours to programs, in one line and not taken apart: Python would encode a long address (RFC 2047), where
    no mail program finds it."""

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        if value.isascii():
            kwds.update(decoded=value, parse_tree=None)
        else:
            super().parse(value, kwds)

    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}" if self.isascii() else super().fold(policy=policy)


class _Headers(HeaderRegistry):
    """Most of a mail's fifteen headers are those of the mail before, and to parse them is half of what it costs."""

    @lru_cache(maxsize=256)  # noqa: B019 - there is one of it
    def __call__(self, name: str, value: Any) -> Any:
        return super().__call__(name, value)

    @cache  # noqa: B019
    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(name)


_HEADERS = _Headers()
for _name in ("message-id", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted"):
    _HEADERS.map_to_type(_name, _AsWritten)


class _Policy(email.policy.EmailPolicy):
    @lru_cache(maxsize=256)  # noqa: B019 - there are two of it
    def fold_binary(self, name: str, value: Any) -> bytes:
        return super().fold_binary(name, value)

    def clone(self, **changed: Any) -> "_Policy":
        """Python asks for the same one again for each part of a mail."""
        if all(getattr(self, name) == value for name, value in changed.items()):
            return self
        return super().clone(**changed)


@cache
def _policy_like(policy: Any) -> _Policy:
    return _Policy(linesep=policy.linesep, header_factory=_HEADERS)


class Mail(EmailMultiAlternatives):
    """A mail with the link by which programs unsubscribe in one piece."""

    def message(self, *, policy: Any = email.policy.default) -> EmailMessage:
        message: EmailMessage = super().message(policy=_policy_like(policy))
        for part in message.walk():
            if part.is_multipart():
                part.set_boundary(secrets.token_hex(16))  # else Python searches the whole text for one of its own
        return message
