"""Reads of drafts: one place's, and all of one person's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from community.models import Draft, Thread
from community.queries.sight import posts_seen_by, sight_of, threads_seen_by

SHOWN = 100
BEGINNING = 140
"""Characters of a draft that a list shows."""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in the list: what it is about, how it begins, and the page on which it goes on."""

    place: str
    title: str
    beginning: str
    kept_at: datetime
    url: str
    is_edit: bool = False


def draft_of(person: Any, place: str) -> Draft | None:
    return Draft.objects.filter(person=person, place=place).first()


def drafts_of(person: Any) -> list[DraftRow]:
    """The drafts of posts whose place she still sees, the last one first, in four queries at most."""
    drafts = list(Draft.objects.filter(person=person).order_by("-kept_at")[:SHOWN])
    threads = _threads(person, _ids(drafts, "thread"))
    posts = _posts(person, _ids(drafts, "post"))
    spaces = {str(space.public_id): space for space in sight_of(person).spaces.values()}
    found = []
    for draft in drafts:
        kind, _colon, public_id = draft.place.partition(":")
        if kind == "thread" and (thread := threads.get(public_id)):
            url = reverse("community:thread", args=[thread.public_id]) + "#answer"
            found.append(_row(draft, thread.title, url))
        elif kind == "space" and (space := spaces.get(public_id)):
            title = _first_of(draft, "title") or space.name
            found.append(_row(draft, title, reverse("community:thread-new", args=[space.slug])))
        elif kind == "post" and (post := posts.get(public_id)):
            url = reverse("community:post-edit", args=[post.public_id])
            found.append(_row(draft, post.thread.title, url, is_edit=True))
    return found


def _ids(drafts: Iterable[Draft], kind: str) -> list[str]:
    pairs = (draft.place.split(":", 1) for draft in drafts)
    return [public_id for found, public_id in pairs if found == kind]


def _threads(person: Any, ids: list[str]) -> dict[str, Thread]:
    rows = threads_seen_by(person).filter(public_id__in=ids) if ids else ()
    return {str(row.public_id): row for row in rows}


def _posts(person: Any, ids: list[str]) -> dict[str, Any]:
    rows = posts_seen_by(person).filter(public_id__in=ids).select_related("thread") if ids else ()
    return {str(row.public_id): row for row in rows}


def _row(draft: Draft, title: str, url: str, *, is_edit: bool = False) -> DraftRow:
    return DraftRow(draft.place, title, _first_of(draft, "source")[:BEGINNING], draft.kept_at, url, is_edit)


def _first_of(draft: Draft, name: str) -> str:
    values = draft.content.get(name) or [""]
    return str(values[0])
