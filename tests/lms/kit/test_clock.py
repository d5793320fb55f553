"""The worker's minute: every sweep runs, whatever becomes of the one before it."""

import logging
from datetime import UTC, datetime

import pytest

from lms.kit import clock

NOW = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


@pytest.fixture
def no_sweeps(monkeypatch):
    monkeypatch.setattr(clock, "_sweeps", [])


@pytest.mark.django_db
def test_one_that_fails_leaves_the_others_their_minute(no_sweeps, caplog):
    seen = []

    @clock.every_minute
    def breaks(*, now):
        raise RuntimeError("no disk")

    @clock.every_minute
    def counts(*, now):
        seen.append(now)

    with caplog.at_level(logging.ERROR):
        clock.strike(NOW)

    assert seen == [NOW]
    assert "breaks" in caplog.text


def test_a_sweep_is_registered_once(no_sweeps):
    def sweep(*, now): ...

    clock.every_minute(sweep)
    with pytest.raises(ValueError, match="already swept"):
        clock.every_minute(sweep)
