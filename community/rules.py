"""Who may read, write and moderate what in the community."""

from typing import Any

from community.enums import ThreadKind
from community.models import Conversation, Offer, Poll, Post, Profile, Space, Thread
from community.queries.held import waits
from community.queries.people import is_alumni, knows
from community.queries.sight import posts_seen_by, sight_of


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
    """Those who read its thread; what was hidden or taken back, only who moderates it; what waits for a moderator, its
    author too. `post.thread` is read."""
    if not can_read_thread(user, post.thread):
        return False
    if post.is_standing or sight_of(user).moderates(post.thread.space_id):
        return True
    return post.author_id == user.pk and post.deleted_at is None and waits(post)


def can_start_thread(user: Any, space: Space) -> bool:
    return sight_of(user).may_write_in(space)


def can_post_kind(user: Any, space: Space, kind: str) -> bool:
    """Announcements are the team's and the moderators'; questions and discussions everybody's."""
    sight = sight_of(user)
    return kind != ThreadKind.ANNOUNCEMENT or sight.is_team or sight.moderates(space.pk)


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


def can_take_back(user: Any, post: Post) -> bool:
    """Its author, closed threads included; what is locked stays as it is."""
    return (
        post.author_id == user.pk
        and post.is_standing
        and post.thread.locked_at is None
        and can_read_thread(user, post.thread)
    )


def can_accept(user: Any, thread: Thread) -> bool:
    """Who asked, the team, and moderators, of this space too, say which answer solves a question."""
    sight = sight_of(user)
    if not can_read_thread(user, thread):
        return False
    return thread.author_id == user.pk or sight.is_team or sight.moderates(thread.space_id)


def can_moderate_space(user: Any, space: Space) -> bool:
    return can_read_space(user, space) and sight_of(user).moderates(space.pk)


def can_moderate(user: Any) -> bool:
    """Has a queue: moderates the academy, or one space at least."""
    sight = sight_of(user)
    return sight.belongs and (sight.moderates_all or bool(sight.moderated_ids))


def runs_moderation(user: Any) -> bool:
    """Whose navigation leads to it: the academy's moderators and administrators who are not learners themselves."""
    sight = sight_of(user)
    return bool(user.is_authenticated and user.is_active) and not sight.is_learner and sight.moderates_all


def can_import_forum(user: Any) -> bool:
    """Administrators move a forum in."""
    return bool(user.is_authenticated and user.is_active and user.is_superuser)


def can_pause(user: Any, person: Any) -> bool:
    """The academy's moderators, whoever does not moderate it herself: a pause holds in every space."""
    return can_moderate(user) and sight_of(user).moderates_all and not sight_of(person).moderates_all


def can_close_poll(user: Any, poll: Poll) -> bool:
    """Who wrote its post, and moderators of its space; `poll.post.thread` is read."""
    if not can_read_post(user, poll.post):
        return False
    return poll.post.author_id == user.pk or sight_of(user).moderates(poll.post.thread.space_id)


# --- People -----------------------------------------------------------------------------------------------------------


def can_see_person(user: Any, person: Any) -> bool:
    """Herself; whoever asked to be in the directory; whoever `user` knows here (see `knows`). Of somebody who has left,
    only those who read what she wrote see the page, which shows her name."""
    if not can_enter(user):
        return False
    if user.pk == person.pk:
        return True
    if not is_here(person):
        return posts_seen_by(user).filter(author=person).exists()
    return Profile.objects.filter(person=person, is_listed=True).exists() or knows(user, person)


def can_write_to(user: Any, person: Any) -> bool:
    """Whoever one may see, but oneself; what she takes, and from whom, is the services' business."""
    return user.pk != person.pk and is_here(person) and can_see_person(user, person)


def is_here(person: Any) -> bool:
    """Whether she is of the academy today."""
    return bool(person.is_active) and sight_of(person).belongs


def can_read_conversation(user: Any, conversation: Conversation) -> bool:
    """The two who write to each other, nobody else."""
    return can_enter(user) and user.pk in (conversation.first_id, conversation.second_id)


def can_offer(user: Any) -> bool:
    """Alumni and the team."""
    return can_enter(user) and (sight_of(user).is_team or is_alumni(user))


def can_change_offer(user: Any, offer: Offer) -> bool:
    return can_enter(user) and offer.author_id == user.pk
