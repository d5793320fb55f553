"""An answer that came by mail: whom it is to, who wrote it, and her own words without what she quotes."""

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import getaddresses

from lms.kit.sanitize import to_text

LARGEST = 10 * 1024 * 1024
"""Bytes of a mail with all it carries; only its text is read."""
_TO = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
_QUOTE = re.compile(
    r"""^\s*(?:
        >                                               # what somebody wrote before
      | -{2,}\s*(?:original\ message|message\ d.origine|forwarded\ message|message\ transf[ée]r[ée])
      | _{8,}\s*$                                       # Outlook's rule
      | --\s?$                                          # a signature
      | (?:de|from|von)\s?:\s.+@                        # Outlook's heading
      | (?:envoyé\ (?:de|depuis)|sent\ from)\ (?:mon|my|outlook|yahoo)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_WROTE = re.compile(r"^(?:le|on|am)\b.{4,200}(?:a\s+écrit|wrote|schrieb).{0,80}:\s*$", re.IGNORECASE | re.DOTALL)


class Unreadable(Exception):
    """Not a mail, or larger than LARGEST."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """`to`: every address it was delivered to, as written; `sender`: in lower case; `is_automatic`: no person wrote it
    (an absence, an error of delivery, a mailing list)."""

    to: tuple[str, ...]
    sender: str
    text: str
    message_id: str
    is_automatic: bool


def read_mail(raw: bytes) -> Incoming:
    """Raises Unreadable. The text is plain, and may be anything: it goes the way of every message that is typed."""
    if len(raw) > LARGEST:
        raise Unreadable
    try:
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        to = [address for name in _TO for _who, address in getaddresses(_values(mail, name))]
        senders = getaddresses(_values(mail, "from"))
        return Incoming(
            to=tuple(filter(None, to)),
            sender=senders[0][1].lower() if len(senders) == 1 else "",
            text=own_words(_text(mail)),
            message_id=" ".join(_values(mail, "message-id"))[:500],
            is_automatic=_is_automatic(mail),
        )
    except (ValueError, LookupError, TypeError, AttributeError, IndexError, RecursionError) as error:
        # The standard library's parser has no error of its own: broken headers end in any of these.
        raise Unreadable from error


def own_words(text: str) -> str:
    """What was typed above the mail that is answered; its quotes, signature and headings go."""
    kept: list[str] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for place, line in enumerate(lines):
        if _QUOTE.match(line) or any(_WROTE.match("\n".join(lines[place : place + n]).strip()) for n in (1, 2, 3)):
            break
        kept.append(line.rstrip())
    return "\n".join(kept).strip()


def _values(mail: EmailMessage, name: str) -> list[str]:
    return [str(value) for value in mail.get_all(name, [])]


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        text = str(part.get_content())
    except (LookupError, UnicodeError):
        payload = part.get_payload(decode=True)
        text = payload.decode("utf-8", errors="replace") if isinstance(payload, bytes) else ""
    text = text.replace("\x00", "")
    return to_text(text) if part.get_content_type() == "text/html" else text


def _is_automatic(mail: EmailMessage) -> bool:
    said = str(mail.get("auto-submitted", "no")).strip().lower()
    precedence = str(mail.get("precedence", "")).strip().lower()
    return (
        said.split(";")[0].strip() != "no"
        or precedence in ("bulk", "list", "junk", "auto_reply")
        or "x-autoreply" in mail
        or "list-id" in mail
        or str(mail.get("return-path", "?")).strip() == "<>"
    )
