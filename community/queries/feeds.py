"""What a feed reader is given."""

from community.models import Post, SpaceFeed, Thread
from lms.kit.tokens import digest_of

ENTRIES = 30
"""Threads in a feed, those that moved last."""


def feed_behind(token: str) -> SpaceFeed | None:
    """None for an address that was stopped, and for one that never was; `space` and `person` are read."""
    feeds = SpaceFeed.objects.select_related("space", "person").filter(person__is_active=True)
    return feeds.filter(token_digest=digest_of(token)).first()


def entries_of(feed: SpaceFeed) -> list[Post]:
    """The first messages of the space's threads that everybody who reads it sees; 2 queries."""
    threads = Thread.objects.standing().filter(space=feed.space).order_by("-last_post_at")
    pks = list(threads.values_list("pk", flat=True)[:ENTRIES])
    posts = Post.objects.standing().filter(thread__in=pks, number=1).select_related("thread", "author")
    return list(posts.order_by("-thread__last_post_at"))
