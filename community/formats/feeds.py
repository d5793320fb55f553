"""Threads as an Atom feed."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from community.models import Post, Space


def atom(space: Space, first_posts: Iterable[Post], language: str) -> str:
    """A space's threads with their first messages; `post.thread` and `post.author` are read."""
    home = settings.SITE_URL + reverse("community:space", args=[space.slug])
    feed = Atom1Feed(
        title=_writable(f"{space.name} – {settings.WAGTAIL_SITE_NAME}"),
        link=home,
        description=_writable(space.description),
        language=language,
    )
    for post in first_posts:
        thread = post.thread
        feed.add_item(
            title=_writable(thread.title),
            link=settings.SITE_URL + reverse("community:thread", args=[thread.public_id]),
            description=_writable(post.html),
            author_name=_writable(post.author.get_full_name()),
            pubdate=thread.created_at,
            updateddate=thread.last_post_at,
            unique_id=f"urn:uuid:{thread.public_id}",
        )
    return feed.writeString("utf-8")


def _writable(text: str) -> str:
    """Without the characters that XML has no way to write."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n\r")
