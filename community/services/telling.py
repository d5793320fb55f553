"""What open pages hear: of a thread, a new post, another wording, one that went; of a list, that something moved."""

from typing import Any

from django.conf import settings

from community.live import space_group, thread_group
from community.models import Post, Space
from community.queries.thread import head_of
from community.rendering import post_htmls
from lms.kit.live import push


def tell_post(post: Post) -> None:
    push(
        thread_group(post.thread),
        lambda: {
            "type": "post",
            "number": post.number,
            "id": str(post.public_id),
            **head_of(post.thread),
            **_html(post),
        },
    )
    tell_lists(post.thread.space)


def tell_changed(post: Post) -> None:
    """Another wording, or its place in the thread: the answer that solves, files, cards."""
    push(
        thread_group(post.thread),
        lambda: {
            "type": "changed",
            "id": str(post.public_id),
            "version": post.version,
            **head_of(post.thread),
            **_html(post),
        },
    )


def tell_gone(post: Post) -> None:
    """What is left where it stood."""
    push(
        thread_group(post.thread),
        lambda: {"type": "gone", "id": str(post.public_id), **head_of(post.thread), **_html(post)},
    )
    tell_lists(post.thread.space)


def tell_lists(space: Space) -> None:
    """A thread of it came, went or moved, or is marked otherwise."""
    push(space_group(space), {"type": "moved", "space": str(space.public_id)})


def _html(post: Post) -> dict[str, Any]:
    """`html` in the academy's language, `html_en` and so on for readers of another."""
    return {
        "html" if code == settings.LANGUAGE_CODE else f"html_{code}": html for code, html in post_htmls(post).items()
    }
