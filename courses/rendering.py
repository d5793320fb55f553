"""The body of a lesson as HTML: what is the same for everybody is rendered once, the rest is left to the page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from lms.kit.sanitize import to_text

from .models import LessonPage

# Blocks that show something of the learner's own: never rendered here.
PERSONAL = {"quiz", "reflection"}
_LIFETIME = 600  # seconds: a corrected image or glossary term shows in a published lesson after this at most


@dataclass(frozen=True, slots=True)
class Part:
    """One block of a lesson. `html` is None for a personal block, whose `value` the page renders itself."""

    id: str
    kind: str
    html: SafeString | None
    value: Mapping[str, Any] | None = None
    headings: tuple[tuple[str, str], ...] = ()
    """The id and the words of each heading of the first level, for the list of what the lesson holds."""


def body_parts(lesson: LessonPage, *, language: str, saver: bool = False, fresh: bool = False) -> list[Part]:
    """The blocks of a lesson in order, from the cache unless `fresh` (preview).

    Our own words in them (“Watch the video”) speak the `language` of the course, like all that surrounds them.
    `saver`: images wait to be asked for, for people who pay for each megabyte.
    """
    if fresh:
        return _render(lesson, language, saver)
    key = f"courses:body:{lesson.pk}:{lesson.live_revision_id}:{lesson.last_published_at}:{language}:{saver}"
    key = key.replace(" ", "_")
    parts: list[Part] | None = cache.get(key)
    if parts is None:
        parts = _render(lesson, language, saver)
        cache.set(key, parts, _LIFETIME)
    return parts


def _render(lesson: LessonPage, language: str, saver: bool) -> list[Part]:
    body = lesson.body
    with override(language):
        return [
            # A personal block is not even built: its questions would be fetched for nothing.
            Part(raw["id"], raw["type"], None, raw["value"]) if raw["type"] in PERSONAL else _shared(body[rank], saver)
            for rank, raw in enumerate(body.raw_data)
        ]


_HEADING = re.compile(r"<h2\b[^>]*>(.*?)</h2>", re.DOTALL)


def _shared(block: Any, saver: bool) -> Part:
    html: str = block.render(context={"saver": saver, "block_id": block.id})
    headings: list[tuple[str, str]] = []

    def name(found: re.Match[str]) -> str:
        headings.append((f"h-{block.id}-{len(headings)}", to_text(found[1])))
        return f'<h2 id="{headings[-1][0]}">{found[1]}</h2>'

    if block.block_type == "text":
        html = _HEADING.sub(name, html)
    return Part(block.id, block.block_type, mark_safe(html), headings=tuple(headings))  # noqa: S308 - our own templates
