"""Captions that somebody made elsewhere: what is read of them, and what is said where they cannot be."""

from contextlib import suppress

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from seminars.formats.caption_files import CaptionFileRefused, read
from seminars.formats.captions import Cue, webvtt


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


SRT = """1
00:00:01,000 --> 00:00:03,500
L’été, <i>c’est</i>
{\\an8}l’œuvre

2
00:00:04,000 --> 00:01:02,250
Deux < trois
"""
VTT = """WEBVTT - formation

NOTE relue par Clara

STYLE
::cue { color: red }

bonjour
00:01.000 --> 00:03.500 align:middle
<v.loud Clara>Bonjour <b>à tous</b> &amp; à toutes

1:00:04.000 --> 1:00:05.000
La suite
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_srt_is_read_in_the_encodings_that_tools_write(encoding, ending):
    assert read(SRT.replace("\n", ending).encode(encoding)) == [
        Cue(1.0, 3.5, "L’été, c’est l’œuvre"),
        Cue(4.0, 62.25, "Deux < trois"),
    ]


def test_webvtt_is_read_without_its_tags_and_with_its_speakers():
    assert read(VTT.encode()) == [
        Cue(1.0, 3.5, "Bonjour à tous & à toutes", "Clara"),
        Cue(3604.0, 3605.0, "La suite"),
    ]


def test_what_the_replay_serves_can_be_given_back():
    cues = [Cue(0.0, 2.0, "a --> b <b>&", "Clara <3"), Cue(3.25, 4.0, "suite")]
    assert read(webvtt(cues, until=60).encode()) == [Cue(0.0, 2.0, "a --> b <b>&", "Clara <3"), cues[1]]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "No caption is in this file"),
        (b"WEBVTT\n", "No caption is in this file"),
        (b"Bonjour", "No caption is in this file"),
        (b"%PDF\x00\x01", "This is not a text"),
        (SRT.encode() + b"x\n" * 30_000, "This is not a text"),
        (SRT.replace("00:00:04,000 -->", "00:00:04 -->").encode(), "Line 7: the times cannot be read"),
        (VTT.replace("1:00:04.000 -->", "quatre -->").encode(), "Line 12: the times cannot be read"),
        (SRT.replace("00:01:02,250", "00:00:04,000").encode(), "Line 7: this caption ends before it begins"),
        (SRT.replace("2\n00", "deux\n00").encode(), "Line 7: in an SRT file, a line with the number"),
        (b"Sous-titres\n\n" + SRT.encode(), "Line 1: this text has no times"),
        (VTT.encode() + b"\nperdue\n", "Line 15: this text has no times"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n\n", "have no text"),
        (SRT.replace("Deux", "Deux " * 200).encode(), "The caption at 00:00:04.000 is longer than 500 characters"),
    ],
)
def test_a_file_that_would_lose_something_is_refused_with_its_line(data, said):
    with pytest.raises(CaptionFileRefused, match=said):
        read(data)


@given(st.lists(st.sampled_from(["WEBVTT", "", "1", "00:00:01,000 --> 00:00:02,000", "00:01.000 --> 00:02.000", "é"])))
def test_any_lines_are_read_or_refused(lines):
    with suppress(CaptionFileRefused):
        assert all(cue.text and cue.end > cue.start for cue in read("\n".join(lines).encode()))
