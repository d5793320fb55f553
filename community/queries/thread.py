"""A page of a thread: fifty posts and everything that hangs on them, whatever the thread's length."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.text import Truncator

from community import rules
from community.enums import ThreadKind
from community.models import Bookmark, Poll, Post, PostFile, PostLink, Space, Thread, ThreadReading
from community.queries.badges import badges_of
from community.queries.extras import ALL, PostExtras, extras_of
from community.queries.held import is_held, waits, was_seen
from community.queries.sight import sight_of
from courses.models import LessonPage
from courses.rules import can_read_lesson
from lms.kit.sanitize import to_text

PAGE = 50
"""Posts on a page."""
BEGINNING = 240
"""Characters of the answer that solves, at the head of its thread."""


@dataclass(frozen=True, slots=True)
class ShownPost:
    """One post as it is drawn. Without a reader nothing is `is_mine`, and nothing may be done. `is_read`: whether its
    text is shown; who may not read it sees that it was there."""

    post: Post
    extras: PostExtras
    badge: str = ""
    is_accepted: bool = False
    is_new: bool = False
    is_mine: bool = False
    is_kept: bool = False
    is_held: bool = False
    is_read: bool = True
    may_answer: bool = False
    may_edit: bool = False
    may_take_back: bool = False
    may_accept: bool = False
    may_moderate: bool = False

    @property
    def may_close_poll(self) -> bool:
        return (self.is_mine or self.may_moderate) and self.post.thread.locked_at is None

    @property
    def is_first(self) -> bool:
        return self.post.number == 1

    @property
    def may_be_accepted(self) -> bool:
        """An answer to a question, by its place; who may choose it is another matter."""
        return self.post.thread.kind == ThreadKind.QUESTION and not self.is_first and self.post.is_standing


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """`next_from`: the number of the post that the next page begins with, for `?from=`. `accepted`: the answer that
    solves, when it stands elsewhere than right under the question. `unread_from`: the first post not read yet, on
    whatever page; None: all are, or none was. `lesson`: the one it is about, if she may read it."""

    thread: Thread
    space: Space
    lesson: LessonPage | None
    posts: tuple[ShownPost, ...]
    accepted: Post | None
    has_previous: bool
    next_from: int | None
    unread_from: int | None
    level: str
    may_answer: bool
    may_accept: bool
    may_moderate: bool

    @property
    def first_number(self) -> int:
        return self.posts[0].post.number if self.posts else 0

    @property
    def last_number(self) -> int:
        return self.posts[-1].post.number if self.posts else 0

    @property
    def last_url(self) -> str:
        """The page on which the thread ends."""
        query = "?from=last" if self.next_from else ""
        return reverse("community:thread", args=[self.thread.public_id]) + query

    @property
    def is_jump_offered(self) -> bool:
        """Whether the first unread post is out of sight: on another page, or further down this one."""
        first = self.first_number
        return self.unread_from is not None and not first <= self.unread_from <= first + 3

    @property
    def accepted_words(self) -> str:
        """How the answer that solves begins."""
        return Truncator(to_text(self.accepted.html)).chars(BEGINNING) if self.accepted else ""


def thread_page(thread: Thread, user: Any, start: int = 1) -> ThreadPage:
    """The posts from number `start` on, as `user` sees them; the caller has asked `can_read_thread`.

    Reads by the index of (thread, number): a page of a thread of 100,000 posts costs what the first one does.
    """
    sight = sight_of(user)
    space = sight.spaces[thread.space_id]
    posts = list(_posts(thread, user).filter(number__gte=start)[: PAGE + 1])
    if not posts and start > 1:
        start = start_of_last(thread)
        posts = list(_posts(thread, user).filter(number__gte=start)[: PAGE + 1])
    following, posts = posts[PAGE:], posts[:PAGE]
    last_read, level = _reading(posts)
    accepted = _accepted(thread, posts)
    for post in posts:
        post.thread = thread
    return ThreadPage(
        thread=thread,
        space=space,
        lesson=_lesson(thread, user),
        posts=tuple(_shown(thread, posts, user, last_read)),
        accepted=accepted,
        has_previous=start > 1,
        next_from=following[0].number if following else None,
        unread_from=last_read + 1 if 0 < last_read < thread.last_number else None,
        level=level,
        may_answer=rules.can_answer(user, thread),
        may_accept=rules.can_accept(user, thread) and thread.locked_at is None,
        may_moderate=sight.moderates(thread.space_id),
    )


def head_of(thread: Thread) -> dict[str, Any]:
    """What stands at the head of a thread's page and changes with its posts: how many answers, which one solves."""
    return {"answers": thread.answers, "solved": str(thread.accepted.public_id) if thread.accepted else ""}


def shown_post(post: Post, extras: PostExtras | None = None, *, user: Any = None) -> ShownPost:
    """One post as everybody sees it, nothing personal in it, its badge in the language of the moment. `post.thread` and
    `post.author` are read; `extras`, when they are not known yet. `user`: who sees more of it than that it stood there
    is shown it."""
    badge = badges_of([post.author_id]).get(post.author_id, "")
    return ShownPost(
        post=post,
        extras=extras or extras_of([post.pk]).of(post.pk),
        badge=badge,
        is_accepted=post.thread.accepted_id == post.pk,
        is_held=waits(post),
        is_read=post.is_standing if user is None else rules.can_read_post(user, post),
        is_mine=user is not None and post.author_id == user.pk,
        may_moderate=user is not None and sight_of(user).moderates(post.thread.space_id),
    )


def posts_of(thread: Thread, user: Any) -> QuerySet[Post]:
    """Those that her page shows, be it only that one stood there."""
    rows = Post.objects.filter(thread=thread)
    if sight_of(user).moderates(thread.space_id):
        return rows
    return rows.filter(Q(author=user) | was_seen("post", "created_at"))


def start_before(thread: Thread, number: int) -> int:
    """Where the page that ends before this number begins."""
    before = Post.objects.filter(thread=thread, number__lt=number).order_by("-number").values_list("number", flat=True)
    numbers = list(before[:PAGE])
    return numbers[-1] if len(numbers) == PAGE else 1


def start_of_last(thread: Thread) -> int:
    return start_before(thread, thread.next_number)


def page_start(thread: Thread, number: int) -> int:
    """The `?from=` of a page that shows this post with what was said before it."""
    before = Post.objects.filter(thread=thread, number__lte=number).order_by("-number").values_list("number", flat=True)
    numbers = list(before[: PAGE // 2])
    return numbers[-1] if len(numbers) == PAGE // 2 else 1


def _shown(thread: Thread, posts: Collection[Any], user: Any, last_read: int) -> Iterable[ShownPost]:
    extras = extras_of([post.pk for post in posts], user, only=_hanging(posts))
    badges = badges_of({post.author_id for post in posts})
    moderates = sight_of(user).moderates(thread.space_id)
    may_answer = rules.can_answer(user, thread)
    may_accept = rules.can_accept(user, thread) and thread.locked_at is None
    for post in posts:
        yield ShownPost(
            post=post,
            extras=extras.of(post.pk),
            badge=badges.get(post.author_id, ""),
            is_accepted=thread.accepted_id == post.pk,
            is_new=0 < last_read < post.number and post.author_id != user.pk,
            is_mine=post.author_id == user.pk,
            is_kept=post.is_kept,
            is_held=waits(post),
            is_read=rules.can_read_post(user, post),
            may_answer=may_answer,
            may_edit=rules.can_edit_post(user, post),
            may_take_back=rules.can_take_back(user, post),
            may_accept=may_accept,
            may_moderate=moderates,
        )


def _posts(thread: Thread, user: Any) -> Any:
    """The posts of a page, with what hangs on each of them and what she has read of their thread."""
    rows = posts_of(thread, user).select_related("author", "reply_to__author")
    reading = ThreadReading.objects.filter(thread=thread, person=user)
    this = OuterRef("pk")
    return (
        rows.defer("source", "terms", "reply_to__source", "reply_to__html", "reply_to__terms")
        .annotate(
            has_files=Exists(PostFile.objects.filter(post=this)),
            has_cards=Exists(PostLink.objects.filter(post=this)),
            has_polls=Exists(Poll.objects.filter(post=this)),
            is_held=is_held("post"),
            is_kept=Exists(Bookmark.objects.filter(post=this, person=user)),
            read_until=Subquery(reading.values("last_read")[:1]),
            own_level=Subquery(reading.values("level")[:1]),
        )
        .order_by("number")
    )


def _hanging(posts: Collection[Any]) -> set[str]:
    """What there is to read beside reactions."""
    return {name for name in ALL if any(getattr(post, f"has_{name}") for post in posts)}


def _reading(posts: list[Any]) -> tuple[int, str]:
    """Until where she has read it, and how closely she follows it; "" as its space."""
    if not posts:
        return 0, ""
    return posts[0].read_until or 0, posts[0].own_level or ""


def _lesson(thread: Thread, user: Any) -> LessonPage | None:
    """To who may not read it a lesson is not there, its title included."""
    lesson = thread.lesson
    return lesson if lesson is not None and lesson.live and can_read_lesson(user, lesson) else None


def _accepted(thread: Thread, posts: list[Post]) -> Post | None:
    """The answer that solves, for the head of the first page; not when it is the next thing one reads."""
    if thread.accepted_id is None or not posts or posts[0].number != 1:
        return None
    if any(post.pk == thread.accepted_id for post in posts[:2]):
        return None
    here = next((post for post in posts if post.pk == thread.accepted_id), None)
    return here or Post.objects.select_related("author").get(pk=thread.accepted_id)
