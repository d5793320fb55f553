"""A coach arranges her diary: her week, the days that depart from it, her absences, slots offered once, her rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from coaching.enums import Mode
from coaching.models import Absence, AppointmentKind, DayException, Diary, OneOffSlot, Place, WeeklyHours
from lms.accounts.models import User
from lms.kit.errors import DomainError

from .changing import cancel_for_absence

MOST_DAYS = 92
"""How long an exception may last, in days: beyond a season, it is the week that changes."""
PRESETS = {
    "days": [(day, time(start), time(end)) for day in range(5) for start, end in ((9, 12), (14, 17))],
    "mornings": [(day, time(9), time(12)) for day in range(5)],
    "evenings": [(day, time(17, 30), time(20)) for day in (1, 3)],
}
"""Weeks to begin with, by the name the form gives them."""


class DiaryRefused(DomainError):
    """The diary cannot be so; the sentence says why."""


@dataclass(frozen=True, slots=True)
class WeekLine:
    """A stretch of one weekday (0 is Monday), in local time. No kinds: every kind."""

    weekday: int
    starts: time
    ends: time
    mode: str = ""
    place: Place | None = None
    kinds: Sequence[AppointmentKind] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    def overlaps(self, other: "WeekLine") -> bool:
        """Whether both cover one same moment of some week."""
        if self.weekday != other.weekday or self.starts >= other.ends or other.starts >= self.ends:
            return False
        last = min(self.valid_until or date.max, other.valid_until or date.max)
        return max(self.valid_from or date.min, other.valid_from or date.min) <= last


def diary_of_coach(coach: User) -> Diary:
    """Her diary, made on the first thing she writes in it."""
    diary, _created = Diary.objects.get_or_create(coach=coach)
    return diary


def begin_week(*, coach: User, preset: str) -> Diary:
    """Give an empty diary one of PRESETS; a week that exists stays as it is."""
    with transaction.atomic():
        diary = diary_of_coach(coach)
        if not diary.weekly_hours.exists():
            save_week(diary=diary, lines=[WeekLine(*line) for line in PRESETS[preset]])
    return diary


def save_week(*, diary: Diary, lines: Iterable[WeekLine]) -> None:
    """Put these lines in the place of the whole week. Appointments already made stay.

    Raises:
        DiaryRefused: two lines overlap.
    """
    wanted = list(lines)
    for place, line in enumerate(wanted):
        if any(line.overlaps(other) for other in wanted[:place]):
            raise DiaryRefused("overlap", _("Two lines of one day overlap."))
    with transaction.atomic():
        Diary.objects.select_for_update(no_key=True).get(pk=diary.pk)
        diary.weekly_hours.all().delete()
        for line in wanted:
            row = WeeklyHours.objects.create(
                diary=diary,
                weekday=line.weekday,
                starts=line.starts,
                ends=line.ends,
                mode=line.mode,
                place=line.place,
                valid_from=line.valid_from,
                valid_until=line.valid_until,
            )
            row.kinds.set(line.kinds)


def copy_day(*, diary: Diary, source: int, to: Iterable[int]) -> None:
    """Give other weekdays the lines of one, in the place of theirs.

    Raises:
        DiaryRefused: there is nothing to copy.
    """
    with transaction.atomic():
        lines = [_line_of(row) for row in diary.weekly_hours.select_related("place").prefetch_related("kinds")]
        copied = [line for line in lines if line.weekday == source]
        if not copied:
            raise DiaryRefused("empty-day", _("This day has no line to copy."))
        changed = set(to) - {source}
        kept = [line for line in lines if line.weekday not in changed]
        save_week(
            diary=diary, lines=[*kept, *(replace(line, weekday=day) for day in sorted(changed) for line in copied)]
        )


def save_rules(*, diary: Diary, fields: Iterable[str]) -> None:
    """Keep the booking rules; appointments already made stay."""
    diary.save(update_fields=list(fields))


def add_exception(
    *, diary: Diary, first: date, last: date, starts: time | None = None, ends: time | None = None
) -> None:
    """Close the days from `first` to `last` included, or give them other hours.

    Raises:
        DiaryRefused: the days are too many, or one of them is closed already or has hours that overlap.
    """
    days = [first + timedelta(days=rank) for rank in range((last - first).days + 1)]
    if len(days) > MOST_DAYS:
        raise DiaryRefused("too-long", _("Three months at most. Beyond, change your week, or note an absence."))
    with transaction.atomic():
        Diary.objects.select_for_update(no_key=True).get(pk=diary.pk)
        for known in diary.exceptions.filter(day__in=days):
            if known.starts is None or known.ends is None or starts is None or ends is None:
                raise DiaryRefused("known-day", _("One of these days is in your list already. Remove it there first."))
            if starts < known.ends and known.starts < ends:
                raise DiaryRefused("overlap", _("These hours overlap others of the same day."))
        DayException.objects.bulk_create(DayException(diary=diary, day=day, starts=starts, ends=ends) for day in days)


def declare_absence(*, diary: Diary, starts_at: datetime, ends_at: datetime, reason: str, now: datetime) -> Absence:
    """Block the time at once. The appointments it falls upon stay until the coach cancels them herself."""
    return Absence.objects.create(diary=diary, starts_at=starts_at, ends_at=ends_at, reason=reason, created_at=now)


def cancel_affected(*, absence: Absence, actor: User, now: datetime) -> int:
    """Cancel what an absence falls upon, and offer each person other moments. Returns how many appointments."""
    return cancel_for_absence(absence=absence, actor=actor, now=now)


def add_one_off(
    *, diary: Diary, kind: AppointmentKind, starts_at: datetime, mode: str, place: Place | None, now: datetime
) -> OneOffSlot:
    """Offer one slot outside the week.

    Raises:
        DiaryRefused: it is past, offered already, or cannot be held that way.
    """
    if starts_at <= now:
        raise DiaryRefused("past", _("This moment is past."))
    if mode and mode not in kind.modes:
        raise DiaryRefused("mode", _("This kind of appointment is not held that way."))
    if place is None and (mode or "".join(kind.modes)) == Mode.PLACE:
        raise DiaryRefused("place", _("Say where you receive people."))
    slot, created = OneOffSlot.objects.get_or_create(
        diary=diary, starts_at=starts_at, defaults={"kind": kind, "mode": mode, "place": place}
    )
    if not created:
        raise DiaryRefused("known", _("You already offer a slot at this time."))
    return slot


def _line_of(row: WeeklyHours) -> WeekLine:
    kinds = tuple(row.kinds.all())
    return WeekLine(row.weekday, row.starts, row.ends, row.mode, row.place, kinds, row.valid_from, row.valid_until)
