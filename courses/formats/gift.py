"""Moodle's GIFT question format, read the way real files write it.

The format is described at https://docs.moodle.org/en/GIFT_format. Where a file departs from it and the
meaning is clear, the question is kept with a warning; where it is not, that piece alone is refused.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from courses.formats.gift_answers import Refused, Remarks, protect, read_answers, read_rich, unprotect
from courses.formats.messages import Message, message
from courses.formats.questions import Choice, Kind, Pair, Parsed, Question, Rich, Span
from courses.formats.text import NotText, decode, newlines, unclosed_html

__all__ = [
    "Choice",
    "Kind",
    "Message",
    "NotText",
    "Pair",
    "Parsed",
    "Question",
    "Rich",
    "Span",
    "decode",
    "parse",
]

_BLANK_IN_STEM = "_____"  # Moodle's own mark for the place of a missing word
_EVENT = re.compile(
    r"(?P<open>\{)|(?P<close>\})|(?P<blank>\n(?:[ \t]*\n)+)"
    r"|^[ \t]*(?:(?P<name>::[^\n]*?::)|(?P<category>\$CATEGORY:[^\n]*))",
    re.MULTILINE,
)
_MOST_BRACES = 20_000  # thousands of questions; beyond that the file is something else
_NAME = re.compile(r"\s*::([^\n]*?)::")
_SCRAP = re.compile(r"[\s\"';,]*")
_TAGS_AND_MARKS = re.compile(r"<[^<>]*>|[*_`]+|!?\[([^\[\]\n]*)\]\([^()\n]*\)")


@dataclass(frozen=True, slots=True)
class _Event:
    kind: str  # open, close, blank, name or category
    start: int
    end: int
    partner: int = -1  # of an opening brace: the index of the event that closes it


@dataclass(frozen=True, slots=True)
class _Piece:
    """One question's stretch of the text; `opened` and `closed` are the places of its braces, or -1."""

    start: int
    end: int
    opened: int
    closed: int
    category: str
    problem: str = ""
    remarks: tuple[str, ...] = ()


def parse(text: str, *, first_line: int = 1) -> Parsed:
    """Read every question of a GIFT text. Never raises: what cannot be read is in `refused`.

    `first_line` is the number of the text's first line in the file it comes from.
    """
    if text.count("{") + text.count("}") > _MOST_BRACES:
        return Parsed(refused=(message("too-many-braces", first_line),))
    kept: list[str] = []
    numbers: list[int] = []  # the line in the file, for each line kept
    for number, line in enumerate(newlines(text).split("\n"), first_line):
        if not line.lstrip().startswith("//"):
            kept.append(line)
            numbers.append(number)
    source = protect("\n".join(kept))
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)

    questions: list[Question] = []
    refused: list[Message] = []
    for piece in _pieces(source):
        line_number = numbers[bisect_right(starts, piece.start) - 1]
        try:
            questions.append(_question(source, piece, line_number))
        except Refused as reason:
            refused.append(message(reason.code, line_number, unprotect(reason.detail)))
    return Parsed(tuple(questions), tuple(refused))


def _events(source: str) -> list[_Event]:
    """List braces, blank lines, names and categories in order, each brace knowing its partner if it has one.

    A name at the start of a line always begins a new question, so that an unclosed brace cannot swallow it.
    """
    events: list[_Event] = []
    waiting: list[int] = []
    for found in _EVENT.finditer(source):
        kind = found.lastgroup or ""
        start, end = found.span(kind)
        if kind in ("name", "category"):
            waiting.clear()
        elif kind == "close" and waiting:
            opening = waiting.pop()
            events[opening] = _Event("open", events[opening].start, events[opening].end, len(events))
        elif kind == "open":
            waiting.append(len(events))
        events.append(_Event(kind, start, end))
    return events


def _pieces(source: str) -> Iterator[_Piece]:
    """Cut the text into questions: at names, at blank lines outside braces, and after answers on a new line."""
    events = _events(source)
    places = [event.start for event in events]
    category = ""
    position = 0
    while True:
        while position < len(source) and source[position].isspace():
            position += 1
        if position >= len(source):
            return
        index = bisect_left(places, position)
        if index < len(events) and events[index].kind == "category" and events[index].start == position:
            category = unprotect(source[position + len("$CATEGORY:") : events[index].end]).strip()
            position = events[index].end
            continue
        piece = _piece(source, events, index, position, category)
        yield piece
        position = max(piece.end, position + 1)


def _piece(source: str, events: list[_Event], index: int, start: int, category: str) -> _Piece:
    opened = closed = -1
    problem = ""
    remarks: list[str] = []
    while index < len(events):
        event = events[index]
        if event.kind in ("name", "category") and event.start > start:
            return _Piece(start, event.start, opened, closed, category, problem, tuple(remarks))
        if event.kind == "blank" and not _stem_goes_on(source, events, index, start, opened):
            return _Piece(start, event.start, opened, closed, category, problem, tuple(remarks))
        if event.kind == "open":
            if opened >= 0:
                line_end = source.find("\n", closed, event.start)
                if line_end >= 0:  # the next question follows without a blank line
                    return _Piece(start, line_end, opened, closed, category, problem, tuple(remarks))
                problem = problem or "answers-twice"
            partner = _partner(source, events, index)
            if partner < 0:
                partner, stop = _last_brace(events, index)
                remarks.append("brace-in-text")
                if partner < 0:
                    problem = problem or "answers-unclosed"
                    index = stop
                    continue
            opened = event.start if opened < 0 else opened
            closed = events[partner].start
            index = partner
        elif event.kind == "close":
            remarks.append("brace-in-text")
        index += 1
    return _Piece(start, len(source), opened, closed, category, problem, tuple(remarks))


def _stem_goes_on(source: str, events: list[_Event], index: int, start: int, opened: int) -> bool:
    """Is this blank line only between the name, or the text, and the answers of the same question?"""
    if opened >= 0:
        return False
    following = events[index + 1] if index + 1 < len(events) else None
    if following and following.kind == "open" and not source[events[index].end : following.start].strip():
        return True
    name = _NAME.match(source, start)
    return bool(name) and not source[name.end() : events[index].start].strip() if name else False


def _partner(source: str, events: list[_Event], index: int) -> int:
    """Return the event closing this brace, or -1 when the pair could only be made by swallowing a question."""
    partner = events[index].partner
    blank = next((i for i in range(index + 1, partner) if events[i].kind == "blank"), -1)
    if blank < 0:
        return partner
    inner = next((i for i in range(blank + 1, partner) if events[i].kind == "open"), -1)
    if inner >= 0 and source.find("####", events[index].start, events[inner].start) < 0:
        return -1
    return partner


def _last_brace(events: list[_Event], index: int) -> tuple[int, int]:
    """Return the last closing brace of the same paragraph, or -1, and where the paragraph ends."""
    last, i = -1, index + 1
    while i < len(events) and events[i].kind not in ("blank", "name", "category"):
        if events[i].kind == "close":
            last = i
        i += 1
    return last, i


def _question(source: str, piece: _Piece, line: int) -> Question:
    if piece.problem:
        raise Refused(piece.problem)
    remarks = Remarks(line)
    for code in dict.fromkeys(piece.remarks):
        remarks.add(code)
    begin = piece.start
    named = _NAME.match(source, begin, piece.end)
    name = unprotect(named[1]).strip() if named else ""
    if named:
        begin = named.end()
    before = source[begin : piece.opened if piece.opened >= 0 else piece.end]
    after = source[piece.closed + 1 : piece.end].rstrip() if piece.opened >= 0 else ""
    if after and _SCRAP.fullmatch(after):
        remarks.add("trailing-text", unprotect(after))
        after = ""
    default = read_rich(before)
    if piece.opened >= 0:
        body = source[piece.opened + 1 : piece.closed]
        answers, general, extra = read_answers(body, default.format, remarks)
    else:
        answers, general, extra = None, None, ""
    middle = " ".join(part for part in (before.rstrip(), extra) if part) if extra else before
    stem = read_rich(f"{middle}{_BLANK_IN_STEM}{after}" if after else middle)
    if not stem.text:
        if not name or answers is None:
            raise Refused("empty-question")
        remarks.add("name-as-stem")
        stem = Rich(name, "plain")
    if default.format in ("html", "markdown"):
        _note_unclosed(remarks, stem, general)
    return Question(
        kind=answers.kind if answers else Kind.DESCRIPTION,
        name=name or _name_from(stem.text),
        stem=stem,
        choices=tuple(answers.choices) if answers else (),
        pairs=tuple(answers.pairs) if answers else (),
        spans=tuple(answers.spans) if answers else (),
        general_feedback=general,
        otherwise=answers.otherwise if answers else None,
        category=piece.category,
        line=line,
        warnings=tuple(remarks.messages),
    )


def _note_unclosed(remarks: Remarks, *texts: Rich | None) -> None:
    names = [unclosed_html(text.text) for text in texts if text]
    if found := ", ".join(name for name in names if name):
        remarks.add("html-unclosed", found)


def _name_from(text: str) -> str:
    """Make a name of at most 60 characters from the question's text."""
    words = " ".join(_TAGS_AND_MARKS.sub(r"\1", text.replace(_BLANK_IN_STEM, "…")).split())
    words = words.lstrip("#>- ") or " ".join(text.split())
    if len(words) <= 60:
        return words
    return words[:59].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
