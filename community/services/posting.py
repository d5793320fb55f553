"""Writing in the forum: a thread, an answer, another wording, taking back, the answer that solves."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import rules
from community.enums import FlagReason, ThreadKind
from community.formats.prose import Prose, read
from community.models import Draft, Flag, Mention, Post, PostFile, PostVersion, Space, Thread
from community.models.threads import LONGEST_POST
from community.moderation_notices import tell_flagged
from community.queries.people_named import people_named
from community.queries.sight import sight_of
from community.services import assistance, trust
from community.services.cards import keep_links
from community.services.drafts import put_back
from community.services.files import attach_files
from community.services.polls import NewPoll, add_poll
from community.services.reading import tell_newly_named, tell_posted
from community.services.search import index_post
from community.services.telling import tell_changed, tell_gone, tell_lists, tell_post
from courses.models import LessonPage
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.sanitize import to_text
from lms.kit.templatetags.kit import clock

UNDO = timedelta(seconds=10)
"""How long a message just sent is offered back: a slip of the finger costs nothing."""
BACK_TO_DRAFT = timedelta(minutes=1)
"""A message taken back within this time is a draft again: the offer above, over a slow network too."""


class PostingRefused(DomainError):
    """Nothing was written: `paused`, `slow-mode`, `closed`, `sandbox`, `too-long`, `empty`, `version`, `not-yours`,
    `not-an-answer`, `sent-already`."""


class SlowModeRefused(PostingRefused):
    """`slow-mode`; `until` is when the next message is taken."""

    def __init__(self, until: datetime) -> None:
        sentence = _("This place is in slow mode. You can send your next message at %(time)s; your text is kept.")
        super().__init__("slow-mode", sentence % {"time": clock(until)})
        self.until = until


class VersionRefused(PostingRefused):
    """`version`: somebody saved another wording meanwhile. `post` carries it; both texts are shown."""

    def __init__(self, post: Post) -> None:
        super().__init__(
            "version", _("This message was changed meanwhile. Nothing is lost: put together what you want to keep.")
        )
        self.post = post


def start_thread(
    *,
    space: Space,
    author: User,
    kind: str,
    title: str,
    source: str,
    key: UUID,
    lesson: LessonPage | None = None,
    files: Collection[PostFile] = (),
    poll: NewPoll | None = None,
    now: datetime,
) -> Thread:
    """Open a thread with its first post. `key` is that post's public id, made by the page: the same key again returns
    the same thread. A post that looks like spam waits, hidden with its thread, for a moderator.

    Raises:
        PostingRefused
        community.services.trust.SandboxRefused: `paused`, `sandbox`.
        community.services.polls.PollRefused, community.services.files.FileRefused
    """
    prose = _prose(source)
    if not title.strip():
        raise PostingRefused("empty", _("Give your message a title: it is what people read in the list."))
    with transaction.atomic():
        trust.standing_of(author, now)  # locked: the same page sent twice at once counts once
        if sent := _already_sent(key, author):
            return sent.thread
        if not rules.can_start_thread(author, space) or not rules.can_post_kind(author, space, kind):
            raise PostingRefused("closed", _("You can read this space, not start a thread in it."))
        trust.check_may_post(author, space, prose, now, files=len(files), beside=_beside(title, poll))
        _check_pace(author, space, None, now)
        thread = Thread.objects.create(
            space=space,
            kind=kind,
            title=" ".join(title.split()),
            author=author,
            lesson=lesson,
            created_at=now,
            last_post_at=now,
        )
        _write(thread=thread, author=author, source=source, prose=prose, key=key, files=files, poll=poll, now=now)
    return thread


def answer(
    *,
    thread: Thread,
    author: User,
    source: str,
    key: UUID,
    reply_to: Post | None = None,
    files: Collection[PostFile] = (),
    poll: NewPoll | None = None,
    by_mail: bool = False,
    now: datetime,
) -> Post:
    """Write at the end of a thread; `key` as for `start_thread`. Numbers are given under the thread's lock.

    Raises:
        PostingRefused
        community.services.trust.SandboxRefused: `paused`, `sandbox`.
        community.services.polls.PollRefused, community.services.files.FileRefused
    """
    prose = _prose(source)
    with transaction.atomic():
        trust.standing_of(author, now)
        if sent := _already_sent(key, author):
            return sent
        thread = _locked(thread)
        if not rules.can_answer(author, thread):
            raise PostingRefused(
                "closed", _("This thread is closed: it can be read, not answered. Start another one about it.")
            )
        trust.check_may_post(author, thread.space, prose, now, files=len(files), beside=_beside("", poll))
        _check_pace(author, thread.space, thread, now)
        if reply_to is not None and reply_to.thread_id != thread.pk:
            reply_to = None
        return _write(
            thread=thread,
            author=author,
            source=source,
            prose=prose,
            key=key,
            reply_to=reply_to,
            files=files,
            poll=poll,
            by_mail=by_mail,
            now=now,
        )


def edit(
    *, post: Post, source: str, version: int, title: str | None = None, actor: User, now: datetime, reason: str = ""
) -> Post:
    """Another wording: the one before is kept with who replaced it and why. `version` is the one that was read; the
    `title` of a thread goes with its first message, None leaves it.

    Its author, or a moderator with a reason. The same wording again changes nothing. People whom its author names in it
    for the first time are told; nobody else is.

    Raises:
        VersionRefused: somebody saved meanwhile.
        PostingRefused
        community.services.trust.SandboxRefused
    """
    prose = _prose(source)
    with transaction.atomic():
        post = _locked_post(post)
        space = post.thread.space
        is_own = post.author_id == actor.pk
        if not (rules.can_edit_post(actor, post) or (reason and rules.can_moderate_space(actor, space))):
            raise PostingRefused("not-yours", _("This message can no longer be changed."))
        thread, is_first = post.thread, post.number == 1
        title = " ".join(title.split()) if title is not None and is_first else thread.title
        if not title:
            raise PostingRefused("empty", _("Give your message a title: it is what people read in the list."))
        if (source, title) == (post.source, thread.title):
            return post
        if version != post.version:
            raise VersionRefused(post)
        beside = _beside(title if is_first else "", None)
        if is_own:
            trust.check_may_edit(actor, space, prose, now, beside=beside)
        is_held = is_own and trust.spam_points(actor, prose, now, beside=beside, but=post) >= trust.HELD_AT
        PostVersion.objects.create(
            post=post,
            number=post.version,
            title=thread.title if is_first else "",
            source=post.source,
            edited_by=actor,
            reason=reason,
            at=now,
        )
        if title != thread.title:
            thread.title = title
            thread.save(update_fields=["title"])
            tell_lists(space)
        post.source, post.html, post.edited_at, post.version = source, prose.html, now, post.version + 1
        post.save(update_fields=["source", "html", "edited_at", "version"])
        attach_files(post=post)
        named = _name(post, prose)
        index_post(post)
        keep_links(post, prose.alone)
        if is_held:
            _hold(post, now)
            no_longer_solves(post, now)
            recount(post.thread)
            tell_gone(post)
        else:
            tell_changed(post)
            if is_own:
                tell_newly_named(post, named, now)
    return post


def take_back(*, post: Post, actor: User, now: datetime) -> Draft | None:
    """Its author takes a message back, at once or later; a thread with nothing else in it goes too. Twice is once.

    At once, it is the draft of its place again, which is returned; not when somebody has reported it already.

    Raises:
        PostingRefused: `not-yours`.
    """
    with transaction.atomic():
        post = _locked_post(post)
        if post.deleted_at is not None and post.author_id == actor.pk:
            return None
        if not rules.can_take_back(actor, post):
            raise PostingRefused("not-yours", _("This message can no longer be taken back."))
        post.deleted_at = now
        post.save(update_fields=["deleted_at"])
        thread = post.thread
        no_longer_solves(post, now)
        assistance.note_taken_back(post, now)
        recount(thread)
        if thread.post_count == 0:
            thread.hidden_at = now
            thread.save(update_fields=["hidden_at"])
        tell_gone(post)
        if now - post.created_at > BACK_TO_DRAFT or post.flags.exists():
            return None
        return put_back(post=post, now=now)


def accept(*, thread: Thread, post: Post | None, actor: User, now: datetime) -> None:
    """This answer solves the question; None: no answer does any more. The same again changes nothing.

    Raises:
        PostingRefused: `not-yours`, `not-an-answer`.
    """
    with transaction.atomic():
        thread = _locked(thread)
        if not rules.can_accept(actor, thread) or thread.locked_at is not None:
            raise PostingRefused(
                "not-yours", _("Only the person who asked, the team and moderators say which answer solves a question.")
            )
        before = thread.accepted
        if before == post:
            return
        if post is not None and not _is_answer(thread, post):
            raise PostingRefused("not-an-answer", _("Choose one of the answers to a question."))
        thread.accepted, thread.accepted_by = post, actor if post else None
        thread.save(update_fields=["accepted", "accepted_by"])
        for one, thanks in ((before, -1), (post, 1)):
            if one is None:
                continue
            if one.author_id != thread.author_id:
                trust.note_thanks(one.author, now, thanks)
            one.thread = thread
            tell_changed(one)
        tell_lists(thread.space)


def no_longer_solves(post: Post, now: datetime) -> None:
    """What others may not read any more is not the answer that solves; the lock of its thread is held by the caller."""
    thread = post.thread
    if thread.accepted_id != post.pk:
        return
    thread.accepted = thread.accepted_by = None
    thread.save(update_fields=["accepted", "accepted_by"])
    if post.author_id != thread.author_id:
        trust.note_thanks(post.author, now, -1)


def recount(thread: Thread) -> None:
    """Put the thread's counters right after posts came, went or moved; its lock is held by the caller."""
    standing = Q(hidden_at=None, deleted_at=None)
    found = Post.objects.filter(thread=thread).aggregate(
        count=Count("pk", filter=standing),
        last=Max("created_at", filter=standing),
        shown=Max("number", filter=standing),
        given=Max("number"),
    )
    thread.post_count = found["count"]
    thread.last_number = found["shown"] or 0
    thread.numbers_given = max(thread.numbers_given, found["given"] or 0)
    thread.last_post_at = found["last"] or thread.created_at
    thread.save(update_fields=["post_count", "last_number", "numbers_given", "last_post_at"])


def _write(
    *,
    thread: Thread,
    author: User,
    source: str,
    prose: Prose,
    key: UUID,
    reply_to: Post | None = None,
    files: Collection[PostFile] = (),
    poll: NewPoll | None = None,
    by_mail: bool = False,
    now: datetime,
) -> Post:
    number = thread.next_number
    beside = _beside(thread.title if number == 1 else "", poll)
    is_held = trust.spam_points(author, prose, now, beside=beside) >= trust.HELD_AT
    try:
        with transaction.atomic():
            post = Post.objects.create(
                public_id=key,
                thread=thread,
                number=number,
                author=author,
                source=source,
                html=prose.html,
                reply_to=reply_to,
                by_mail=by_mail,
                created_at=now,
            )
    except IntegrityError as error:
        raise PostingRefused("sent-already", _("This message was sent already. Reload the page.")) from error
    attach_files(post=post, files=files)
    if poll is not None:
        add_poll(post=post, poll=poll, now=now)
    trust.note_posted(author, now)
    _name(post, prose)
    index_post(post)
    keep_links(post, prose.alone)
    if is_held:
        _hold(post, now)
        thread.numbers_given = number  # nothing new for anybody yet
        thread.save(update_fields=["numbers_given", "hidden_at"])
        return post
    thread.last_number = number
    thread.post_count += 1
    thread.last_post_at = now
    thread.save(update_fields=["last_number", "post_count", "last_post_at"])
    assistance.note_answer(post, now)
    tell_post(post)
    tell_posted(post, now)
    return post


def _name(post: Post, prose: Prose) -> set[int]:
    """The people named in it: those who read its space. Returns those whom it did not name before."""
    named = people_named(prose.mentions, post.thread.space, post.thread)
    people = {person.pk for row in named for person in row.people} - {post.author_id}
    known = set(Mention.objects.filter(post=post).values_list("person", flat=True))
    Mention.objects.filter(post=post, person__in=known - people).delete()
    Mention.objects.bulk_create([Mention(post=post, person_id=pk) for pk in people - known], ignore_conflicts=True)
    return people - known


def _beside(title: str, poll: NewPoll | None) -> str:
    """The plain words that are published with a message."""
    return "\n".join([title, *((poll.question, *poll.options) if poll else ())])


def _hold(post: Post, now: datetime) -> None:
    """It looks like spam: nobody sees it before a moderator has."""
    post.hidden_at = now
    post.save(update_fields=["hidden_at"])
    tell_flagged(Flag.objects.create(post=post, flagger=None, reason=FlagReason.SPAM, at=now), now=now)
    if post.number == 1:
        post.thread.hidden_at = now
        post.thread.save(update_fields=["hidden_at"])


def _prose(source: str) -> Prose:
    if len(source) > LONGEST_POST:
        raise PostingRefused(
            "too-long",
            ngettext(
                "Your message is %(count)d character too long. Shorten it, or send it as two messages.",
                "Your message is %(count)d characters too long. Shorten it, or send it as two messages.",
                len(source) - LONGEST_POST,
            )
            % {"count": len(source) - LONGEST_POST},
        )
    prose = read(source)
    if not to_text(prose.html) and not prose.files:
        raise PostingRefused("empty", _("Your message is empty. Write a few words, then send it."))
    return prose


def _check_pace(author: User, space: Space, thread: Thread | None, now: datetime) -> None:
    """Slow mode: the space's holds for the space, a thread's for that thread. Moderators have none."""
    if sight_of(author).moderates(space.pk):
        return
    mine = Post.objects.filter(author=author, deleted_at=None)
    paces = [(space.slow_mode_seconds, mine.filter(thread__space=space))]
    if thread is not None:
        paces.append((thread.slow_mode_seconds, mine.filter(thread=thread)))
    for seconds, posts in paces:
        since = now - timedelta(seconds=seconds)
        last = posts.filter(created_at__gt=since).aggregate(last=Max("created_at"))["last"] if seconds else None
        if last is not None:
            raise SlowModeRefused(last + timedelta(seconds=seconds))


def _already_sent(key: UUID, author: User) -> Post | None:
    return Post.objects.filter(public_id=key, author=author).select_related("thread").first()


def _is_answer(thread: Thread, post: Post) -> bool:
    return thread.kind == ThreadKind.QUESTION and post.thread_id == thread.pk and post.is_standing and post.number > 1


def _locked(thread: Thread) -> Thread:
    return Thread.objects.select_for_update(of=("self",)).select_related("space").get(pk=thread.pk)


def _locked_post(post: Post) -> Post:
    """The post and its thread, both locked, the thread first: as those who answer it do."""
    thread = _locked(post.thread)
    locked = Post.objects.select_for_update(of=("self",)).select_related("author").get(pk=post.pk)
    locked.thread = thread
    return locked
