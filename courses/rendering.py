"""The body of a lesson as HTML: what is the same for everybody is rendered once, the rest is left to the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from .models import LessonPage
from .passages import with_anchors

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
    anchors: set[str] = set()
    with override(language):
        return [
            # A personal block is not even built: its questions would be fetched for nothing.
            Part(raw["id"], raw["type"], None, raw["value"])
            if raw["type"] in PERSONAL
            else _shared(body[rank], saver, anchors)
            for rank, raw in enumerate(body.raw_data)
        ]


def _shared(block: Any, saver: bool, anchors: set[str]) -> Part:
    html: str = block.render(context={"saver": saver, "block_id": block.id})
    headings: tuple[tuple[str, str], ...] = ()
    if block.block_type == "text":
        html, passages = with_anchors(html, block.id, anchors)
        headings = tuple((passage.anchor, passage.words) for passage in passages if passage.level == 2)
    return Part(block.id, block.block_type, mark_safe(html), headings=headings)  # noqa: S308 - our own templates
