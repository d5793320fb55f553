"""What the community of one side of the world holds: its cohort's space, a closed one, a thread with all that hangs on
it, what moderators keep about it, a private conversation. Every word carries the side's canary."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from community.enums import Action, Audience, FileKind, FlagReason, ReactionKind, ThreadKind
from community.models import (
    Appeal,
    Bookmark,
    Conversation,
    DangerAlert,
    Decision,
    Draft,
    Duty,
    Flag,
    Offer,
    Poll,
    PollOption,
    Post,
    PostFile,
    PrivateMessage,
    Profile,
    Reaction,
    Space,
    Thread,
)
from community.services.feeds import make_feed
from lms.accounts.models import User
from lms.kit.ids import uuid7
from lms.programmes.models import Cohort
from tests.community.factories import (
    ConversationFactory,
    OfferFactory,
    PostFactory,
    PrivateMessageFactory,
    SpaceFactory,
    SpaceMemberFactory,
    ThreadFactory,
)


@dataclass(frozen=True, slots=True)
class Talk:
    """`space` is the cohort's; `closed` the partner's, where the classmate alone is named.

    The learner began `thread`; `answer` is the coach's; `decision` and its `appeal` are about the learner's `post`.
    Nobody has answered `waiting`.
    """

    space: Space
    closed: Space
    closed_thread: Thread
    thread: Thread
    post: Post
    answer: Post
    file: PostFile
    poll: Poll
    bookmark: Bookmark
    flag: Flag
    message_flag: Flag
    decision: Decision
    appeal: Appeal
    alert: DangerAlert
    conversation: Conversation
    message: PrivateMessage
    waiting: Thread
    feed_token: str


def build_talk(
    letter: str,
    *,
    cohort: Cohort,
    coach: User,
    learner: User,
    classmate: User,
    now: datetime,
) -> Talk:
    canary = f"CANARY-{letter}"
    space = SpaceFactory(
        name=f"{canary}-space", slug=f"cohort-{letter.lower()}", description=f"{canary}-purpose",
        audience=Audience.COHORT, cohort=cohort,
    )  # fmt: skip
    closed = SpaceFactory(
        name=f"{canary}-closed", slug=f"closed-{letter.lower()}", description=f"{canary}-secret",
        audience=Audience.PARTNER, partner=cohort.partner, is_closed=True,
    )  # fmt: skip
    SpaceMemberFactory(space=closed, person=classmate)
    closed_thread = ThreadFactory(
        space=closed, title=f"{canary}-closed-title", author=classmate, first=f"{canary}-closed-post"
    )
    # Asked yesterday, so that nobody can take it back any more.
    asked_at = now - timedelta(days=1, hours=2)
    thread = ThreadFactory(
        space=space,
        title=f"{canary}-title",
        author=learner,
        kind=ThreadKind.QUESTION,
        created_at=asked_at,
        first=f"{canary}-post",
    )
    post = thread.posts.get()
    answer = PostFactory(thread=thread, author=coach, source=f"{canary}-answer", created_at=asked_at)
    file = PostFile.objects.create(
        person=learner, post=post, kind=FileKind.FILE, name=f"{canary}-file.txt", size=8, sent_at=asked_at
    )
    file.file.save(f"{uuid7()}.txt", ContentFile(f"{canary}-inside".encode()))
    poll = Poll.objects.create(post=post, question=f"{canary}-poll")
    for order in (1, 2):
        PollOption.objects.create(poll=poll, text=f"{canary}-option-{order}", order=order)
    Reaction.objects.create(post=post, person=classmate, kind=ReactionKind.HELPS)
    bookmark = Bookmark.objects.create(post=answer, person=learner, note=f"{canary}-kept")
    Draft.objects.create(
        person=learner, place=f"thread:{thread.public_id}", content={"source": [f"{canary}-draft"]}, kept_at=now
    )
    Profile.objects.create(person=learner, about=f"{canary}-about", department="69")
    first, second = sorted((learner, classmate), key=lambda person: person.pk)
    conversation = ConversationFactory(first=first, second=second, last_number=1)
    message = PrivateMessageFactory(
        conversation=conversation,
        number=1,
        author=classmate,
        source=f"{canary}-private",
        html=f"<p>{canary}-private</p>",
    )
    decision = Decision.objects.create(
        post=post, person=learner, moderator=None, action=Action.HIDE, rule=f"{canary}-rule", message=f"{canary}-said"
    )
    return Talk(
        space=space,
        closed=closed,
        closed_thread=closed_thread,
        thread=thread,
        post=post,
        answer=answer,
        file=file,
        poll=poll,
        bookmark=bookmark,
        flag=Flag.objects.create(post=answer, flagger=classmate, reason=FlagReason.RUDE, words=f"{canary}-flag"),
        message_flag=Flag.objects.create(message=message, flagger=learner, reason=FlagReason.SPAM),
        decision=decision,
        appeal=Appeal.objects.create(decision=decision, words=f"{canary}-appeal"),
        alert=DangerAlert.objects.create(post=post, person=learner, raised_by=classmate),
        conversation=conversation,
        message=message,
        waiting=ThreadFactory(
            space=space,
            title=f"{canary}-waiting",
            author=classmate,
            created_at=asked_at,
            first=f"{canary}-waiting-post",
        ),
        feed_token=make_feed(space=space, person=learner, now=now),
    )


def build_square(moderator: User, now: datetime) -> tuple[Space, Thread, Offer, Duty]:
    """What everybody at the academy reads: one space, one announcement, one offer; and who is on duty. No canary."""
    square = SpaceFactory(name="La place", slug="la-place")
    thread = ThreadFactory(space=square, author=moderator, kind=ThreadKind.ANNOUNCEMENT, title="Bienvenue à tous")
    today = timezone.localdate(now)
    duty = Duty.objects.create(person=moderator, starts_on=today, ends_on=today + timedelta(days=1))
    return square, thread, OfferFactory(author=moderator, title="Une mission à Lyon"), duty
