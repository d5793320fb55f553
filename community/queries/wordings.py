"""What a message said before."""

from django.db.models import Max

from community.models import Post, PostVersion

MOST = 50


def wordings_of(post: Post, *, with_removed: bool) -> list[PostVersion]:
    """Former wordings, the last one first. A moderator's change gives a reason: what it replaced, and everything
    before, is read by moderators alone."""
    rows = post.versions.select_related("edited_by").order_by("-number")
    if not with_removed:
        removed = post.versions.exclude(reason="").aggregate(last=Max("number"))["last"] or 0
        rows = rows.filter(number__gt=removed)
    return list(rows[:MOST])
