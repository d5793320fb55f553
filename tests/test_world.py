"""The cast is what the tests of access take it for."""

import re

from django.contrib.auth import get_user
from django.http import HttpRequest

from lms.programmes.queries import cohorts_seen_by, roles_of
from tests.world import Side, World, client_for, client_half_way


def _words(side: Side) -> str:
    return " ".join(
        str(value)
        for row in (side.partner, side.funder, side.host, side.cohort, side.learner, side.enrolment, side.hour_entry)
        for value in row.__dict__.values()
    )


def test_the_two_sides_are_mirrors(world: World) -> None:
    words_a, words_b = _words(world.a), _words(world.b)

    assert "CANARY-B" not in words_a
    assert "CANARY-A" not in words_b
    assert re.findall(r"CANARY-A-[a-z-]+", words_a) == [
        word.replace("CANARY-B", "CANARY-A") for word in re.findall(r"CANARY-B-[a-z-]+", words_b)
    ]


def test_roles_follow_from_the_data(world: World) -> None:
    a = world.a
    for person in (a.coach, a.manager, a.auditor):
        assert list(cohorts_seen_by(person)) == [a.cohort]
    for person in (a.learner, a.alumnus, world.editor, world.moderator):
        assert not cohorts_seen_by(person).exists()
    assert roles_of(a.alumnus).is_learner
    assert not roles_of(a.pending).is_learner
    assert roles_of(world.editor).is_editor
    assert roles_of(world.moderator).is_moderator


def test_only_a_whole_sign_in_makes_a_person(world: World) -> None:
    for client, expected in [
        (client_for(world.a.learner), True),
        (client_for(world.a.suspended), False),
        (client_half_way(world.half_mfa), False),
    ]:
        request = HttpRequest()
        request.session = client.session
        assert get_user(request).is_authenticated is expected
