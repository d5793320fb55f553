"""Marks one answer to one question: pure functions, no database writes.

Shapes of a response, by kind of question:

- single, true or false: `{"choice": 12}`; multiple: `{"choices": [12, 14]}` (ids of answers)
- short answer, number, open answer: `{"text": "…"}`
- matching: `{"pairs": {"12": "Paris", "13": "Lille"}}`

`said` is added when an answer is final: the words chosen, so that a later edit of the question rewrites nobody's past.
"""

import random
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.kit.sanitize import to_text

from .enums import QuestionKind
from .models import Question, QuestionAnswer

type Response = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """What the server says of an answer. `fraction` is 0 to 1, None where a person alone could judge."""

    fraction: Decimal | None
    feedback: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        return self.fraction is None or self.fraction >= Decimal("0.999")

    @property
    def is_partly_right(self) -> bool:
        return self.fraction is not None and Decimal("0.001") < self.fraction < Decimal("0.999")


def mark(question: Question, response: Response) -> Mark:
    """Grade `response`; an empty or foreign one is worth 0, never an error."""
    answers = list(question.answers.all())
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.TRUE_FALSE:
            return _choices(answers, [response.get("choice")])
        case QuestionKind.MULTIPLE:
            return _choices(answers, response.get("choices") or [])
        case QuestionKind.SHORT:
            return _best(a for a in answers if same_words(to_text(a.text), str(response.get("text", ""))))
        case QuestionKind.NUMERIC:
            number = parse_number(str(response.get("text", "")))
            return _best(a for a in answers if number is not None and _in_range(a, number))
        case QuestionKind.MATCH:
            return _pairs(answers, response.get("pairs") or {})
        case _:
            return Mark(None)


def is_empty(question: Question, response: Response) -> bool:
    """Whether nothing was answered yet."""
    if question.kind == QuestionKind.MATCH:
        pairs = response.get("pairs") or {}
        return not all(pairs.get(str(a.pk)) for a in question.answers.all() if a.match and a.text)
    return not (response.get("choice") or response.get("choices") or str(response.get("text", "")).strip())


def said(question: Question, response: Response) -> list[str]:
    """The response in words, kept with it for ever."""
    if question.kind == QuestionKind.MATCH:
        pairs = response.get("pairs") or {}
        return [f"{to_text(a.text)} → {pairs.get(str(a.pk), '')}" for a in question.answers.all() if a.text]
    if "text" in response:
        return [str(response["text"])]
    chosen = {response.get("choice"), *(response.get("choices") or [])}
    return [to_text(a.text) for a in question.answers.all() if a.pk in chosen]


def same_words(expected: str, given: str) -> bool:
    """Compare as a kind teacher would: case, accents, spaces, a final full stop do not matter; `*` is anything."""
    pattern, text = _fold(expected), _fold(given)
    if "*" not in pattern:
        return pattern == text
    first, *middle, last = pattern.split("*")
    if not (text.startswith(first) and text.endswith(last) and len(text) >= len(first) + len(last)):
        return False
    inside = text[len(first) : len(text) - len(last)]
    for piece in middle:
        _before, found, inside = inside.partition(piece)
        if piece and not found:
            return False
    return True


def parse_number(text: str) -> Decimal | None:
    """A number as people type it: “3,14”, “1 000”, “−2”, “50 %”."""
    plain = "".join(text.split()).replace(",", ".").replace("−", "-").removesuffix("%")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def shuffled[Item](items: Sequence[Item], *, seed: int, salt: int, shuffle: bool) -> list[Item]:
    """The same order for the same seed: an answer saved on one device is found at its place on another."""
    result = list(items)
    if shuffle:
        random.Random(f"{seed}:{salt}").shuffle(result)  # noqa: S311 - an order, not a secret
    return result


def _choices(answers: Iterable[QuestionAnswer], chosen: Iterable[Any]) -> Mark:
    picked = [answer for answer in answers if answer.pk in set(chosen)]
    total = sum((answer.fraction for answer in picked), Decimal(0)) / 100
    return Mark(_clamp(total), tuple(answer.feedback for answer in picked if answer.feedback))


def _best(accepted: Iterable[QuestionAnswer]) -> Mark:
    best = max(accepted, key=lambda answer: answer.fraction, default=None)
    if best is None:
        return Mark(Decimal(0))
    return Mark(_clamp(best.fraction / 100), (best.feedback,) if best.feedback else ())


def _pairs(answers: Iterable[QuestionAnswer], given: Mapping[str, str]) -> Mark:
    pairs = [answer for answer in answers if answer.text and answer.match]
    right = sum(1 for answer in pairs if given.get(str(answer.pk)) == answer.match)
    return Mark(_clamp(Decimal(right) / len(pairs)) if pairs else Decimal(0))


def _in_range(answer: QuestionAnswer, number: Decimal) -> bool:
    return answer.minimum is not None and answer.maximum is not None and answer.minimum <= number <= answer.maximum


def _clamp(value: Decimal) -> Decimal:
    # Thirds add up to 99.99999: what a rounding lost must not make a right answer wrong.
    value = Decimal(1) if value > Decimal("0.9998") else value
    return max(Decimal(0), value).quantize(Decimal("0.00001"))


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("œ", "oe"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split()).rstrip(" .!")
