"""Public identifiers: what a URL may show instead of a database id."""

import secrets
import time
import uuid

from django.db import models


def uuid7() -> uuid.UUID:
    """A time-ordered UUID (RFC 9562, version 7): 48 bits of Unix milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return uuid.UUID(int=value | 0b10 << 62 | secrets.randbits(62))


# Crockford's alphabet without the letters read as digits: a code can be dictated over the phone.
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")


def readable_code(length: int = 10) -> str:
    """A random code of `length` letters and digits (5 bits each) that survives handwriting."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(length))


def normal_code(typed: str) -> str:
    """A readable code as it was made, from how a person typed it: any case, spaces, dashes, O for 0, I or L for 1."""
    letters = typed.upper().translate(_MISREAD)
    return "".join(letter for letter in letters if letter in _CODE_ALPHABET)


class PublicIdModel(models.Model):
    """A row that people may name: `public_id` is what URLs, exports and sockets carry."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)

    class Meta:
        abstract = True
