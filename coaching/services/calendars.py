"""A coach's own calendars: adding one, reading when she is busy, writing her appointments into it.

Only periods are kept of what is read. Passwords are sealed, and leave only towards the calendar's own server.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching import caldav
from coaching.enums import CalendarKind
from coaching.formats.apart import read_apart
from coaching.formats.ical import NotACalendar, Reading, TooManyOccurrences, Wanted
from coaching.models import BusyCalendar, BusyPeriod, Diary
from lms.accounts.zones import zone_named
from lms.kit.defer import defer
from lms.kit.errors import DomainError
from lms.kit.outbound import request
from lms.kit.sealed import SealBroken, seal, unseal

MOST_CALENDARS = 5
READ_EVERY = timedelta(minutes=15)
LONGEST_WAIT = timedelta(days=1)
_BEFORE, _BEYOND = timedelta(days=1), timedelta(days=8)
"""How far a reading goes beyond the booking window: what is unchanged for a day needs no other reading."""
_PURPOSE = "calendar password"


class CalendarError(DomainError):
    """A calendar cannot be added or read; the sentence says what to do. Codes: `too-many` `not-a-calendar` `too-busy`
    `sealed`."""


@dataclass(frozen=True, slots=True)
class NewCalendar:
    """What a coach types. `password`: in clear, for the time of a request."""

    kind: CalendarKind
    address: str
    name: str = ""
    username: str = ""
    password: str = ""
    pushes: bool = False


def add_calendar(*, diary: Diary, new: NewCalendar, now: datetime) -> BusyCalendar:
    """Keep a calendar, and have it read as soon as this is committed.

    Raises:
        CalendarError: she has MOST_CALENDARS already.
    """
    with transaction.atomic():
        Diary.objects.select_for_update(no_key=True).get(pk=diary.pk)
        if diary.busy_calendars.count() >= MOST_CALENDARS:
            raise CalendarError("too-many", _("Five calendars at most. Remove one first."))
        calendar = BusyCalendar.objects.create(
            diary=diary,
            kind=new.kind,
            name=new.name,
            address=_without_webcal(new.address),
            username=new.username,
            sealed_password=seal(new.password, purpose=_PURPOSE) if new.password else "",
            pushes=new.pushes and new.kind == CalendarKind.CALDAV,
            due_at=now,
        )
        defer(_task(), calendar.pk)
    return calendar


def remove_calendar(*, calendar: BusyCalendar) -> None:
    """Forget it and what was read of it; what was written into it stays there."""
    calendar.delete()


def ask_reading(*, calendar: BusyCalendar, now: datetime) -> None:
    """Have it read now, in full."""
    BusyCalendar.objects.filter(pk=calendar.pk).update(due_at=now, validator="")
    defer(_task(), calendar.pk)


def sweep_calendars(*, now: datetime) -> int:
    """Every minute: hand each calendar that is due to the worker, one task each. Returns how many."""
    due = BusyCalendar.objects.filter(due_at__lte=now, diary__coach__is_active=True)
    taken = 0
    for pk in due.order_by("due_at").values_list("pk", flat=True)[:100]:
        # Whoever moves the hour first has it: another worker's sweep then finds nothing due.
        if BusyCalendar.objects.filter(pk=pk, due_at__lte=now).update(due_at=now + READ_EVERY):
            defer(_task(), pk)
            taken += 1
    return taken


def read_calendar(*, calendar: BusyCalendar, now: datetime) -> None:
    """Fetch, read, and put the new periods in the place of the former ones, all at once.

    What fails leaves the former periods, says why in `problem`, and is tried again later and later.
    """
    diary = calendar.diary
    with translation.override(diary.coach.language):
        try:
            validator, contents = _fetch(calendar, now)
            reading = _read(contents, diary, now) if contents is not None else None
        except DomainError as refused:
            note_failure(calendar, str(refused), now)
            return
        problem = _unread(reading.unread) if reading else calendar.problem
    with transaction.atomic():
        changed = BusyCalendar.objects.filter(pk=calendar.pk).update(
            read_at=now, due_at=now + READ_EVERY, failures=0, problem=problem, validator=validator[:200]
        )
        # Removed while it was read: nothing to keep.
        if changed and reading is not None:
            calendar.periods.all().delete()
            BusyPeriod.objects.bulk_create(
                BusyPeriod(calendar=calendar, starts_at=period.starts_at, ends_at=period.ends_at)
                for period in reading.periods
            )


def note_failure(calendar: BusyCalendar, problem: str, now: datetime) -> None:
    """Say what is wrong, and wait twice as long each time before the next try."""
    wait = min(READ_EVERY * 2 ** min(calendar.failures, 7), LONGEST_WAIT)
    BusyCalendar.objects.filter(pk=calendar.pk).update(
        failures=F("failures") + 1, problem=problem[:300], due_at=now + wait
    )


def credentials(calendar: BusyCalendar) -> caldav.Credentials:
    """The user name and password of a calendar; None when it asks for none.

    Raises:
        CalendarError: the password can no longer be opened.
    """
    if not calendar.sealed_password:
        return (calendar.username, "") if calendar.username else None
    try:
        return calendar.username, unseal(calendar.sealed_password, purpose=_PURPOSE)
    except SealBroken as error:
        raise CalendarError(
            "sealed", _("We can no longer read this password. Remove the calendar, add it again.")
        ) from error


def own_suffix() -> str:
    """How the UID of every appointment of this academy ends: in her calendar, they are not busy time of hers."""
    return f"@{urlsplit(settings.SITE_URL).hostname}"


def _fetch(calendar: BusyCalendar, now: datetime) -> tuple[str, Sequence[bytes] | None]:
    """What validates the answer (ETag), and the calendar's data; None where nothing has changed."""
    keys = credentials(calendar)
    if calendar.kind == CalendarKind.CALDAV:
        if calendar.read_at is None:
            calendar.address = caldav.calendar_address(calendar.address, keys)
            BusyCalendar.objects.filter(pk=calendar.pk).update(address=calendar.address)
        start, end = _window(calendar.diary, now)
        return "", caldav.events(calendar.address, keys, start=start, end=end)
    headers = {"accept": "text/calendar, */*;q=0.5"}
    # The window moves: once a day the calendar is read in full, changed or not.
    if calendar.validator and calendar.read_at and calendar.read_at.date() == now.date():
        headers["if-none-match"] = calendar.validator
    answer = request("GET", calendar.address, headers=headers, auth=keys)
    if answer.status == 304:
        return calendar.validator, None
    return caldav.check(answer).headers.get("etag", ""), [answer.body]


def _read(contents: Sequence[bytes], diary: Diary, now: datetime) -> Reading:
    start, end = _window(diary, now)
    wanted = Wanted(
        start=start,
        end=end,
        zone=zone_named(diary.coach.time_zone),
        people=frozenset({diary.coach.email.lower()}),
        own_suffix=own_suffix(),
    )
    try:
        return read_apart(contents, wanted)
    except NotACalendar as error:
        words = _("What this address holds is not a calendar. Copy the address that ends with .ics.")
        raise CalendarError("not-a-calendar", words) from error
    except TooManyOccurrences as error:
        words = _("This calendar holds too many events to be read. Choose a smaller one.")
        raise CalendarError("too-busy", words) from error


def _task() -> Any:
    from coaching.tasks import read_calendar  # a task calls the services of this module

    return read_calendar


def _window(diary: Diary, now: datetime) -> tuple[datetime, datetime]:
    return now - _BEFORE, now + timedelta(days=diary.window_days) + _BEYOND


def _unread(count: int) -> str:
    if not count:
        return ""
    words = ngettext(
        "One event could not be read: it keeps no slot from being booked.",
        "%(count)s events could not be read: they keep no slot from being booked.",
        count,
    )
    return words % {"count": count}


def _without_webcal(address: str) -> str:
    """`webcal://` is how some calendars write `https://`."""
    scheme, separator, rest = address.strip().partition("://")
    return f"https{separator}{rest}" if scheme.lower() in ("webcal", "webcals") else address.strip()
