"""What a track's outline costs."""

from typing import Any

import pytest

from courses.queries import outline
from courses.queries.outline import forget_outlines, outline_of
from tests.classroom import Classroom


def test_an_outline_is_read_once_until_its_time_is_over_or_something_is_published(
    classroom: Classroom, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = classroom.enrolment.cohort.track_id
    first = outline_of(track)
    with django_assert_num_queries(0):
        assert outline_of(track) is first
    forget_outlines()
    with django_assert_num_queries(3):
        assert outline_of(track) == first
    monkeypatch.setattr(outline, "_LIFETIME", 1e-9)
    with django_assert_num_queries(3):
        assert outline_of(track) == first
