"""What programs read on our mails: headers that must arrive exactly as they were written."""

import email.policy
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from functools import cache
from typing import Any

from django.core.mail import EmailMultiAlternatives


class _InOneLine(UnstructuredHeader, BaseHeader):
    """An address too long for a line: Python would encode it (RFC 2047), and no mail program would find it there."""

    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Headers(HeaderRegistry):
    @cache  # noqa: B019 - there is one of it, and a mail has a dozen names
    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(name)


_HEADERS = _Headers()
_HEADERS.map_to_type("list-unsubscribe", _InOneLine)


class Mail(EmailMultiAlternatives):
    """A mail with the link by which programs unsubscribe in one piece."""

    def message(self, *, policy: Any = email.policy.default) -> EmailMessage:
        message: EmailMessage = super().message(policy=policy.clone(header_factory=_HEADERS))
        return message
