"""Drafts written by an import: what the editor keeps of a text, and whether a person has changed it since."""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

_BLOCK_KEY = re.compile(r' data-block-key=(\\?")[^"\\]*\1')  # in a text, or in a text inside JSON
_converters: dict[tuple[str, ...], ContentstateConverter] = {}


def as_edited(html: str, features: Iterable[str]) -> str:
    """The text as the editor would give it back at the first save, so that opening it there changes nothing."""
    if not html:
        return ""
    names = tuple(features)
    converter = _converters.setdefault(names, ContentstateConverter(names))
    return without_keys(str(converter.to_database_format(converter.from_database_format(html))))


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
