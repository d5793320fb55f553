"""A question as any format gives it: what is asked, what earns points, what is said back."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from courses.formats.messages import Message

TextFormat = Literal["html", "markdown", "plain", "moodle"]


class Kind(StrEnum):
    """What the learner does with the question."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    SHORT = "short"
    NUMERIC = "numeric"
    MATCH = "match"
    ESSAY = "essay"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class Rich:
    """A text and how it is marked up; `moodle` is light HTML whose line breaks count."""

    text: str
    format: TextFormat = "moodle"


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer and the share of the points it earns, in percent from -100 to 100."""

    text: Rich
    fraction: Decimal
    feedback: Rich | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """One line to match; a pair with an empty left is a distractor."""

    left: Rich
    right: str


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers from `minimum` to `maximum`, both included, and the percent they earn."""

    minimum: Decimal
    maximum: Decimal
    fraction: Decimal
    feedback: Rich | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Only the tuple of its kind is filled.

    `choices` holds single, multiple and short; for true/false it is always (true, false), the texts being the
    words `true` and `false`. `otherwise` is said when no choice and no span was met. The general feedback of an
    essay is its model answer. `line` is where the question starts in the file.
    """

    kind: Kind
    name: str
    stem: Rich
    choices: tuple[Choice, ...] = ()
    pairs: tuple[Pair, ...] = ()
    spans: tuple[Span, ...] = ()
    general_feedback: Rich | None = None
    otherwise: Rich | None = None
    category: str = ""
    line: int = 1
    warnings: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """Everything a text held: each question found is either kept or refused with its reason."""

    questions: tuple[Question, ...] = ()
    refused: tuple[Message, ...] = ()

    @property
    def found(self) -> int:
        """How many questions the text held."""
        return len(self.questions) + len(self.refused)


@dataclass(slots=True)
class Answers:
    """The answer block of a question, read but not yet attached to it."""

    kind: Kind
    choices: list[Choice] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    otherwise: Rich | None = None
