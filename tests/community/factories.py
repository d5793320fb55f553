"""Rows of the community with believable defaults."""

from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from community.enums import Audience, FlagReason, Level, ThreadKind
from community.models import (
    Conversation,
    Flag,
    Offer,
    Post,
    PrivateMessage,
    Profile,
    Space,
    SpaceMember,
    SpaceReading,
    Standing,
    Thread,
    ThreadReading,
)
from lms.kit.sanitize import render_markdown
from tests.factories import UserFactory


class SpaceFactory(DjangoModelFactory[Space]):
    """A space for the whole academy."""

    class Meta:
        model = Space

    name = factory.Sequence(lambda n: f"Espace {n}")
    slug = factory.Sequence(lambda n: f"espace-{n}")
    description = "On y pose ses questions."
    audience = Audience.ACADEMY


class SpaceMemberFactory(DjangoModelFactory[SpaceMember]):
    class Meta:
        model = SpaceMember

    space = factory.SubFactory(SpaceFactory)
    person = factory.SubFactory(UserFactory)


class SpaceReadingFactory(DjangoModelFactory[SpaceReading]):
    class Meta:
        model = SpaceReading

    space = factory.SubFactory(SpaceFactory)
    person = factory.SubFactory(UserFactory)
    level = Level.NORMAL


class PostFactory(DjangoModelFactory[Post]):
    """A post at the end of its thread, whose counters follow."""

    class Meta:
        model = Post
        skip_postgeneration_save = True

    thread = factory.SubFactory("tests.community.factories.ThreadFactory", first="")
    author = factory.SubFactory(UserFactory)
    source = "Je propose une **petite affiche**."
    html = factory.LazyAttribute(lambda post: render_markdown(post.source))
    number = factory.LazyAttribute(lambda post: post.thread.next_number)
    created_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def counters(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        thread = self.thread
        thread.last_number = max(thread.last_number, self.number)
        thread.post_count += 1
        thread.last_post_at = max(thread.last_post_at, self.created_at)
        thread.save(update_fields=["last_number", "post_count", "last_post_at"])


class ThreadFactory(DjangoModelFactory[Thread]):
    """A question with its first post; `first=""` leaves it empty."""

    class Meta:
        model = Thread
        skip_postgeneration_save = True

    space = factory.SubFactory(SpaceFactory)
    kind = ThreadKind.QUESTION
    title = factory.Sequence(lambda n: f"Comment faire, question {n} ?")
    author = factory.SubFactory(UserFactory)

    @factory.post_generation
    def first(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        """`first=""` leaves the thread empty; any other text is its first post."""
        source = "Je ne sais pas par où commencer." if extracted is None else extracted
        if create and source:
            PostFactory(thread=self, author=self.author, source=source, created_at=self.created_at)


class ThreadReadingFactory(DjangoModelFactory[ThreadReading]):
    class Meta:
        model = ThreadReading

    thread = factory.SubFactory(ThreadFactory)
    person = factory.SubFactory(UserFactory)


class StandingFactory(DjangoModelFactory[Standing]):
    class Meta:
        model = Standing

    person = factory.SubFactory(UserFactory)


class FlagFactory(DjangoModelFactory[Flag]):
    class Meta:
        model = Flag

    post = factory.SubFactory(PostFactory)
    flagger = factory.SubFactory(UserFactory)
    reason = FlagReason.RUDE


class ProfileFactory(DjangoModelFactory[Profile]):
    class Meta:
        model = Profile

    person = factory.SubFactory(UserFactory)


class OfferFactory(DjangoModelFactory[Offer]):
    class Meta:
        model = Offer

    author = factory.SubFactory(UserFactory)
    kind = "job"
    title = factory.Sequence(lambda n: f"Mission {n}")
    source = "Une mission de trois jours."
    html = factory.LazyAttribute(lambda offer: render_markdown(offer.source))
    ends_on = factory.LazyFunction(lambda: timezone.localdate().replace(month=12, day=31))


class ConversationFactory(DjangoModelFactory[Conversation]):
    """Give `first` and `second` in the order of their ids."""

    class Meta:
        model = Conversation

    first = factory.SubFactory(UserFactory)
    second = factory.SubFactory(UserFactory)


class PrivateMessageFactory(DjangoModelFactory[PrivateMessage]):
    class Meta:
        model = PrivateMessage

    conversation = factory.SubFactory(ConversationFactory)
    author = factory.SelfAttribute("conversation.first")
    source = "Bonjour !"
    html = "<p>Bonjour !</p>"
    number = factory.LazyAttribute(lambda message: message.conversation.last_number + 1)
