"""The address by which a mail is answered: it names the piece of news it answers, and is signed.

`reply+<news><seal>@…`: 26 characters of base 32 for the id, 16 for the seal, so that the part before the @ stays under
the 64 characters that mail servers take, and in lower case, which they may change.
"""

import base64
import re
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "community.reply"
_TOKEN = re.compile(r"\+([a-z2-7]{26})([a-z2-7]{16})@")


def reply_address(news: UUID) -> str:
    """Where to answer this piece of news; "" where the academy takes no answers by mail."""
    local, _at, host = settings.REPLY_ADDRESS.rpartition("@")
    return f"{local}+{_written(news.bytes)}{_seal(news)}@{host}" if local else ""


def news_behind(address: str) -> UUID | None:
    """The piece of news that an address of ours names; None for any other address."""
    found = _TOKEN.search(address.lower())
    if found is None:
        return None
    try:
        news = UUID(bytes=base64.b32decode(found[1].upper() + "======"))
    except ValueError:
        return None
    return news if constant_time_compare(found[2], _seal(news)) else None


def _seal(news: UUID) -> str:
    return _written(salted_hmac(_SALT, news.hex, algorithm="sha256").digest()[:10])


def _written(value: bytes) -> str:
    return base64.b32encode(value).decode("ascii").rstrip("=").lower()
