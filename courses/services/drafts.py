"""Drafts written by an import: what the editor keeps of a text, and whether a person has changed it since."""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.admin.rich_text.converters.contentstate_models import Entity
from wagtail.admin.rich_text.converters.html_to_contentstate import (
    AtomicBlockEntityElementHandler,
    HtmlToContentStateHandler,
    LinkElementHandler,
)

_BLOCK_KEY = re.compile(r' data-block-key=(\\?")[^"\\]*\1')  # in a text, or in a text inside JSON
_converters: dict[tuple[str, ...], tuple[HtmlToContentStateHandler, ContentstateConverter]] = {}


class _Picture(AtomicBlockEntityElementHandler):
    """Reads a picture as the editor does, but for its preview: making that one would write a file."""

    def create_entity(self, name: str, attrs: dict[str, str], state: Any, contentstate: Any) -> Entity:
        return Entity("IMAGE", "MUTABLE", {key: attrs.get(key, "") for key in ("id", "alt", "format")})


class _Download(LinkElementHandler):
    """Reads a link to a document by its id alone: its address, which only the editor's window shows, would have a
    command load every page of the academy."""

    def get_attribute_data(self, attrs: dict[str, str]) -> dict[str, Any]:
        return {"id": attrs.get("id")}


_OWN = {
    "image": ('embed[embedtype="image"]', _Picture()),
    "document-link": ('a[linktype="document"]', _Download("DOCUMENT")),
}
"""Features that are read otherwise than by the editor itself."""


def as_edited(html: str, features: Iterable[str]) -> str:
    """The text as the editor would give it back at the first save, so that opening it there changes nothing."""
    if not html:
        return ""
    names = tuple(features)
    if names not in _converters:
        reader = HtmlToContentStateHandler([name for name in names if name not in _OWN])
        for name, (selector, handler) in _OWN.items():
            if name in names:
                reader.element_handlers.add_rules({selector: handler})
        _converters[names] = reader, ContentstateConverter(names)
    reader, writer = _converters[names]
    reader.reset()
    reader.feed(html)
    reader.close()
    return without_keys(str(writer.to_database_format(reader.contentstate.as_json())))


def without_keys(html: str) -> str:
    """The text without the editor's own marks, which differ at each save."""
    return _BLOCK_KEY.sub("", html)


def digest(content: Any) -> str:
    """SHA-256 of anything JSON, whatever the order of keys and the editor's marks."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(without_keys(written).encode()).hexdigest()


def source_key(*parts: object) -> str:
    """Where a thing comes from, at most 255 characters; too long a place ends with its SHA-256."""
    key = "#".join(str(part) for part in parts)
    if len(key) <= 255:
        return key
    return f"{key[:190]}#{hashlib.sha256(key.encode()).hexdigest()}"
