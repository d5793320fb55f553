"""Secrets of addresses: given once, kept as a digest, so that a stolen database opens no door."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac


def new_token() -> str:
    """256 random bits, as 43 characters of a URL."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What the database keeps: 64 hexadecimal characters. The token is random, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_of(salt: str, public_id: UUID, key: str | None = None) -> str:
    """A secret made again from its row whenever it is needed, and stored nowhere: 43 URL-safe characters.

    It is HMAC-SHA256 of the row's public id: 256 bits nobody can guess without `key`, which is `SECRET_KEY` unless
    given.
    """
    digest = salted_hmac(salt, public_id.bytes, secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_behind(salt: str, public_id: UUID, digest: str) -> str | None:
    """The token whose digest was stored, made with the present key or an older one; None if both are gone."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = token_of(salt, public_id, key)
        if digest_of(token) == digest:
            return token
    return None
