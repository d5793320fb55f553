"""When something may leave: quiet hours, the day's mails, the digest, in the person's own zone; no queries."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lms.accounts.zones import zone_named

from .enums import DigestFrequency
from .models import TellingChoices

MOST_ATTEMPTS = 12
"""Tries before a message is given up; with the waits below, a bit more than a day."""
LONGEST_WAIT = timedelta(hours=6)
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a message now: it leaves (`wait_until` None), or waits until then, or joins the digest."""

    leaves: bool = False
    wait_until: datetime | None = None


LEAVES = Decision(leaves=True)
JOINS_DIGEST = Decision()


def decide(choices: TellingChoices, zone: str, now: datetime, *, is_urgent: bool, mails_left: int | None) -> Decision:
    """Whether a message leaves at `now`. `mails_left` of today's budget; None for what needs none (push)."""
    if is_urgent:
        return LEAVES
    if (until := quiet_until(choices, zone, now)) is not None:
        return Decision(wait_until=until)
    return LEAVES if mails_left is None or mails_left > 0 else JOINS_DIGEST


def local_day(zone: str, now: datetime) -> date:
    return now.astimezone(zone_named(zone)).date()


def quiet_until(choices: TellingChoices, zone: str, now: datetime) -> datetime | None:
    """The end (UTC) of the quiet hours that `now` lies in, [from, until) by the person's clock; None outside them.

    On the night the clocks change the same two times of the clock hold: the night is an hour longer or shorter.
    """
    begins, ends = choices.quiet_from, choices.quiet_until
    if begins is None or ends is None or begins == ends:
        return None
    here = zone_named(zone)
    local = now.astimezone(here)
    clock = local.time()
    spans_midnight = begins > ends
    is_quiet = clock >= begins or clock < ends if spans_midnight else begins <= clock < ends
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1) if spans_midnight and clock >= begins else local.date()
    until = moment(day, ends, here)
    # The hour that comes twice: its first pass may already lie behind us by the clock on the wall.
    return until if until > now else moment(day, ends, here, fold=1)


def next_digest(choices: TellingChoices, zone: str, now: datetime) -> datetime | None:
    """The next moment (UTC), strictly after `now`, at which the person's digest is made; None when she wants none."""
    if choices.digest == DigestFrequency.OFF:
        return None
    here = zone_named(zone)
    day = now.astimezone(here).date()
    for _day in range(9):
        if choices.digest == DigestFrequency.DAILY or day.weekday() == MONDAY:
            due = moment(day, time(choices.digest_hour), here)
            if due > now:
                return due
        day += timedelta(days=1)
    raise AssertionError("a Monday comes every week")


def moment(day: date, clock: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    """The instant (UTC) at which the clocks of `zone` show this time; skipped by summer time, as much later."""
    return datetime.combine(day, clock, tzinfo=zone).replace(fold=fold).astimezone(UTC)


def wait_before(attempt: int) -> timedelta:
    """How long to wait after the `attempt`-th try failed: doubling from a minute, at most six hours, a fifth of it
    left to chance so that a thousand messages do not come back together."""
    wait = min(timedelta(minutes=2 ** (attempt - 1)), LONGEST_WAIT)
    return wait * random.uniform(0.8, 1.2)  # noqa: S311 - it spreads, it does not guard
