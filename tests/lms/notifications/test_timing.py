"""Quiet hours, budget, digest: by the clock on the person's wall, also on the nights it changes."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.zones import zone_named
from lms.notifications.models import TellingChoices
from lms.notifications.timing import (
    JOINS_DIGEST,
    LEAVES,
    LONGEST_WAIT,
    decide,
    moment,
    next_digest,
    quiet_until,
    wait_before,
)

PARIS, REUNION, NOUMEA = "Europe/Paris", "Indian/Reunion", "Pacific/Noumea"


def at(text: str, zone: str = PARIS, fold: int = 0) -> datetime:
    """The instant (UTC) at which clocks in `zone` show this."""
    return datetime.fromisoformat(text).replace(tzinfo=zone_named(zone), fold=fold).astimezone(UTC)


NIGHT = {"quiet_from": time(21), "quiet_until": time(7, 30)}


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (NIGHT, "2026-03-10 20:59", None),
        (NIGHT, "2026-03-10 21:00", "2026-03-11 07:30"),
        (NIGHT, "2026-03-10 23:59", "2026-03-11 07:30"),
        (NIGHT, "2026-03-11 00:00", "2026-03-11 07:30"),
        (NIGHT, "2026-03-11 07:29", "2026-03-11 07:30"),
        (NIGHT, "2026-03-11 07:30", None),
        ({"quiet_from": time(12), "quiet_until": time(14)}, "2026-03-10 13:00", "2026-03-10 14:00"),
        ({"quiet_from": time(12), "quiet_until": time(14)}, "2026-03-10 14:00", None),
        ({"quiet_from": None, "quiet_until": None}, "2026-03-10 23:00", None),
        ({"quiet_from": time(8), "quiet_until": time(8)}, "2026-03-10 08:00", None),
        # The night of 28 March is an hour shorter, that of 25 October an hour longer: the clock's times hold.
        (NIGHT, "2026-03-28 22:00", "2026-03-29 07:30"),
        (NIGHT, "2026-10-24 22:00", "2026-10-25 07:30"),
    ],
)
def test_quiet_hours_end_when_the_clock_says_so(quiet: dict[str, time], now: str, until: str | None) -> None:
    found = quiet_until(TellingChoices(**quiet), PARIS, at(now))

    assert found == (until and at(until))


def test_quiet_hours_are_those_of_the_person_s_zone() -> None:
    now = at("2026-03-10 19:00")  # 22:00 on Réunion

    assert quiet_until(TellingChoices(**NIGHT), PARIS, now) is None
    assert quiet_until(TellingChoices(**NIGHT), REUNION, now) == at("2026-03-11 07:30", REUNION)


@given(
    now=st.integers(0, 525_600).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    begins=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    ends=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    zone=st.sampled_from([PARIS, REUNION, NOUMEA, "America/Miquelon", "Australia/Lord_Howe"]),
)
def test_waiting_always_ends_within_a_day_and_never_in_the_past(
    now: datetime, begins: time, ends: time, zone: str
) -> None:
    choices = TellingChoices(quiet_from=begins, quiet_until=ends)

    until = quiet_until(choices, zone, now)

    if until is not None:
        assert now < until <= now + timedelta(hours=25)
        local = until.astimezone(zone_named(zone))
        # At its end the wall shows the chosen time, or what stands there for one that this day leaves out.
        assert local.time() == ends or until == moment(local.date(), ends, zone_named(zone))


@pytest.mark.parametrize(
    ("choices", "zone", "now", "due"),
    [
        ({"digest": "daily", "digest_hour": 8}, PARIS, "2026-03-10 07:59", "2026-03-10 08:00"),
        ({"digest": "daily", "digest_hour": 8}, PARIS, "2026-03-10 08:00", "2026-03-11 08:00"),
        ({"digest": "daily", "digest_hour": 2}, PARIS, "2026-03-28 12:00", "2026-03-29 03:00"),  # 2:00 does not exist
        ({"digest": "daily", "digest_hour": 2}, PARIS, "2026-10-24 12:00", "2026-10-25 02:00"),  # the first of two
        ({"digest": "weekly", "digest_hour": 18}, PARIS, "2026-03-10 12:00", "2026-03-16 18:00"),
        ({"digest": "weekly", "digest_hour": 18}, PARIS, "2026-03-16 17:59", "2026-03-16 18:00"),
        ({"digest": "weekly", "digest_hour": 18}, PARIS, "2026-03-16 18:00", "2026-03-23 18:00"),
        ({"digest": "daily", "digest_hour": 8}, NOUMEA, "2026-03-10 07:00", "2026-03-10 08:00"),
    ],
)
def test_the_digest_comes_at_the_chosen_hour(choices: dict[str, object], zone: str, now: str, due: str) -> None:
    assert next_digest(TellingChoices(**choices), zone, at(now, zone)) == at(due, zone)


def test_no_digest_for_who_wants_none() -> None:
    assert next_digest(TellingChoices(digest="off"), PARIS, at("2026-03-10 08:00")) is None


def test_what_is_urgent_leaves_at_night_and_over_the_budget() -> None:
    assert decide(TellingChoices(**NIGHT), PARIS, at("2026-03-10 23:00"), is_urgent=True, mails_left=0) == LEAVES


def test_a_spent_budget_sends_to_the_digest_and_a_push_has_none() -> None:
    choices, now = TellingChoices(), at("2026-03-10 12:00")

    assert decide(choices, PARIS, now, is_urgent=False, mails_left=1) == LEAVES
    assert decide(choices, PARIS, now, is_urgent=False, mails_left=0) == JOINS_DIGEST
    assert decide(choices, PARIS, now, is_urgent=False, mails_left=None) == LEAVES


def test_at_night_it_waits_before_it_counts() -> None:
    decision = decide(TellingChoices(**NIGHT), PARIS, at("2026-03-10 23:00"), is_urgent=False, mails_left=0)

    assert decision.wait_until == at("2026-03-11 07:30")
    assert not decision.leaves


def test_waits_double_and_are_spread() -> None:
    for attempt, minutes in ((1, 1), (2, 2), (5, 16), (12, 360), (40, 360)):
        waits = {wait_before(attempt) for _ in range(50)}
        assert timedelta(minutes=minutes) * 0.8 <= min(waits) < max(waits) <= timedelta(minutes=minutes) * 1.2
    assert wait_before(12) <= LONGEST_WAIT * 1.2
