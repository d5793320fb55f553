"""The secret of an invitation link, made again from its row whenever it is needed, and stored nowhere.

The token is HMAC-SHA256(`SECRET_KEY`, public id of the invitation): 256 bits nobody can guess without the key. The
row keeps only SHA-256(token), so a stolen database opens no door; the mail task is given the public id alone, so no
token waits in the task table either. After a change of `SECRET_KEY`, links already sent stay good (they are checked
against the digest), and `SECRET_KEY_FALLBACKS` lets a mail still waiting find its token.
"""

from uuid import UUID

from lms.kit import tokens

_SALT = "lms.accounts.invitation"


def token_of(public_id: UUID, key: str | None = None) -> str:
    """43 URL-safe characters; `key` is `SECRET_KEY` unless given."""
    return tokens.token_of(_SALT, public_id, key)


def token_behind(public_id: UUID, digest: str) -> str | None:
    """The token whose digest was stored, made with the present key or an older one; None if both are gone."""
    return tokens.token_behind(_SALT, public_id, digest)
