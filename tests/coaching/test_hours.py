"""Local hours become instants: nights when the clocks change, exceptions, the public holidays of each territory."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from coaching.enums import PublicHolidays
from coaching.hours import OpenHours, Stretch, Weekly, instant, public_holidays, starts_within

PARIS = ZoneInfo("Europe/Paris")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def walls(stretch: Stretch, day: date, minutes: int = 30) -> list[str]:
    found = list(starts_within(stretch, day, PARIS, 30, minutes))
    assert found == sorted(set(found))
    return [start.astimezone(PARIS).strftime("%H:%M") for start in found]


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (SPRING, time(1, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (SPRING, time(2, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (SPRING, time(2, 30), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (SPRING, time(3, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (AUTUMN, time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (AUTUMN, time(3, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_wall_time_is_its_first_instant_or_the_jump_over_it(day: date, at: time, expected: datetime) -> None:
    assert instant(day, at, PARIS) == expected


def test_no_start_in_the_hour_that_does_not_exist() -> None:
    assert walls(Stretch(time(1), time(4)), SPRING) == ["01:00", "01:30", "03:00", "03:30"]
    assert walls(Stretch(time(2, 15), time(2, 45)), SPRING) == []
    assert walls(Stretch(time(1, 30), time(2, 30)), SPRING, minutes=45) == []


def test_a_start_is_offered_once_in_the_hour_that_comes_twice() -> None:
    assert walls(Stretch(time(1, 30), time(3, 30)), AUTUMN) == ["01:30", "02:00", "02:30", "03:00"]
    assert walls(Stretch(time(2, 15), time(2, 45)), AUTUMN) == ["02:15"]


def test_an_appointment_across_the_change_keeps_its_length() -> None:
    assert walls(Stretch(time(1, 30), time(3, 30)), SPRING, minutes=60) == ["01:30"]
    assert walls(Stretch(time(1, 30), time(2, 30)), AUTUMN, minutes=60) == ["01:30"]


@pytest.mark.parametrize(
    ("region", "day"),
    [
        (PublicHolidays.METROPOLITAN, date(2026, 7, 14)),
        (PublicHolidays.ALSACE_MOSELLE, date(2026, 4, 3)),
        (PublicHolidays.ALSACE_MOSELLE, date(2026, 12, 26)),
        (PublicHolidays.GUADELOUPE, date(2026, 5, 27)),
        (PublicHolidays.MARTINIQUE, date(2026, 5, 22)),
        (PublicHolidays.GUYANE, date(2026, 6, 10)),
        (PublicHolidays.REUNION, date(2026, 12, 20)),
        (PublicHolidays.MAYOTTE, date(2026, 4, 27)),
        (PublicHolidays.SAINT_BARTHELEMY, date(2026, 10, 9)),
        (PublicHolidays.SAINT_MARTIN, date(2026, 5, 28)),
        (PublicHolidays.NOUVELLE_CALEDONIE, date(2026, 9, 24)),
        (PublicHolidays.POLYNESIE, date(2026, 3, 5)),
        (PublicHolidays.WALLIS_ET_FUTUNA, date(2026, 4, 28)),
    ],
)
def test_each_territory_has_its_own_days(region: str, day: date) -> None:
    assert day in public_holidays(region, 2026)
    assert date(2026, 5, 1) in public_holidays(region, 2026)
    if region != PublicHolidays.METROPOLITAN:
        assert day not in public_holidays(PublicHolidays.METROPOLITAN, 2026)


@pytest.mark.parametrize("region", PublicHolidays.values)
def test_every_choice_of_the_screen_is_known(region: str) -> None:
    assert bool(public_holidays(region, 2027)) is bool(region)


def test_an_exception_replaces_the_day_even_a_holiday() -> None:
    morning, evening = Stretch(time(9), time(12)), Stretch(time(18), time(20))
    bastille, next_tuesday = date(2026, 7, 14), date(2026, 7, 21)
    weekly = (Weekly(1, morning),)

    plain = OpenHours(PARIS, PublicHolidays.METROPOLITAN, weekly)
    assert (plain.on(bastille), plain.on(next_tuesday)) == ([], [morning])

    other = OpenHours(PARIS, PublicHolidays.METROPOLITAN, weekly, {bastille: (evening,), next_tuesday: ()})
    assert (other.on(bastille), other.on(next_tuesday)) == ([evening], [])


def test_a_week_is_valid_between_two_dates_included() -> None:
    monday = Weekly(0, Stretch(time(9), time(12)), date(2026, 9, 7), date(2026, 9, 14))
    hours = OpenHours(PARIS, weekly=(monday,))
    days = [date(2026, 8, 31), date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 14), date(2026, 9, 21)]
    assert [bool(hours.on(day)) for day in days] == [False, True, False, True, False]
