"""Files of captions made elsewhere, WebVTT or SubRip (SRT): read by webvtt-py, and checked line by line."""

import html
import re
import unicodedata
from collections.abc import Iterator

from django.utils.translation import gettext as _
from webvtt import WebVTT
from webvtt.models import Caption

from courses.formats.text import NotText, decode
from lms.kit.errors import DomainError

from .captions import Cue

LONGEST_TEXT = 500
"""Characters of one caption, as of one that is typed."""
_ARROW = "-->"
_ASIDE = ("NOTE", "STYLE", "REGION")
"""Blocks of WebVTT that are not captions."""
_PLACEMENT = re.compile(r"\{\\[^}]*\}")
"""Where some tools write in SRT that a caption stands: `{\\an8}`."""
_BLOCK = re.compile(r"(?:[^\n]+(?:\n|\Z))+")


class CaptionFileRefused(DomainError):
    """The file is not taken: one sentence, with the line where there is one."""

    def __init__(self, message: str) -> None:
        super().__init__("unreadable", message)


def read(data: bytes) -> list[Cue]:
    """The captions of a file, in order, as plain text; UTF-8 or Windows-1252, at most 1 MB or 20,000 lines.

    Raises:
        CaptionFileRefused: it is not such a file, or a line of it would be lost.
    """
    try:
        text, _encoding = decode(data)
    except NotText:
        raise CaptionFileRefused(
            _("This is not a text of at most 1 MB and 20,000 lines. Send the captions as a VTT or SRT file.")
        ) from None
    text = "\n".join(line.strip() for line in text.split("\n"))
    is_vtt = text.startswith("WEBVTT")
    lines = text.split("\n")
    timed = [number for number, line in enumerate(lines, start=1) if _ARROW in line]
    if not timed:
        raise CaptionFileRefused(
            _("No caption is in this file: a line of times looks like 00:00:01.000 --> 00:00:04.000.")
        )
    for number in timed:
        _check_times(number, lines, is_vtt=is_vtt)
    if is_vtt:
        _check_nothing_is_left_out(text)
        captions = WebVTT.from_string(text).captions
    else:
        first = next(number for number, line in enumerate(lines, start=1) if line)
        if first != timed[0] - 1:
            raise _without_times(first)
        captions = WebVTT.from_buffer([*lines[first - 1 :], ""], format="srt").captions
    cues = list(_cues(captions, is_vtt=is_vtt))
    if not cues:
        raise CaptionFileRefused(_("The captions of this file have no text."))
    return sorted(cues, key=lambda cue: cue.start)


def _check_times(number: int, lines: list[str], *, is_vtt: bool) -> None:
    """The library leaves out what it cannot read: here it is said, with its line."""
    line = lines[number - 1]
    alone = f"WEBVTT\n\n{line}\n-" if is_vtt else f"1\n{line}\n-"
    found = WebVTT.from_buffer(alone.split("\n"), format="vtt" if is_vtt else "srt").captions
    if not found:
        form = "00:00:01.000 --> 00:00:04.000" if is_vtt else "00:00:01,000 --> 00:00:04,000"
        raise _refused(number, _("the times cannot be read. They look like %(form)s.") % {"form": form})
    if found[0].end_time <= found[0].start_time:
        raise _refused(number, _("this caption ends before it begins."))
    if not is_vtt and not (number > 1 and lines[number - 2].strip().isdigit()):
        raise _refused(number, _("in an SRT file, a line with the number of the caption stands before its times."))


def _check_nothing_is_left_out(text: str) -> None:
    """A block without times is no caption: after an empty line in the middle of one, its end would be lost."""
    for rank, found in enumerate(_BLOCK.finditer(text)):
        block = found.group()
        if rank and _ARROW not in block and not block.startswith(_ASIDE):
            raise _without_times(text.count("\n", 0, found.start()) + 1)


def _cues(captions: list[Caption], *, is_vtt: bool) -> Iterator[Cue]:
    for caption in captions:
        words = caption.text if not is_vtt else html.unescape(caption.text)
        text = _plain(_PLACEMENT.sub("", words))
        if not text:
            continue
        start, end = (at.in_milliseconds() / 1000 for at in (caption.start_time, caption.end_time))
        if len(text) > LONGEST_TEXT:
            raise CaptionFileRefused(
                _("The caption at %(time)s is longer than %(most)d characters: make two of it.")
                % {"time": caption.start, "most": LONGEST_TEXT}
            )
        yield Cue(start, end, text, _plain(html.unescape(caption.voice or ""))[:100])


def _plain(text: str) -> str:
    """On one line, without characters that nobody sees."""
    return " ".join("".join(sign for sign in text if sign.isspace() or unicodedata.category(sign) != "Cc").split())


def _without_times(number: int) -> CaptionFileRefused:
    return _refused(number, _("this text has no times. Take away the empty line before it, or give it times."))


def _refused(number: int, words: str) -> CaptionFileRefused:
    return CaptionFileRefused(_("Line %(number)d: %(what)s") % {"number": number, "what": words})
