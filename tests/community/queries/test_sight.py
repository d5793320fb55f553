"""Which spaces each person sees."""

import pytest

from community.enums import Audience, MemberRole
from community.models import Profile
from community.queries.sight import posts_seen_by, sight_of, threads_seen_by
from lms.accounts.models import User
from tests.community.factories import PostFactory, SpaceFactory, SpaceMemberFactory, ThreadFactory
from tests.world import World


@pytest.fixture
def world(silent_world: World) -> World:
    return silent_world


@pytest.fixture
def spaces(world: World) -> dict[str, object]:
    a, b = world.a, world.b
    closed = SpaceFactory(name="closed A", audience=Audience.PARTNER, partner=a.partner, is_closed=True)
    SpaceMemberFactory(space=closed, person=a.classmate)
    Profile.objects.create(person=a.learner, department="69")
    return {
        "academy": SpaceFactory(name="academy"),
        "cohort A": SpaceFactory(name="cohort A", audience=Audience.COHORT, cohort=a.cohort),
        "partner A": SpaceFactory(name="partner A", audience=Audience.PARTNER, partner=a.partner),
        "closed A": closed,
        "cohort B": SpaceFactory(name="cohort B", audience=Audience.COHORT, cohort=b.cohort),
        "alumni": SpaceFactory(name="alumni", audience=Audience.ALUMNI),
        "Rhône": SpaceFactory(name="Rhône", audience=Audience.TERRITORY, departments=["69", "42"]),
    }


EVERYTHING = ["Rhône", "academy", "alumni", "closed A", "cohort A", "cohort B", "partner A"]
SEEN = [
    ("learner", ["Rhône", "academy", "cohort A", "partner A"]),
    ("classmate", ["academy", "closed A", "cohort A", "partner A"]),
    ("alumnus", ["academy", "alumni", "cohort A", "partner A"]),
    ("coach", ["academy", "cohort A", "partner A"]),
    ("manager", ["academy", "cohort A", "partner A"]),
    ("auditor", []),
    ("pending", []),
    ("suspended", []),
]


def _fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


@pytest.mark.parametrize(("role", "names"), SEEN, ids=[role for role, _ in SEEN])
def test_each_role_sees_its_own_spaces(world: World, spaces: dict[str, object], role: str, names: list[str]) -> None:
    seen = sight_of(_fresh(getattr(world.a, role))).spaces.values()

    assert sorted(space.name for space in seen) == names


def test_moderators_and_administrators_see_every_space(world: World, spaces: dict[str, object]) -> None:
    for person in (world.moderator, world.administrator):
        assert sorted(space.name for space in sight_of(_fresh(person)).spaces.values()) == EVERYTHING
    assert [space.name for space in sight_of(_fresh(world.editor)).spaces.values()] == ["academy"]


def test_a_hidden_thread_and_a_hidden_post_are_for_moderators(world: World) -> None:
    space = SpaceFactory()
    thread, hidden = ThreadFactory(space=space), ThreadFactory(space=space, hidden_at="2026-01-01T00:00Z")
    post = PostFactory(thread=thread, hidden_at="2026-01-01T00:00Z")
    own = SpaceMemberFactory(space=space, person=world.a.classmate, role=MemberRole.MODERATOR).person

    assert list(threads_seen_by(_fresh(world.a.learner))) == [thread]
    assert post not in posts_seen_by(_fresh(world.a.learner))
    for moderator in (world.moderator, own):
        assert set(threads_seen_by(_fresh(moderator))) == {thread, hidden}
        assert post in posts_seen_by(_fresh(moderator))
