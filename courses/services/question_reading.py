"""Turns a question read from a file into the fields of the bank, and says what had to be simplified."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from courses.enums import QuestionKind
from courses.formats.gift import Kind, Rich
from courses.formats.gift import Question as ParsedQuestion
from courses.formats.prose import Picture, Resolve, external_link, flat, shape
from courses.models.questions import FEEDBACK_PROSE, QUESTION_PROSE
from lms.kit.sanitize import clean_html, render_markdown, render_plain, to_text

from .drafts import as_edited

_ANSWER_PROSE = ["bold", "italic", "code", "superscript", "subscript"]
_TRUE_FALSE = {"fr": {"true": "Vrai", "false": "Faux"}, "en": {"true": "True", "false": "False"}}
_PERCENT = Decimal("0.00001")
_NUMBER = Decimal("0.000001")
_HUGE = Decimal(10) ** 14  # what `minimum` and `maximum` hold
# Authors forget `[markdown]`: a text without a format that holds these, and no HTML, was written in Markdown.
_MARKDOWN = re.compile(r"!?\[[^\]\n]+\]\([^()\s]+\)|\*\*[^*\n]+\*\*|^#{1,6} |`[^`\n]+`", re.MULTILINE)
_HTML = re.compile(r"</?(?:p|br|div|span|b|i|em|strong|a|img|ul|ol|li|h[1-6])\b[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a question comes from: how its links and pictures are found, and the language it speaks."""

    language: str = "fr"
    resolve: Resolve = external_link
    picture: Callable[[Picture], str] | None = None
    is_local: Callable[[str], bool] = lambda _href: False
    is_picture: Callable[[str], bool] = lambda _href: False


@dataclass(slots=True)
class QuestionReading:
    """A parsed question turned into the bank's fields; `notes` gathers what was simplified."""

    surroundings: Surroundings
    notes: list[tuple[str, str]] = field(default_factory=list)

    def content_of(self, parsed: ParsedQuestion, category: str) -> dict[str, Any]:
        return {
            "kind": QuestionKind(parsed.kind.value).value,
            "name": self.cut(parsed.name, 200),
            "category": self.cut(category, 250),
            "stem": self.rich(parsed.stem, QUESTION_PROSE, picture=self.surroundings.picture),
            "general_feedback": self.rich(parsed.general_feedback, QUESTION_PROSE, picture=self.surroundings.picture),
            "shuffle": parsed.kind != Kind.TRUE_FALSE,
            "answers": list(self.answers(parsed)),
        }

    def answers(self, parsed: ParsedQuestion) -> Iterator[dict[str, Any]]:
        words = _TRUE_FALSE.get(self.surroundings.language, _TRUE_FALSE["fr"])
        for choice in parsed.choices:
            text = Rich(words[choice.text.text], "plain") if parsed.kind == Kind.TRUE_FALSE else choice.text
            yield _answer(
                text=self.accepted(text) if parsed.kind == Kind.SHORT else self.rich(text, _ANSWER_PROSE),
                fraction=choice.fraction,
                feedback=self.rich(choice.feedback, FEEDBACK_PROSE),
            )
        for pair in parsed.pairs:
            right = self.plain(Rich(pair.right, pair.left.format))
            yield _answer(text=self.rich(pair.left, _ANSWER_PROSE), match=self.cut(right, 255))
        for span in parsed.spans:
            yield _answer(
                minimum=self.number(span.minimum),
                maximum=self.number(span.maximum),
                fraction=span.fraction,
                feedback=self.rich(span.feedback, FEEDBACK_PROSE),
            )
        if parsed.otherwise:
            said = self.rich(parsed.otherwise, FEEDBACK_PROSE)
            if parsed.kind == Kind.SHORT:
                yield _answer(text=self.accepted(Rich("*", "plain")), feedback=said)
            else:
                yield _answer(minimum=-_HUGE + 1, maximum=_HUGE - 1, feedback=said)

    def rich(self, rich: Rich | None, features: list[str], picture: Callable[[Picture], str] | None = None) -> str:
        """A text in any of GIFT's formats, as the field's editor stores it."""
        if rich is None:
            return ""
        if is_forgotten_markdown(rich):
            self.note("read-as-markdown", "")
        around = self.surroundings
        shaped = shape(
            clean_of(rich),
            features=features,
            resolve=around.resolve,
            is_local=around.is_local,
            is_picture=around.is_picture,
        )
        html, notes = flat(shaped, picture=picture)
        for code, detail in notes:
            self.note(code, detail)
        return as_edited(html, features)

    def note(self, code: str, detail: str) -> None:
        if (code, detail) not in self.notes:
            self.notes.append((code, detail))

    def accepted(self, rich: Rich) -> str:
        """The words a learner must type, without marks."""
        return as_edited(render_plain(self.plain(rich)), _ANSWER_PROSE)

    def plain(self, rich: Rich) -> str:
        return rich.text if rich.format == "plain" else to_text(clean_of(rich))

    def cut(self, words: str, length: int) -> str:
        words = " ".join(words.split())
        if len(words) <= length:
            return words
        self.note("cut", words[:60])
        return words[: length - 1] + "…"

    def number(self, number: Decimal) -> Decimal:
        try:
            kept = number.quantize(_NUMBER)
        except InvalidOperation:
            kept = number
        if abs(kept) >= _HUGE:
            kept = (_HUGE - 1).copy_sign(number)
        if kept != number:
            self.note("number-rounded", str(number))
        return kept


def clean_of(rich: Rich) -> str:
    """A text in any of GIFT's formats as clean HTML."""
    match "markdown" if is_forgotten_markdown(rich) else rich.format:
        case "markdown":
            return render_markdown(rich.text, allow_html=True)
        case "plain":
            return render_plain(rich.text)
        case "moodle":  # light HTML whose line breaks count
            return clean_html(rich.text.replace("\n", "<br>\n"))
        case _:
            return clean_html(rich.text)


def is_forgotten_markdown(rich: Rich) -> bool:
    return rich.format == "moodle" and bool(_MARKDOWN.search(rich.text)) and not _HTML.search(rich.text)


def _answer(**given: Any) -> dict[str, Any]:
    fraction = Decimal(given.get("fraction", 0)).quantize(_PERCENT)
    return {
        "text": given.get("text", ""),
        "fraction": written(fraction),
        "feedback": given.get("feedback", ""),
        "match": given.get("match", ""),
        "minimum": written(given.get("minimum")),
        "maximum": written(given.get("maximum")),
    }


def written(number: Decimal | float | None) -> str | None:
    """A number as content compares it: no trailing zeros, no exponent."""
    return None if number is None else f"{Decimal(number).normalize():f}"
