"""Secrets of others we must be able to use again (a calendar's password), unreadable in a stolen database.

The key is derived from SECRET_KEY (HKDF, RFC 5869), one for each purpose; what SECRET_KEY_FALLBACKS sealed still opens.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealBroken(Exception):
    """No key of ours opens this: SECRET_KEY was changed without a fallback, or the text was touched."""


def seal(secret: str, *, purpose: str) -> str:
    return _box(purpose).encrypt(secret.encode()).decode("ascii")


def unseal(sealed: str, *, purpose: str) -> str:
    """The secret that was sealed for this purpose.

    Raises:
        SealBroken: see there.
    """
    try:
        return _box(purpose).decrypt(sealed).decode()
    except InvalidToken as error:
        raise SealBroken from error


def _box(purpose: str) -> MultiFernet:
    return MultiFernet([_key(secret, purpose) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"academy " + purpose.encode()).derive(secret.encode())
    return Fernet(urlsafe_b64encode(derived))
