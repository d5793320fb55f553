"""What a format says about a file: a stable code, the line, and one sentence a person can act on."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for makemessages. Django's own asks for the settings, which a format does without."""
    return sentence


# `{detail}` is the part of the file that the sentence is about. `translated()` gives the reader's language.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        # The file as a whole
        "not-text": gettext_noop("This file is not text. Save it as UTF-8 text and import it again."),
        "text-too-long": gettext_noop("This text is longer than 1 MB or 20,000 lines. Split it and import the parts."),
        "not-a-course": gettext_noop(
            "This file is not a course: it has neither a header (TITLE: …) nor a section (a line starting with #)."
        ),
        # A question that is refused
        "answers-unclosed": gettext_noop("The answers open with { and never close with }."),
        "answers-twice": gettext_noop("The question has two answer blocks { }; one question takes one."),
        "empty-question": gettext_noop("The question has neither text nor answers."),
        "empty-answers": gettext_noop("The answers are all empty."),
        "no-right-answer": gettext_noop("No answer earns any points."),
        "number-unread": gettext_noop("“{detail}” is not a number, a number:tolerance or a range."),
        "pairs-mixed": gettext_noop("Some answers have an arrow -> and others do not: “{detail}”."),
        "pair-incomplete": gettext_noop("A pair has nothing on the right of its arrow: “{detail}”."),
        "too-many-answers": gettext_noop("The question has {detail} answers; it may have 100."),
        "too-many-braces": gettext_noop("The text has more than 20,000 braces: these are not questions."),
        "unsupported": gettext_noop("Questions of the type “{detail}” are not supported."),
        # A question that is kept, with a warning
        "weights-sum": gettext_noop("The right answers add up to {detail} %, not 100 %."),
        "weight-range": gettext_noop("The weight {detail} % is brought back between -100 % and 100 %."),
        "weight-unread": gettext_noop("The weight “{detail}” could not be read; it is left in the text."),
        "best-below-full": gettext_noop("The best answer is worth {detail} %: nobody can earn full points."),
        "several-right": gettext_noop(
            "{detail} answers are right and only one can be chosen: any of them earns the points."
        ),
        "became-multiple": gettext_noop("No answer is worth 100 %, so several answers can be chosen."),
        "empty-answer": gettext_noop("An empty answer is left out."),
        "same-answer": gettext_noop("The answer “{detail}” is there twice."),
        "text-before-answers": gettext_noop("Text before the first answer is moved to the question: “{detail}”."),
        "sign-in-markup": gettext_noop("A ~ or = inside a tag or an address is read as text."),
        "answer-without-sign": gettext_noop("The answer “{detail}” has no = before it; it is read as right."),
        "pairs-without-sign": gettext_noop("The pairs have no = before them."),
        "one-pair": gettext_noop("There is only one pair to match."),
        "bounds-reversed": gettext_noop("The range “{detail}” goes from high to low; it is turned round."),
        "name-as-stem": gettext_noop("The question has no text; its name is shown instead."),
        "brace-in-text": gettext_noop("A brace without its pair is read as text."),
        "trailing-text": gettext_noop("“{detail}” after the answers is left out."),
        "html-unclosed": gettext_noop("HTML is not closed: {detail}."),
        # A course file
        "header-twice": gettext_noop("The header line “{detail}” repeats an earlier one, which is kept."),
        "text-before-section": gettext_noop("Text before the first section is put into a section of its own."),
        "fence-unclosed": gettext_noop("The block “{detail}” is not closed; it is read up to where it seems to end."),
        "fence-guessed": gettext_noop("The block name “{detail}” is misspelt; the nearest known one is used."),
        "fence-unknown": gettext_noop("The block name “{detail}” is unknown; the block is kept as code."),
        "attributes-removed": gettext_noop("Presentation attributes {: … } removed: {detail}."),
    }
)


@dataclass(frozen=True, slots=True)
class Message:
    """One remark: `code` is a key of REASONS, `line` counts from 1 in the file, `text` is English."""

    code: str
    line: int
    text: str
    detail: str = ""

    def translated(self) -> str:
        """The sentence in the active language; needs Django's settings."""
        return gettext(REASONS[self.code]).replace("{detail}", self.detail)


def message(code: str, line: int, detail: object = "") -> Message:
    """Build a message; a detail is cut at 80 characters so that a broken file gives a readable report."""
    shown = " ".join(str(detail).split())
    shown = shown if len(shown) <= 80 else f"{shown[:79]}…"
    return Message(code, line, REASONS[code].replace("{detail}", shown), shown)


class FormatError(ValueError):
    """The file cannot be read at all. `code` is a key of REASONS, `message` the English sentence."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.message = REASONS[code]
        super().__init__(self.message)

    def translated(self) -> str:
        """The sentence in the active language; needs Django's settings."""
        return gettext(self.message)
