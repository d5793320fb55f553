"""What a calendar says of its owner's time: real files, every kind of event, and what was made to hurt."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coaching.formats.apart import read_apart
from coaching.formats.ical import MOST_OCCURRENCES, NotACalendar, Reading, TooManyOccurrences, Wanted, read
from coaching.periods import Period

pytestmark = pytest.mark.slow  # no database has a part in it

WEEK = Wanted(
    start=datetime(2026, 9, 14, tzinfo=UTC),
    end=datetime(2026, 9, 21, tzinfo=UTC),
    zone=ZoneInfo("Europe/Paris"),
    people=frozenset({"clara@example.org"}),
    own_suffix="@academy.example",
)
NINE = datetime(2026, 9, 14, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)


def calendar(*events: str, head: str = "") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//", *head.split("\n")]
    for number, event in enumerate(events):
        own = [] if "UID:" in event else [f"UID:{number}"]
        lines += ["BEGIN:VEVENT", *own, "SUMMARY:CANARY-secret", *event.strip().split("\n"), "END:VEVENT"]
    return "\r\n".join([line.strip() for line in lines if line.strip()] + ["END:VCALENDAR", ""]).encode()


def busy(*events: str, head: str = "") -> list[Period]:
    reading = read([calendar(*events, head=head)], WEEK)
    assert reading.unread == 0
    return list(reading.periods)


UTC_HOUR = "DTSTART:20260914T070000Z\nDTEND:20260914T080000Z"


# --- What is busy -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "when",
    [
        UTC_HOUR,
        "DTSTART:20260914T070000Z\nDURATION:PT1H",
        "DTSTART;TZID=Europe/Paris:20260914T090000\nDTEND;TZID=Europe/Paris:20260914T100000",
        "DTSTART:20260914T090000\nDTEND:20260914T100000",
        "DTSTART;TZID=Romance Standard Time:20260914T090000\nDTEND;TZID=Romance Standard Time:20260914T100000",
        "DTSTART;TZID=Nowhere/Else:20260914T090000\nDTEND;TZID=Nowhere/Else:20260914T100000",
        "DTSTART;TZID=America/New_York:20260914T030000\nDURATION:PT1H",
    ],
)
def test_an_hour_however_it_is_written(when: str) -> None:
    assert busy(when) == [Period(NINE, NINE + HOUR)]


def test_a_zone_of_the_calendars_own() -> None:
    head = """BEGIN:VTIMEZONE
        TZID:Ours
        BEGIN:STANDARD
        DTSTART:19700101T000000
        TZOFFSETFROM:+0500
        TZOFFSETTO:+0500
        END:STANDARD
        END:VTIMEZONE"""
    assert busy("DTSTART;TZID=Ours:20260914T120000\nDURATION:PT1H", head=head) == [Period(NINE, NINE + HOUR)]


def test_a_whole_day_is_a_day_of_the_owner() -> None:
    midnight = datetime(2026, 9, 14, 22, tzinfo=UTC)
    assert busy("DTSTART;VALUE=DATE:20260915") == [Period(midnight, midnight + 24 * HOUR)]
    assert busy("DTSTART;VALUE=DATE:20260915\nDTEND;VALUE=DATE:20260917") == [Period(midnight, midnight + 48 * HOUR)]


def test_a_day_of_twenty_five_hours() -> None:
    sunday = Wanted(datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC), ZoneInfo("Europe/Paris"))
    [period] = read([calendar("DTSTART;VALUE=DATE:20261025")], sunday).periods
    assert period.ends_at - period.starts_at == 25 * HOUR


def test_a_recurrence_keeps_its_wall_time_when_the_clocks_change() -> None:
    autumn = Wanted(datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC), ZoneInfo("Europe/Paris"))
    event = "DTSTART;TZID=Europe/Paris:20200106T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=MO"
    starts = [period.starts_at for period in read([calendar(event)], autumn).periods]
    assert starts == [datetime(2026, 10, 26, 8, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC)]


def test_exceptions_and_moved_occurrences() -> None:
    series = "UID:s\nDTSTART:20260914T070000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260915T070000Z"
    moved = "UID:s\nRECURRENCE-ID:20260916T070000Z\nDTSTART:20260916T120000Z\nDURATION:PT1H"
    starts = [period.starts_at for period in busy(series, moved)]
    assert starts == [NINE, datetime(2026, 9, 16, 12, tzinfo=UTC)]


def test_periods_are_merged_and_kept_within_the_window() -> None:
    long = "DTSTART:20260901T000000Z\nDTEND:20260914T071500Z"
    assert busy(long, UTC_HOUR) == [Period(WEEK.start, NINE + HOUR)]


def test_a_published_free_busy() -> None:
    lines = [
        "BEGIN:VFREEBUSY",
        "UID:f",
        "FREEBUSY;FBTYPE=BUSY:20260914T070000Z/PT1H",
        "FREEBUSY;FBTYPE=FREE:20260915T070000Z/PT1H",
        "END:VFREEBUSY",
    ]
    assert busy(head="\n".join(lines)) == [Period(NINE, NINE + HOUR)]


# --- What is not ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "TRANSP:TRANSPARENT",
        "STATUS:CANCELLED",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:Clara@example.org",
        "ATTENDEE:mailto:other@example.org\nATTENDEE;PARTSTAT=DECLINED:MAILTO:clara@example.org",
        "UID:0190@academy.example",
    ],
)
def test_what_leaves_its_owner_free(line: str) -> None:
    assert busy(f"{UTC_HOUR}\n{line}") == []


@pytest.mark.parametrize(
    "line",
    [
        "TRANSP:OPAQUE",
        "STATUS:TENTATIVE",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:clara@example.org",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:other@example.org",
        "UID:0190@elsewhere.example",
    ],
)
def test_what_keeps_its_owner_busy(line: str) -> None:
    assert busy(f"{UTC_HOUR}\n{line}") == [Period(NINE, NINE + HOUR)]


def test_one_occurrence_that_was_cancelled() -> None:
    series = "UID:s\nDTSTART:20260914T070000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2"
    cancelled = "UID:s\nRECURRENCE-ID:20260915T070000Z\nDTSTART:20260915T070000Z\nDURATION:PT1H\nSTATUS:CANCELLED"
    assert busy(series, cancelled) == [Period(NINE, NINE + HOUR)]


# --- Broken, foreign, hostile -----------------------------------------------------------------------------------------


def test_a_broken_event_spoils_no_other() -> None:
    reading = read([calendar("DTSTART:GARBAGE", "SUMMARY:no date", UTC_HOUR)], WEEK)
    assert reading == Reading((Period(NINE, NINE + HOUR),), unread=2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Sign in</body></html>",
        b"BEGIN:VCARD\r\nEND:VCARD\r\n",
        b"\xff\xfe\x00",
        b"BEGIN:VEVENT\r\nEND:VEVENT",
    ],
)
def test_what_is_not_a_calendar(content: bytes) -> None:
    with pytest.raises(NotACalendar):
        read([content], WEEK)


def test_more_occurrences_than_a_life_holds() -> None:
    many = "DTSTART:20260914T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;INTERVAL=20"
    assert MOST_OCCURRENCES < 7 * 24 * 3600 // 20
    with pytest.raises(TooManyOccurrences):
        read([calendar(many)], WEEK)


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"], ids=["since 1970", "never"]
)
def test_a_rule_that_recurs_for_ever_is_given_up(rule: str) -> None:
    with pytest.raises(TooManyOccurrences):
        read_apart([calendar(f"DTSTART:19700101T000000Z\nDURATION:PT1S\nRRULE:{rule}")], WEEK, seconds=1)


def test_the_same_apart() -> None:
    content = calendar("DTSTART:GARBAGE", UTC_HOUR)
    assert read_apart([content, calendar()], WEEK) == read([content], WEEK)
    with pytest.raises(NotACalendar):
        read_apart([b"<html>"], WEEK)


def _window_of(content: bytes) -> Wanted:
    """From the first year the file speaks of, for two years."""
    years = [int(line.rpartition(b":")[2][:4]) for line in content.splitlines() if _is_date(line)]
    first = min((year for year in years if year > 1970), default=2026)
    return Wanted(datetime(first, 1, 1, tzinfo=UTC), datetime(first + 2, 1, 1, tzinfo=UTC), ZoneInfo("Europe/Paris"))


def _is_date(line: bytes) -> bool:
    return line.startswith(b"DTSTART") and line.rpartition(b":")[2][:4].isdigit()


def test_every_real_file_is_read_or_refused(material: Path) -> None:
    files = sorted(path for path in (material / "ical").rglob("*") if path.is_file())
    outcomes: dict[Path, Any] = {}
    for path in files:
        content = path.read_bytes()
        try:
            outcomes[path] = read([content], _window_of(content))
        except (NotACalendar, TooManyOccurrences) as refused:
            outcomes[path] = refused
    readings = [outcome for outcome in outcomes.values() if isinstance(outcome, Reading)]
    assert len(readings) > 0.8 * len(files)
    assert sum(bool(reading.periods) for reading in readings) > 0.4 * len(files)
    # What was refused holds no whole calendar, or lines that are none.
    for path, outcome in outcomes.items():
        if isinstance(outcome, NotACalendar) and outcome.__cause__ is None:
            assert b"END:VCALENDAR" not in path.read_bytes(), path
