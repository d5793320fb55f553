"""What search knows of a post: the stems of its words, and of the thread's title for its first post."""

from community.formats.words import terms
from community.models import Post
from lms.kit.sanitize import to_text


def index_post(post: Post) -> None:
    """Keep the stems of a post that was written, changed or moved; `post.thread` is read."""
    found = terms_of(post)
    if found != post.terms:
        post.terms = found
        post.save(update_fields=["terms"])


def terms_of(post: Post) -> str:
    """The stems of a post, saved or not."""
    title = post.thread.title if post.number == 1 else ""
    return terms(f"{title} {to_text(post.html)}")
