"""The demo's community: three months of talk, told once, each space to its own readers."""

from collections import Counter
from datetime import timedelta

import pytest

from community.enums import MemberRole, ThreadKind
from community.models import (
    Conversation,
    Flag,
    GuidePage,
    Offer,
    Poll,
    Post,
    PostTelling,
    Profile,
    Reaction,
    Space,
    SpaceMember,
    Thread,
)
from community.queries.sight import sight_of, threads_seen_by
from community.queries.unread import unread_count
from lms.accounts.models import User
from lms.evidence.models import HourEntry
from lms.notifications.models import Delivery
from lms.portal.demo.loader import load

# One process: they share an academy that takes half a minute to load.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("demo")]


def spaces_of(key):
    return {space.slug for space in sight_of(User.objects.get(email=f"{key}@example.org")).spaces.values()}


def test_three_months_of_talk_are_told_once(demo):
    now = demo
    assert Space.objects.count() == 5
    assert GuidePage.objects.live().count() == 2
    kinds = Counter(Thread.objects.values_list("kind", flat=True))
    assert kinds.total() == 40
    assert kinds[ThreadKind.ANNOUNCEMENT] == 5
    questions = Thread.objects.filter(kind=ThreadKind.QUESTION)
    assert questions.filter(accepted=None).count() >= 4
    assert questions.exclude(accepted=None).count() >= 15
    assert Thread.objects.exclude(lesson=None).count() == 1
    assert Poll.objects.get().options.count() == 3
    assert Reaction.objects.count() >= 100
    assert Conversation.objects.get().messages.count() == 4
    assert Offer.objects.count() == 3
    assert Profile.objects.filter(is_listed=True).exclude(department="").count() >= 10
    assert Profile.objects.filter(is_mentor=True).count() == 3
    assert Flag.objects.filter(decision=None).values("flagger").distinct().count() == 2
    assert set(Flag.objects.values_list("post__author__display_name", flat=True)) == {"Otto Lemaire", "Mehdi Benali"}
    assert not Post.objects.exclude(hidden_at=None).exists()
    assert not Post.objects.filter(created_at__gt=now).exists()
    oldest = Thread.objects.order_by("created_at").first()
    assert timedelta(days=75) < now - oldest.created_at < timedelta(days=92)
    for thread in Thread.objects.all():
        assert thread.post_count == thread.posts.count()
    assert not PostTelling.objects.exists()
    assert 1 <= unread_count(User.objects.get(email="lina@example.org"), now) <= 15
    assert not Delivery.objects.filter(state="pending", notification__kind__startswith="community.").exists()
    assert not HourEntry.objects.filter(enrolment__learner__email="jeanne@example.org").exists()

    assert spaces_of("lina") == {"promotion-ada", "questions", "demarches-en-ligne", "salle-des-tilleuls"}
    assert spaces_of("otto") == spaces_of("bastien") == spaces_of("rosa") == {"questions", "demarches-en-ligne"}
    assert spaces_of("thi-mai") == {"promotion-ada", "questions", "demarches-en-ligne"}
    assert spaces_of("jeanne") == {"questions", "demarches-en-ligne", "alumni"}
    assert spaces_of("flo") == set()
    closed = Space.objects.get(slug="salle-des-tilleuls")
    assert SpaceMember.objects.get(space=closed, role=MemberRole.MODERATOR).person.display_name == "Pia Robert"
    otto = User.objects.get(email="otto@example.org")
    assert not threads_seen_by(otto).filter(space=closed).exists()

    counts = (Thread.objects.count(), Post.objects.count(), Flag.objects.count(), User.objects.count())
    load(now=now + timedelta(days=1))  # only an appointment is new
    assert counts == (Thread.objects.count(), Post.objects.count(), Flag.objects.count(), User.objects.count())
