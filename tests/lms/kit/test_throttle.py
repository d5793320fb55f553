"""Tries are counted for each person and each action, and forgotten when the window closes."""

from django.core.cache import cache

from lms.kit.throttle import within_limit


def test_refuses_once_the_limit_is_passed() -> None:
    assert [within_limit("guess", "192.0.2.1", limit=3) for _try in range(5)] == [True, True, True, False, False]


def test_counts_each_person_and_each_action_apart() -> None:
    assert within_limit("guess", "192.0.2.1", limit=1)
    assert within_limit("guess", "192.0.2.2", limit=1)
    assert within_limit("other", "192.0.2.1", limit=1)
    assert not within_limit("guess", "192.0.2.1", limit=1)


def test_opens_again_when_the_window_is_over() -> None:
    assert within_limit("guess", "192.0.2.1", limit=1)
    assert not within_limit("guess", "192.0.2.1", limit=1)
    cache.delete("throttle:guess:192.0.2.1")
    assert within_limit("guess", "192.0.2.1", limit=1)
