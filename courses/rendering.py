"""The body of a lesson as HTML: what is the same for everybody is rendered once, the rest is left to the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

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
    heading: str = ""


def body_parts(lesson: LessonPage, *, saver: bool = False, fresh: bool = False) -> list[Part]:
    """The blocks of a lesson in order, from the cache unless `fresh` (preview).

    `saver`: images wait to be asked for, for people who pay for each megabyte.
    """
    if fresh:
        return _render(lesson, saver)
    key = f"courses:body:{lesson.pk}:{lesson.live_revision_id}:{lesson.last_published_at}:{get_language()}:{saver}"
    key = key.replace(" ", "_")
    parts: list[Part] | None = cache.get(key)
    if parts is None:
        parts = _render(lesson, saver)
        cache.set(key, parts, _LIFETIME)
    return parts


def _render(lesson: LessonPage, saver: bool) -> list[Part]:
    body = lesson.body
    return [
        # A personal block is not even built: its questions would be fetched for nothing.
        Part(raw["id"], raw["type"], None, raw["value"])
        if raw["type"] in PERSONAL
        else Part(raw["id"], raw["type"], _html(body[rank], saver))
        for rank, raw in enumerate(body.raw_data)
    ]


def _html(block: Any, saver: bool) -> SafeString:
    html: str = block.render(context={"saver": saver, "block_id": block.id})
    return mark_safe(html)  # noqa: S308 - our own block templates
