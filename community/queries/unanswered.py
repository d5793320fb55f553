"""Questions that wait for somebody."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from community.enums import ThreadKind
from community.models import Post, Thread
from community.queries.sight import sight_of

WAITS = timedelta(hours=24)
"""A question without an answer for this long is one that somebody should take."""
FORGOTTEN = timedelta(days=90)
"""A question older than this is no longer asked for: who asked has gone on."""


def unanswered(user: Any, now: datetime, older_than: timedelta = timedelta(0)) -> QuerySet[Thread]:
    """Open questions of her spaces that nobody but their author has written in, the oldest first."""
    by_others = Post.objects.standing().filter(thread=OuterRef("pk")).exclude(author=OuterRef("author"))
    return (
        Thread.objects.standing()
        .filter(
            space__in=[pk for pk, space in sight_of(user).spaces.items() if space.archived_at is None],
            kind=ThreadKind.QUESTION,
            accepted=None,
            closed_at=None,
            locked_at=None,
            created_at__lte=now - older_than,
            created_at__gt=now - FORGOTTEN,
        )
        .filter(~Exists(by_others))
        .annotate(space_name=F("space__name"))
        .select_related("author", "space")
        .order_by("created_at")
    )
