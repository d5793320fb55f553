"""Reads of what somebody keeps."""

from typing import Any

from django.db.models import QuerySet

from community.models import Bookmark, Post
from community.queries.sight import posts_seen_by

PAGE = 30


def bookmarks_of(person: Any) -> QuerySet[Bookmark]:
    """What she keeps and may still read, the last one first."""
    seen = posts_seen_by(person).values("pk")
    return Bookmark.objects.filter(person=person, post__in=seen).select_related("post__thread__space", "post__author")


def bookmark_on(post: Post, person: Any) -> Bookmark | None:
    return Bookmark.objects.filter(post=post, person=person).first()
