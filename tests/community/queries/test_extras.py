"""What hangs on posts: read for a whole page in a fixed number of queries, with nothing of one person's for all."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community.enums import CardState, ReactionKind
from community.models import Bookmark, LinkCard, Poll, PollOption, PollVote, PostFile, PostLink, Reaction
from community.queries.extras import extras_of, poll_view, reaction_counts
from tests.community.factories import PostFactory, ThreadFactory
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def furnish(post: Any, reader: Any) -> Poll:
    other = UserFactory()
    for person in (reader, other):
        Reaction.objects.create(post=post, person=person, kind=ReactionKind.THANKS)
    Reaction.objects.create(post=post, person=other, kind=ReactionKind.IDEA)
    PostFile.objects.create(post=post, person=post.author, kind="file", file="a.pdf", name="a.pdf", size=3)
    card = LinkCard.objects.create(url=f"https://example.org/{post.pk}", state=CardState.FOUND, title="Un guide")
    PostLink.objects.create(post=post, card=card)
    Bookmark.objects.create(post=post, person=reader)
    poll = Poll.objects.create(post=post, question="Quel jour ?", several=True)
    monday, friday = (
        PollOption.objects.create(poll=poll, text=t, order=n) for n, t in enumerate(["Lundi", "Vendredi"])
    )
    PollVote.objects.create(option=monday, person=reader)
    PollVote.objects.create(option=friday, person=reader)
    PollVote.objects.create(option=monday, person=other)
    return poll


@pytest.mark.parametrize("posts", [1, 12])
def test_a_page_is_read_in_four_queries(posts: int, django_assert_num_queries: Any) -> None:
    reader, thread = UserFactory(), ThreadFactory(first="")
    rows = [PostFactory(thread=thread) for _ in range(posts)]
    for post in rows:
        furnish(post, reader)

    with django_assert_num_queries(4):
        extras = extras_of([post.pk for post in rows], reader)

    for post in rows:
        found = extras.of(post.pk)
        assert [(one.kind, one.count, one.mine) for one in found.reactions] == [
            ("thanks", 2, True),
            ("helps", 0, False),
            ("idea", 1, False),
            ("courage", 0, False),
        ]
        assert found.has_reactions
        assert [file.name for file in found.files] == ["a.pdf"]
        assert [card.title for card in found.cards] == ["Un guide"]
        assert found.poll is not None
        assert found.poll.voters == 2
        assert [(one.text, one.count, one.share) for one in found.poll.options] == [
            ("Lundi", 2, 100),
            ("Vendredi", 1, 50),
        ]


def test_what_goes_to_everybody_holds_nothing_of_one_person() -> None:
    reader, post = UserFactory(), PostFactory()
    furnish(post, reader)

    found = extras_of([post.pk]).of(post.pk)

    assert not any(one.mine for one in found.reactions)
    assert found.poll is not None
    assert not found.poll.has_voted
    assert not found.poll.shows_results


def test_a_post_with_nothing_on_it() -> None:
    found = extras_of([]).of(7)

    assert (found.has_reactions, found.files, found.poll, found.cards) == (False, (), None, ())
    assert len(found.reactions) == len(ReactionKind)
    assert reaction_counts([7]) == {7: {}}


def test_results_show_to_who_voted_and_to_everybody_once_closed() -> None:
    voter, other, post = UserFactory(), UserFactory(), PostFactory()
    poll = furnish(post, voter)

    assert poll_view(poll, voter).shows_results
    assert not poll_view(poll, other).shows_results
    Poll.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    assert poll_view(poll, other).shows_results


def test_a_poll_without_votes_has_no_share() -> None:
    poll = Poll.objects.create(post=PostFactory(), question="?")
    PollOption.objects.create(poll=poll, text="Oui", order=1)

    assert [(one.count, one.share) for one in poll_view(poll, UserFactory()).options] == [(0, 0)]
