"""What other apps offer beside a lesson, registered from above."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class LessonLink:
    """A page about one lesson: its `url_name` takes the lesson's public id. What it answers to htmx takes the link's
    place once the reader comes to it; `visible` costs no query, every lesson asks."""

    url_name: str
    label: str | Promise
    icon: str
    visible: Callable[[Any], bool]


_links: list[LessonLink] = []


def beside_lesson(link: LessonLink) -> None:
    """Offer a page under every lesson; once, from `AppConfig.ready()`."""
    if any(known.url_name == link.url_name for known in _links):
        raise ValueError(f"{link.url_name} is already offered beside lessons")
    _links.append(link)


def lesson_links(person: Any) -> list[LessonLink]:
    return [link for link in _links if link.visible(person)]
