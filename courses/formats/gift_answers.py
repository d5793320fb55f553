"""The answer block of a GIFT question: what stands between its braces."""

import re
from decimal import Decimal
from typing import cast

from courses.formats.messages import Message, message
from courses.formats.questions import Answers, Choice, Kind, Pair, Rich, Span, TextFormat

FULL = Decimal(100)
NONE = Decimal(0)
_MOST_ANSWERS = 100

# Escaped signs become Unicode noncharacters while the text is cut up, so that cutting sees only the real signs.
_ESCAPED = dict(zip("~=#{}:\\", map(chr, range(0xFDD0, 0xFDD7)), strict=True)) | {"n": chr(0xFDD7)}
_PLAIN = {ord(mark): "\n" if sign == "n" else sign for sign, mark in _ESCAPED.items()}
_NONCHARACTER = re.compile("[\ufdd0-\ufdd7]")
_ESCAPE = re.compile(r"\\([~=#{}:n\\])")

_FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_TRUTH = re.compile(r"(T|TRUE|F|FALSE)\s*(?:#(.*))?", re.IGNORECASE | re.DOTALL)
_CLOZE = re.compile(r"\d*:([A-Z_]{2,20}):")
# A sign inside a tag or an address is text; what is left begins an answer.
_SIGN = re.compile(r"<[A-Za-z/!][^<>]*>|https?://[^\s#{}<>]*|[~=]")
_ARROW = re.compile(r"(?<!-)->")
_WEIGHT = re.compile(r"\s*%\s*([-+]?\d{1,4}(?:[.,]\d{1,12})?)\s*%")
_NUMBER = r"([-+]?(?:\d{1,15}(?:[.,]\d{1,15})?|[.,]\d{1,15})(?:[eE][-+]?\d{1,2})?)"
_RANGE = re.compile(rf"\s*{_NUMBER}\s*\.\.\s*{_NUMBER}\s*")
_TOLERANCE = re.compile(rf"\s*{_NUMBER}\s*(?::\s*{_NUMBER}?)?\s*")


class Refused(Exception):
    """This question cannot be kept; `code` is a key of REASONS."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class Remarks:
    """The warnings of one question, gathered as it is read."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.messages: list[Message] = []

    def add(self, code: str, detail: object = "") -> None:
        """Add one warning."""
        self.messages.append(message(code, self.line, detail))


def protect(text: str) -> str:
    """Replace GIFT's escapes by marks that no real text holds."""
    return _ESCAPE.sub(lambda found: _ESCAPED[found[1]], _NONCHARACTER.sub("\ufffd", text))


def unprotect(text: str) -> str:
    """Turn the marks into the characters they stand for."""
    return text.translate(_PLAIN)


def read_rich(text: str, default: TextFormat = "moodle") -> Rich:
    """Read a text that may begin with its format: `[markdown]Some **text**`."""
    marked = _FORMAT.match(text)
    if marked:
        return Rich(unprotect(text[marked.end() :]).strip(), cast("TextFormat", marked[1].lower()))
    return Rich(unprotect(text).strip(), default)


def read_answers(body: str, default: TextFormat, remarks: Remarks) -> tuple[Answers, Rich | None, str]:
    """Read what stands between the braces.

    Returns the answers, the general feedback, and text found before the first answer that belongs to the
    question. Raises Refused.
    """
    body, _, general_text = body.partition("####")
    general = read_rich(general_text, default)
    if general.format == "html" and general.text.startswith("#"):
        general = Rich(general.text.lstrip("#").strip(), "html")  # `####[html]#<p>`: one sign too many
    body = body.strip()
    extra = ""
    if not body:
        answers = Answers(Kind.ESSAY)
    elif body.startswith("#"):
        answers = _numeric(body[1:], default, remarks)
    elif truth := _TRUTH.fullmatch(body):
        answers = _true_false(truth[1], truth[2] or "", default)
    elif body.startswith(">"):
        raise Refused("unsupported", "ordering")
    elif cloze := _CLOZE.match(body):
        raise Refused("unsupported", f"cloze {cloze[1]}")
    else:
        answers, extra = _listed(body, default, remarks)
    return answers, general if general.text else None, extra


def _true_false(word: str, feedback: str, default: TextFormat) -> Answers:
    """`T#said when wrong#said when right`."""
    wrong, _, right = feedback.partition("#")
    is_true = word[0] in "Tt"
    said = {True: _optional(right, default), False: _optional(wrong, default)}
    choices = [
        Choice(Rich("true", "plain"), FULL if is_true else NONE, said[is_true]),
        Choice(Rich("false", "plain"), NONE if is_true else FULL, said[not is_true]),
    ]
    return Answers(Kind.TRUE_FALSE, choices)


def _optional(text: str, default: TextFormat) -> Rich | None:
    rich = read_rich(text, default)
    return rich if rich.text else None


def _split(body: str, remarks: Remarks) -> tuple[str, list[tuple[str, str]]]:
    """Cut at each `~` and `=`: what comes before the first one, then (sign, text) pairs."""
    cuts: list[int] = []
    in_markup = False
    for found in _SIGN.finditer(body):
        if len(found[0]) == 1:
            cuts.append(found.start())
        else:
            in_markup = in_markup or "=" in found[0] or "~" in found[0]
    if in_markup:
        remarks.add("sign-in-markup")
    if not cuts:
        return body, []
    if len(cuts) > _MOST_ANSWERS:
        raise Refused("too-many-answers", str(len(cuts)))
    ends = [*cuts[1:], len(body)]
    pieces = [(body[cut], body[cut + 1 : end]) for cut, end in zip(cuts, ends, strict=True)]
    return body[: cuts[0]], pieces


def _weigh(sign: str, text: str, remarks: Remarks) -> tuple[Decimal, str]:
    """Return the percent an answer earns and the text without its `%weight%`."""
    weighed = _WEIGHT.match(text)
    if not weighed:
        if text.lstrip().startswith("%") and text.count("%") > 1:
            remarks.add("weight-unread", unprotect(text))
        return FULL if sign == "=" else NONE, text
    weight = Decimal(weighed[1].replace(",", "."))
    if abs(weight) > FULL:
        remarks.add("weight-range", weight)
        weight = FULL if weight > 0 else -FULL
    return weight, text[weighed.end() :]


def _numeric(body: str, default: TextFormat, remarks: Remarks) -> Answers:
    first, pieces = _split(body, remarks)
    answers = Answers(Kind.NUMERIC)
    for sign, text in [("=", first), *pieces] if first.strip() else pieces:
        fraction, text = _weigh(sign, text, remarks)
        value, _, feedback = text.partition("#")
        said = _optional(feedback, default)
        if value.strip() in ("", "*") and fraction <= 0:  # `~#said to everybody else`
            answers.otherwise = said
            continue
        answers.spans.append(Span(*_bounds(value, remarks), fraction, said))
    _check_reachable([span.fraction for span in answers.spans], remarks)
    return answers


def _bounds(text: str, remarks: Remarks) -> tuple[Decimal, Decimal]:
    if found := _RANGE.fullmatch(text):
        low, high = _decimal(found[1]), _decimal(found[2])
    elif found := _TOLERANCE.fullmatch(text):
        value, tolerance = _decimal(found[1]), _decimal(found[2] or "0")
        low, high = value - tolerance, value + tolerance
    else:
        raise Refused("number-unread", text.strip())
    if low > high:
        remarks.add("bounds-reversed", text.strip())
        low, high = high, low
    return low, high


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _check_reachable(fractions: list[Decimal], remarks: Remarks) -> None:
    best = max(fractions, default=NONE)
    if best <= 0:
        raise Refused("no-right-answer")
    if best < FULL:
        remarks.add("best-below-full", f"{best.normalize():f}")


def _listed(body: str, default: TextFormat, remarks: Remarks) -> tuple[Answers, str]:
    """Choices, short answers and pairs: everything written as a list of `~` and `=`."""
    first, pieces = _split(body, remarks)
    first = first.strip()
    if not pieces:
        lines = [line for line in first.split("\n") if line.strip()]
        if all(_ARROW.search(line) for line in lines):
            remarks.add("pairs-without-sign")
            return _match(lines, default, remarks), ""
        remarks.add("answer-without-sign", unprotect(first))
        return _choices([("=", first)], default, remarks), ""
    if first:
        remarks.add("text-before-answers", unprotect(first))
    texts = [text for _, text in pieces]
    if all(sign == "=" for sign, _ in pieces) and any(_ARROW.search(text) for text in texts):
        return _match(texts, default, remarks), first
    return _choices(pieces, default, remarks), first


def _match(texts: list[str], default: TextFormat, remarks: Remarks) -> Answers:
    answers = Answers(Kind.MATCH)
    for text in texts:
        arrow = _ARROW.search(text)
        if not arrow:
            raise Refused("pairs-mixed", text.strip())
        right = read_rich(text[arrow.end() :], default).text
        if not right:
            raise Refused("pair-incomplete", text.strip())
        answers.pairs.append(Pair(read_rich(text[: arrow.start()], default), right))
    if sum(1 for pair in answers.pairs if pair.left.text) < 2:
        remarks.add("one-pair")
    return answers


def _choices(pieces: list[tuple[str, str]], default: TextFormat, remarks: Remarks) -> Answers:
    short = all(sign == "=" for sign, _ in pieces)
    answers = Answers(Kind.SHORT)
    seen: set[str] = set()
    for sign, piece in pieces:
        fraction, piece = _weigh(sign, piece, remarks)
        text, _, feedback = piece.partition("#")
        rich, said = read_rich(text, default), _optional(feedback, default)
        if short and rich.text == "*" and fraction <= 0:  # Moodle's "anything else"
            answers.otherwise = said
            continue
        if not rich.text:
            remarks.add("empty-answer")
            continue
        if rich.text in seen:
            remarks.add("same-answer", rich.text)
        seen.add(rich.text)
        answers.choices.append(Choice(rich, fraction, said))
    if not answers.choices:
        raise Refused("empty-answers")
    fractions = [choice.fraction for choice in answers.choices]
    if short:
        _check_reachable(fractions, remarks)
    else:
        answers.kind = _single_or_multiple(pieces, fractions, remarks)
    return answers


def _single_or_multiple(pieces: list[tuple[str, str]], fractions: list[Decimal], remarks: Remarks) -> Kind:
    """Decide as Moodle does: an `=` makes it one choice, weights alone make it several."""
    positive = [fraction for fraction in fractions if fraction > 0]
    if not positive:
        raise Refused("no-right-answer")
    if any(sign == "=" for sign, _ in pieces):
        full = positive.count(FULL)
        if full > 1:
            remarks.add("several-right", full)
        if full:
            return Kind.SINGLE
        remarks.add("became-multiple")
    total = sum(positive, NONE)
    if abs(total - FULL) > 1:
        remarks.add("weights-sum", f"{total.normalize():f}")
    return Kind.MULTIPLE
