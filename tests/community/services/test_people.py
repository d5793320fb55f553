"""What people show, whom they hear from, the welcome of alumni and the question of each year."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community import rules
from community.models import Block, Profile
from community.queries.people import find, listed, territory
from community.services.people import (
    PeopleRefused,
    Shown,
    block,
    confirm_still_there,
    show_profile,
    sweep_still_there,
    unblock,
)
from lms.accounts.models import User
from lms.notifications.models import Notification
from lms.programmes.enums import EnrolmentState
from lms.programmes.models import Enrolment
from lms.programmes.services import change_state
from tests.community.factories import PostFactory, ProfileFactory, SpaceFactory, ThreadFactory
from tests.factories import UserFactory
from tests.world import World

NOW = timezone.now()
SHOWN = Shown(
    is_listed=True,
    department="33",
    about="Médiatrice  à Bordeaux",
    helps_with="Ateliers pour seniors",
    is_mentor=True,
    takes_messages=True,
)


def test_nobody_is_in_the_directory_before_saying_so(world: World) -> None:
    ProfileFactory(person=world.a.classmate, about="Rien de public")
    assert list(listed()) == []

    show_profile(person=world.a.learner, shown=SHOWN, now=NOW)

    [profile] = listed()
    assert (profile.person, profile.about) == (world.a.learner, "Médiatrice à Bordeaux")


def test_whoever_is_no_longer_of_the_academy_is_not_found(world: World) -> None:
    for person in (
        world.a.classmate,
        world.a.alumnus,
        world.a.coach,
        world.a.suspended,
        world.a.pending,
        UserFactory(),
    ):
        ProfileFactory(person=person, is_listed=True)

    assert {profile.person for profile in listed()} == {world.a.classmate, world.a.alumnus, world.a.coach}


def test_an_unknown_department_is_refused(world: World) -> None:
    with pytest.raises(PeopleRefused) as refused:
        show_profile(person=world.a.learner, shown=Shown(True, "20", "", "", False, True), now=NOW)

    assert refused.value.code == "no-place"


def test_the_directory_is_found_by_words_place_and_mentors(world: World) -> None:
    show_profile(person=world.a.learner, shown=SHOWN, now=NOW)
    ProfileFactory(person=world.b.classmate, is_listed=True, department="2A", about="Corse")

    assert [row.person for row in find(listed(), words="seniors bordeaux")] == [world.a.learner]
    assert [row.person for row in find(listed(), department="2A")] == [world.b.classmate]
    assert [row.person for row in find(listed(), mentors=True)] == [world.a.learner]
    assert not find(listed(), words="' OR 1=1 --")


def test_the_map_and_its_table_say_the_same(world: World) -> None:
    show_profile(person=world.a.learner, shown=SHOWN, now=NOW)
    ProfileFactory(person=world.b.classmate, is_listed=True, department="33")
    ProfileFactory(person=world.a.alumnus, is_listed=True)

    seen = territory(listed())

    assert [(row.name, row.count) for row in seen.rows] == [("Gironde", 2)]
    assert (seen.elsewhere, seen.people) == (1, 3)
    assert {square.code: square.count for square in seen.squares if square.count} == {"33": 2}
    assert len({(square.x, square.y) for square in seen.squares}) == 107


def test_strangers_do_not_exist_for_one_another(world: World) -> None:
    assert not rules.can_see_person(world.a.learner, world.b.learner)
    assert rules.can_see_person(world.a.learner, world.a.classmate)
    assert rules.can_see_person(world.a.learner, world.a.coach)
    assert not rules.can_see_person(world.a.auditor, world.a.learner)

    PostFactory(thread=ThreadFactory(space=SpaceFactory(is_closed=True)), author=world.b.learner)
    assert not rules.can_see_person(world.a.learner, world.b.learner)

    PostFactory(author=world.b.learner)
    reader = User.objects.get(pk=world.a.learner.pk)  # what she sees is read once
    assert rules.can_see_person(reader, world.b.learner)


def test_a_block_is_put_once_and_taken_back(world: World) -> None:
    for _twice in range(2):
        block(person=world.a.learner, blocked=world.a.classmate, now=NOW)
    assert Block.objects.count() == 1
    unblock(person=world.a.learner, blocked=world.a.classmate)
    assert not Block.objects.exists()

    with pytest.raises(PeopleRefused):
        block(person=world.a.learner, blocked=world.a.learner, now=NOW)


def test_alumni_are_welcomed_once(world: World) -> None:
    enrolment = world.a.enrolment
    for state in (EnrolmentState.COMPLETED, EnrolmentState.ALUMNI):
        change_state(enrolment=enrolment, state=state, reason="", actor=None, now=NOW)

    assert Notification.objects.filter(recipient=world.a.learner, kind="community.alumni").count() == 1
    assert Profile.objects.get(person=world.a.learner).welcomed_as_alumni_at == NOW
    assert not Profile.objects.get(person=world.a.learner).is_listed


def test_alumni_are_asked_once_a_year_and_nothing_ends(world: World) -> None:
    Enrolment.objects.filter(pk=world.a.alumnus_enrolment.pk).update(state_changed_at=NOW - timedelta(days=366))
    asked = Notification.objects.filter(recipient=world.a.alumnus, kind="community.alumni")

    assert [sweep_still_there(NOW), sweep_still_there(NOW), asked.count()] == [1, 0, 1]
    assert sweep_still_there(NOW + timedelta(days=364)) == 0

    confirm_still_there(person=world.a.alumnus, now=NOW + timedelta(days=300))
    assert sweep_still_there(NOW + timedelta(days=366)) == 1  # the other partner's, whose first year has passed
    assert asked.count() == 1

    sweep_still_there(NOW + timedelta(days=666))
    assert asked.count() == 2
    assert Enrolment.objects.get(pk=world.a.alumnus_enrolment.pk).is_open
