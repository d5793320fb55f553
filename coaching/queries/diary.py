"""What a coach sees of her own diary: what she may offer, whom an absence touches, what learners will see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Count, Q, QuerySet

from coaching.hours import instant, public_holidays
from coaching.models import Absence, Appointment, AppointmentKind, BusyCalendar, Diary, Place, WeeklyHours
from coaching.slots import Slot
from lms.accounts.models import User
from lms.accounts.zones import zone_named
from lms.programmes.models import Partner

from .coaches import coached_cohort_ids
from .slots import free_slots


@dataclass(frozen=True, slots=True)
class PreviewDay:
    """One day of the week to come, its free slots, and why there may be none."""

    day: date
    slots: Sequence[Slot]
    is_holiday: bool


def partners_of_coach(user: User) -> QuerySet[Partner]:
    """The partners whose learners she accompanies."""
    cohorts = Q(cohorts__in=coached_cohort_ids(user)) | Q(cohorts__enrolments__coach=user)
    return Partner.objects.filter(pk__in=Partner.objects.filter(cohorts).values("pk"))


def kinds_of_coach(user: User) -> QuerySet[AppointmentKind]:
    """The kinds she can offer: the academy's, and those of her learners' partners."""
    offered = Q(partner=None) | Q(partner__in=partners_of_coach(user))
    return AppointmentKind.objects.filter(offered, is_active=True)


def places_of_coach(user: User) -> QuerySet[Place]:
    """Where she can receive people."""
    return Place.objects.filter(partner__in=partners_of_coach(user))


def affected(absence: Absence, now: datetime) -> QuerySet[Appointment]:
    """The appointments an absence falls upon and that are not over, with the people who sit in them."""
    rows = Appointment.objects.confirmed().filter(
        coach=absence.diary.coach_id,
        starts_at__lt=absence.ends_at,
        ends_at__gt=max(absence.starts_at, now),
    )
    return rows.select_related("kind").prefetch_related("seats__learner")


def calendars_of(diary: Diary) -> QuerySet[BusyCalendar]:
    """Her own calendars, with how many busy periods were read of each."""
    return diary.busy_calendars.annotate(busy_count=Count("periods"))


def lines_of(diary: Diary) -> QuerySet[WeeklyHours]:
    """Her week, with the places and kinds it names."""
    return diary.weekly_hours.select_related("place").prefetch_related("kinds")


def local_instant(diary: Diary, wall: datetime) -> datetime:
    """A wall time (naive) of the coach's zone, in UTC."""
    return instant(wall.date(), wall.time(), zone_named(diary.coach.time_zone))


def next_week(diary: Diary, kind: AppointmentKind, now: datetime) -> list[PreviewDay]:
    """What learners will see of the coming week, Monday to Sunday, in the coach's zone."""
    zone = zone_named(diary.coach.time_zone)
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=7 - today.weekday() + rank) for rank in range(8)]
    start, end = (instant(day, datetime.min.time(), zone) for day in (days[0], days[-1]))
    slots = free_slots(diary=diary, kind=kind, start=start, end=end, now=now) if diary.pk else []
    by_day = {day: list(rows) for day, rows in groupby(slots, key=lambda slot: slot.starts_at.astimezone(zone).date())}
    return [PreviewDay(day, by_day.get(day, []), day in public_holidays(diary.holidays, day.year)) for day in days[:7]]
