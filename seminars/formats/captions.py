"""Captions as WebVTT, and as a text to read."""

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 6.0
"""Seconds a caption stays when nobody said until when."""
SHORTEST = 0.5
PARAGRAPH = 30.0
"""Seconds after which the same speaker's words begin a new paragraph."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What is said, in seconds from the start; `end` is None where nobody said."""

    start: float
    end: float | None
    text: str
    speaker: str = ""


def webvtt(cues: Iterable[Cue], *, until: float) -> str:
    """The cues that begin within the film, each leaving at its end, at the next one, or after six seconds."""
    shown = sorted((cue for cue in cues if cue.start < until), key=lambda cue: cue.start)
    lines = ["WEBVTT", ""]
    for rank, cue in enumerate(shown):
        following = shown[rank + 1].start if rank + 1 < len(shown) else until
        end = cue.end if cue.end is not None else min(cue.start + LONGEST, following)
        start = max(0.0, cue.start)
        end = max(min(end, until), start + SHORTEST)
        voice = f"<v {_plain(cue.speaker)}>" if cue.speaker else ""
        lines += [f"{stamp(start)} --> {stamp(end)}", voice + _plain(cue.text), ""]
    return "\n".join(lines)


def transcript(cues: Iterable[Cue]) -> str:
    """Paragraphs: a new one for each speaker, and every half minute."""
    paragraphs: list[list[str]] = []
    speaker, begun = None, 0.0
    for cue in sorted(cues, key=lambda cue: cue.start):
        if not paragraphs or cue.speaker != speaker or cue.start - begun > PARAGRAPH:
            named = f"{cue.speaker} : {cue.text}" if cue.speaker and cue.speaker != speaker else cue.text
            paragraphs.append([named])
            speaker, begun = cue.speaker, cue.start
        else:
            paragraphs[-1].append(cue.text)
    return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)


def stamp(seconds: float) -> str:
    """`01:02:03.400`."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _plain(text: str) -> str:
    """On one line, with nothing that WebVTT would read as its own."""
    one_line = " ".join(text.split())
    return one_line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
