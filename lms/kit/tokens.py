"""Secrets of addresses: given once, kept as a digest, so that a stolen database opens no door."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, as 43 characters of a URL."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What the database keeps: 64 hexadecimal characters. The token is random, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
