"""Who may read, write and moderate what in the community."""

from typing import Any

from community.models import Post, Space, Thread
from community.queries.sight import sight_of


def can_enter(user: Any) -> bool:
    """Whoever is of the academy: learners, alumni for life, the team. Not auditors."""
    return sight_of(user).belongs


def can_read_space(user: Any, space: Space) -> bool:
    return space.pk in sight_of(user).spaces


def can_read_thread(user: Any, thread: Thread) -> bool:
    """Those who read its space; a hidden thread, only who moderates it."""
    sight = sight_of(user)
    if thread.space_id not in sight.spaces:
        return False
    return thread.hidden_at is None or sight.moderates(thread.space_id)


def can_read_post(user: Any, post: Post) -> bool:
    """Those who read its thread; what was hidden or taken back, only who moderates it. `post.thread` is read."""
    if not can_read_thread(user, post.thread):
        return False
    return post.is_standing or sight_of(user).moderates(post.thread.space_id)


def can_start_thread(user: Any, space: Space) -> bool:
    return sight_of(user).may_write_in(space)


def can_answer(user: Any, thread: Thread) -> bool:
    """Readers of an open thread in a space they may write in; moderators answer closed ones too."""
    sight = sight_of(user)
    if not can_read_thread(user, thread) or thread.locked_at is not None:
        return False
    if sight.moderates(thread.space_id):
        return True
    space = sight.spaces[thread.space_id]
    # In a space where only the team starts threads, readers still answer: an announcement may be talked about.
    return thread.closed_at is None and space.archived_at is None


def can_edit_post(user: Any, post: Post) -> bool:
    """Its author, while the thread is not locked; a moderator edits through a decision that gives its reason."""
    return (
        post.author_id == user.pk
        and post.is_standing
        and post.thread.locked_at is None
        and can_answer(user, post.thread)
    )


def can_accept(user: Any, thread: Thread) -> bool:
    """Who asked, the team, and moderators say which answer solves a question."""
    sight = sight_of(user)
    if not can_read_thread(user, thread):
        return False
    return thread.author_id == user.pk or sight.is_team


def can_moderate_space(user: Any, space: Space) -> bool:
    return can_read_space(user, space) and sight_of(user).moderates(space.pk)


def can_moderate(user: Any) -> bool:
    """Has a queue: moderates the academy, or one space at least."""
    sight = sight_of(user)
    return sight.belongs and (sight.moderates_all or bool(sight.moderated_ids))
