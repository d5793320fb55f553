"""What a client may say: each type with its fields, its size and its pace, declared by one decorator."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

type Field = Callable[[Any], Any]
"""Gives the clean value, or raises ValueError."""
type Handler = Callable[..., Awaitable[None]]


class Refused(Exception):
    """A message that changes nothing; `code` tells the client why. Nobody else notices."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Spec:
    """One message type. `size`: bytes of its whole text. `burst` at once, then one every `every` seconds."""

    kind: str
    fields: dict[str, Field]
    size: int
    burst: int
    every: float
    handler: Handler

    def clean(self, message: dict[str, Any]) -> dict[str, Any]:
        """The fields, clean; exactly those declared. Raises Refused."""
        if message.keys() - {"type"} != self.fields.keys():
            raise Refused("malformed")
        try:
            return {name: field(message[name]) for name, field in self.fields.items()}
        except (ValueError, TypeError) as error:
            raise Refused("malformed") from error


def receives(kind: str, /, *, size: int = 1024, burst: int = 5, every: float = 1.0, **fields: Field) -> Any:
    """Mark an async method of a `LiveConsumer` as what answers messages of type `kind`; it gets the clean fields."""

    def mark(handler: Handler) -> Handler:
        handler.spec = Spec(kind, fields, size, burst, every, handler)  # type: ignore[attr-defined]
        return handler

    return mark


def specs_of(consumer: type) -> dict[str, Spec]:
    found = (getattr(getattr(consumer, name), "spec", None) for name in dir(consumer))
    return {spec.kind: spec for spec in found if isinstance(spec, Spec)}


def parse(text: str) -> dict[str, Any]:
    """The JSON object of a frame. Raises Refused for anything else, however deep or odd."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("malformed") from error
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Refused("malformed")
    return message


# --- Fields -----------------------------------------------------------------------------------------------------------


def text(longest: int, *, blank: bool = False) -> Field:
    """At most `longest` characters that every database can keep: no NUL, no half of an emoji."""

    def clean(value: Any) -> str:
        if not isinstance(value, str) or "\0" in value:
            raise ValueError("not a text")
        value.encode()  # a lone surrogate is a UnicodeEncodeError, which is a ValueError
        if len(value) > longest:
            raise ValueError("too long")
        if not blank and not value.strip():
            raise ValueError("empty")
        return value

    return clean


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")
    return value


def whole(lowest: int, highest: int) -> Field:
    def clean(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise ValueError("not such a number")
        return value

    return clean


def one_of(*choices: str) -> Field:
    def clean(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ValueError("not a choice")
        return value

    return clean


def identifier(value: Any) -> UUID:
    if not isinstance(value, str) or len(value) != 36:
        raise ValueError("not an identifier")
    return UUID(value)


def maybe(field: Field) -> Field:
    return lambda value: None if value is None else field(value)


def several(field: Field, most: int) -> Field:
    """A list of at most `most` values of one kind."""

    def clean(value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError("not such a list")
        return [field(one) for one in value]

    return clean
