"""The one exception that means "the rules say no": a view turns it into a sentence, anything else crashes loudly."""

from typing import Any


class DomainError(Exception):
    """A refusal a person can understand; each services module has its own subclasses.

    `code` is stable and for programs (`slot-taken`); `message` is for people, translated or lazily so.
    """

    def __init__(self, code: str, message: Any) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return str(self.message)
