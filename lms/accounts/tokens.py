"""The secret of an invitation link, made again from its row whenever it is needed, and stored nowhere.

The token is HMAC-SHA256(`SECRET_KEY`, public id of the invitation): 256 bits nobody can guess without the key. The
row keeps only SHA-256(token), so a stolen database opens no door; the mail task is given the public id alone, so no
token waits in the task table either. After a change of `SECRET_KEY`, links already sent stay good (they are checked
against the digest), and `SECRET_KEY_FALLBACKS` lets a mail still waiting find its token.
"""

from base64 import urlsafe_b64encode
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from lms.kit.tokens import digest_of

_SALT = "lms.accounts.invitation"


def token_of(public_id: UUID, key: str | None = None) -> str:
    """43 URL-safe characters; `key` is `SECRET_KEY` unless given."""
    digest = salted_hmac(_SALT, public_id.bytes, secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_behind(public_id: UUID, digest: str) -> str | None:
    """The token whose digest was stored, made with the present key or an older one; None if both are gone."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = token_of(public_id, key)
        if digest_of(token) == digest:
            return token
    return None
