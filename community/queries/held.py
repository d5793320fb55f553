"""What a rule against spam holds until a moderator has read it: nobody hid it, and some of it nobody has seen."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.enums import Action
from community.models import Flag, Post


def is_held(name: str) -> Exists:
    """Whether a rule's report about the row waits; `name`: the report's field, `post` or `message`."""
    return Exists(_by_rule(name).filter(decision=None))


def waits(post: Post) -> bool:
    """The same of one post; no query where `is_held` was read with it."""
    if post.hidden_at is None:
        return False
    known: bool | None = getattr(post, "is_held", None)
    return Post.objects.filter(is_held("post"), pk=post.pk).exists() if known is None else known


def was_seen(name: str, written: str) -> Q:
    """Whether others ever saw the row: they did not where it was held as it was written (at `written`), and a moderator
    has not let it pass."""
    stopped = Q(decision=None) | Q(decision__action=Action.HIDE)
    return Q(hidden_at=None) | ~Q(Exists(_by_rule(name).filter(stopped, at=OuterRef(written))))


def _by_rule(name: str) -> QuerySet[Flag]:
    return Flag.objects.filter(**{name: OuterRef("pk")}, flagger=None)
