"""Pages of the community, and mails, made of given words wherever somebody writes something that others read."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community.formats.prose import read
from community.models import Conversation, Offer, Post, PostFile, PrivateMessage, Profile, Space, Thread
from lms.accounts.models import User
from lms.notifications.mail import Mail, digest_mail, news_mail
from lms.notifications.models import Delivery, Notification
from lms.programmes.enums import EnrolmentState
from lms.programmes.models import Cohort, Enrolment
from tests.attacks import one_line
from tests.community.factories import SpaceFactory, ThreadFactory
from tests.world import World

ON_ONE_PAGE = tuple(
    f"community.{name}"
    for name in (
        *("queries.spaces.PAGE", "queries.search.PAGE", "queries.thread.PAGE", "queries.messages.MESSAGES_A_PAGE"),
        *("views.offers.OFFERS_A_PAGE", "views.people.PEOPLE_A_PAGE", "views.messages.CONVERSATIONS_A_PAGE"),
    )
)
"""What to make large so that all of it stands on one page."""
HEADERS = {
    *("Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted"),
    *("List-Unsubscribe", "List-Unsubscribe-Post"),
}

type Draw = Callable[[Client, World, Sequence[str]], str]


@cache
def shown(source: str) -> str:
    return read(source).html


def titles(client: Client, world: World, words: Sequence[str]) -> str:
    space = SpaceFactory()
    _threads(space, words, world.a.coach)
    return client.get(reverse("community:space", args=[space.slug])).text


def found(client: Client, world: World, words: Sequence[str]) -> str:
    """Titles and words in what a search finds."""
    term = f"ornithoryn{len(words)}"
    for thread, word in zip(_threads(SpaceFactory(), words, world.a.coach), words, strict=True):
        said = {"source": word, "html": shown(word), "terms": term}
        Post.objects.create(thread=thread, number=1, author=world.a.coach, **said)
    return client.get(reverse("community:search"), {"q": term}).text


def thread(client: Client, world: World, words: Sequence[str]) -> str:
    """Messages, the names of those who wrote them, names of files and pictures."""
    talk = ThreadFactory(title=one_line(words[0]), first="")
    posts = Post.objects.bulk_create(
        Post(thread=talk, number=number, author=author, source=word, html=shown(word))
        for number, (author, word) in enumerate(zip(_people(words), words, strict=True), start=1)
    )
    PostFile.objects.bulk_create(
        PostFile(person=post.author, post=post, kind=kind, file="x", name=one_line(post.source, 150), size=1)
        for post in posts
        for kind in ("file", "image")
    )
    return client.get(reverse("community:thread", args=[talk.public_id])).text


def directory(client: Client, world: World, words: Sequence[str]) -> str:
    Profile.objects.all().delete()
    Profile.objects.bulk_create(
        Profile(person=person, is_listed=True, about=word[:400], helps_with=one_line(word, 200))
        for person, word in zip(_learners(words, world.a.cohort), words, strict=True)
    )
    return client.get(reverse("community:people")).text


def offers(client: Client, world: World, words: Sequence[str]) -> str:
    Offer.objects.all().delete()
    Offer.objects.bulk_create(_offer(author, word) for author, word in zip(_people(words), words, strict=True))
    return client.get(reverse("community:offers")).text


def offer(client: Client, world: World, words: Sequence[str]) -> str:
    """All the words in one."""
    row = _offer(world.a.coach, "\n\n".join(words))
    row.save()
    return client.get(reverse("community:offer", args=[row.public_id])).text


def conversations(client: Client, world: World, words: Sequence[str]) -> str:
    """The list, with how each begins and with whom it is."""
    me = world.a.learner
    Conversation.objects.filter(first=me).delete()
    talks = Conversation.objects.bulk_create(
        Conversation(first=me, second=other, last_number=1) for other in _people(words)
    )
    _messages(talks, words)
    return client.get(reverse("community:messages")).text


def conversation(client: Client, world: World, words: Sequence[str]) -> str:
    (other,) = _people(words[-1:])
    talk = Conversation.objects.create(first=world.a.learner, second=other, last_number=len(words))
    _messages([talk] * len(words), words)
    return client.get(reverse("community:conversation", args=[talk.public_id])).text


def digest(client: Client, world: World, words: Sequence[str]) -> str:
    return _html_of(digest_mail(_delivery(world), [_news(world, [word, word]) for word in words], "daily", None))


def news(client: Client, world: World, words: Sequence[str]) -> str:
    """One mail that says all the words."""
    return _html_of(news_mail(_delivery(world), _news(world, words), None))


DRAWN: Mapping[str, tuple[Draw, str]] = MappingProxyType(
    {
        "titles": (titles, '<h2><a href="/community/threads/'),
        "found": (found, '<h3><a href="/community/posts/'),
        "thread": (thread, "<article "),
        "directory": (directory, '<h3><a href="/community/people/'),
        "offers": (offers, '<h2 class="h3"><a href="/community/offers/'),
        "offer": (offer, ""),
        "conversations": (conversations, '<h2 class="h3"><a href="/community/messages/'),
        "conversation": (conversation, '<li class="theirs"'),
        "digest": (digest, ""),
        "news": (news, ""),
    }
)
"""Each with what stands in it once for each of the words; empty: all of them are in one."""


def _people(names: Sequence[str]) -> list[User]:
    begun = User.objects.count()
    return User.objects.bulk_create(
        User(email=f"drawn{begun + number}@example.org", display_name=one_line(name, 150))
        for number, name in enumerate(names)
    )


def _learners(names: Sequence[str], cohort: Cohort) -> list[User]:
    rows = _people(names)
    Enrolment.objects.bulk_create(Enrolment(learner=row, cohort=cohort, state=EnrolmentState.ACTIVE) for row in rows)
    return rows


def _threads(space: Space, words: Sequence[str], author: User) -> list[Thread]:
    said = {"kind": "question", "post_count": 1, "last_number": 1}
    return Thread.objects.bulk_create(
        Thread(space=space, title=one_line(word), author=author, **said) for word in words
    )


def _offer(author: User, word: str) -> Offer:
    said = {"title": one_line(word, 120), "place": one_line(word, 120), "source": word, "html": shown(word)}
    return Offer(author=author, kind="event", ends_on=timezone.localdate(), starts_at=timezone.now(), **said)


def _messages(talks: Sequence[Conversation], words: Sequence[str]) -> None:
    PrivateMessage.objects.bulk_create(
        PrivateMessage(conversation=talk, number=number, author=talk.second, source=word, html=shown(word))
        for number, (talk, word) in enumerate(zip(talks, words, strict=True), start=1)
    )


def _delivery(world: World) -> Delivery:
    return Delivery(recipient=world.a.learner, channel="email", due_at=timezone.now(), created_at=timezone.now())


def _news(world: World, words: Sequence[str]) -> Notification:
    said = {"title": one_line(words[0], 255), "lines": list(words), "action": one_line(words[0], 80), "url": "/"}
    return Notification(recipient=world.a.learner, kind="community.mention", created_at=timezone.now(), **said)


def _html_of(mail: Mail) -> str:
    """Its other part is text and nothing else, and no line of an attack is a header."""
    parts = [part for part in mail.message().walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert {*mail.message().keys()} == HEADERS
    return str(mail.alternatives[0].content)
