"""What live seminars tell people before a session: their kinds of notification, and the words of each."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.accounts.models import User
from lms.accounts.zones import zone_label
from lms.kit.templatetags.kit import clock, day
from lms.notifications.registry import Kind, register
from lms.notifications.services import Attachment, Message, notify
from seminars.invitations import CANCEL, REQUEST, calendar
from seminars.links import link_for
from seminars.models import LiveSession, Registration, Reminder, SessionStaff

GROUP = gettext_lazy("Live seminars")
NEAR = timedelta(days=1)
"""What concerns a date nearer than this is told at night too."""
TESTS_IN_TIME = 60
"""Minutes before the start until which a reminder speaks of the device test: later, nobody has the time."""

type _Line = str | Promise | Callable[[], str]
type Expected = Registration | SessionStaff
"""Somebody who comes, or who runs it."""
OPENS = gettext_lazy("The room opens a quarter of an hour before.")
OPENS_FOR_STAFF = gettext_lazy("The room is open to you already: try your slides, microphone and camera there.")

SESSION = register(
    Kind(
        code="seminars.session",
        label=gettext_lazy("a live session I registered for, or run, changes"),
        group=GROUP,
        is_urgent=True,
        may_be_refused=False,
    )
)
REMINDER = register(
    Kind(code="seminars.reminder", label=gettext_lazy("a live session is near"), group=GROUP, is_urgent=True)
)


def when(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """“mardi 9 mars, de 14 h à 15 h (heure de Paris)”, in the zone that is active, which is the reader's."""
    return _("%(day)s, from %(start)s to %(end)s (%(zone)s time)") % {
        "day": day(starts_at),
        "start": clock(starts_at),
        "end": clock(ends_at),
        "zone": zone_name(zone),
    }


def zone_name(zone: str) -> str:
    """A zone in one word, as people say it: “Paris”, “Martinique”."""
    return str(zone_label(zone)).split(",")[0]


def device_test_line(person: User, session: LiveSession) -> str:
    """A line of a mail: where the device is tested."""
    return _("Test your microphone, your camera and your connection beforehand: %(address)s") % {
        "address": settings.SITE_URL + link_for(person, session, "device-test")
    }


def tell_registered(registration: Registration, *, actor: User, now: datetime) -> None:
    """She has her seat: the date, and a file for her calendar."""
    title = gettext_lazy("You are registered: %(title)s")
    _tell(registration, "registered", title, [OPENS, _testing(registration)], method=REQUEST, actor=actor, now=now)


def tell_waiting(registration: Registration, *, actor: User, now: datetime) -> None:
    lines = [gettext_lazy("Every seat is taken. As soon as one is free it is yours, and we tell you.")]
    title = gettext_lazy("You are on the waiting list: %(title)s")
    _tell(registration, "waiting", title, lines, actor=actor, now=now)


def tell_seated(registration: Registration, *, actor: User | None, now: datetime) -> None:
    """Somebody gave her seat back: the first who waited has it."""
    lines: list[_Line] = [
        gettext_lazy("A seat has become free: it is yours. If you cannot come any more, give it back."),
        OPENS,
    ]
    lines.append(_testing(registration))
    title = gettext_lazy("You have a seat: %(title)s")
    _tell(registration, "seated", title, lines, method=REQUEST, actor=actor, now=now)


def tell_given_back(registration: Registration, *, actor: User, now: datetime) -> None:
    title = gettext_lazy("You are no longer registered: %(title)s")
    _tell(registration, "given-back", title, [], method=CANCEL, actor=actor, now=now)


def tell_named(staff: SessionStaff, *, actor: User, now: datetime) -> None:
    """She runs an announced session: the date, a file for her calendar, what to prepare."""

    def role() -> str:
        return _("Your role in it: %(role)s.") % {"role": staff.get_role_display().lower()}

    lines: list[_Line] = [
        role,
        gettext_lazy("Slides, polls and the run sheet are prepared from its page."),
        OPENS_FOR_STAFF,
    ]
    title = gettext_lazy("You run a live session: %(title)s")
    _tell(staff, "named", title, lines, method=REQUEST, actor=actor, now=now)


def tell_relieved(staff: SessionStaff, *, actor: User, now: datetime) -> None:
    title = gettext_lazy("You no longer run this session: %(title)s")
    # The session's own page may be closed to her from now on.
    _tell(staff, "relieved", title, [], method=CANCEL, actor=actor, now=now, url=reverse("seminars:list"))


def tell_moved(expected: Sequence[Expected], *, before: tuple[datetime, datetime], actor: User, now: datetime) -> None:
    for one in expected:
        person = one.person

        def earlier(person: User = person) -> str:
            return _("It was %(when)s.") % {"when": when(*before, person.time_zone)}

        title = gettext_lazy("New date: %(title)s")
        _tell(one, "moved", title, [earlier], method=REQUEST, actor=actor, now=now, first=before[0])


def tell_cancelled(expected: Sequence[Expected], *, reason: str, actor: User, now: datetime) -> None:
    for one in expected:

        def why() -> str:
            return _("It will not take place. Reason: %(reason)s") % {"reason": reason}

        title = gettext_lazy("Cancelled: %(title)s")
        _tell(one, "cancelled", title, [why], method=CANCEL, actor=actor, now=now)


def tell_reminder(reminder: Reminder, now: datetime) -> None:
    """A day before, an hour before, ten minutes before."""
    registration = reminder.registration
    sequence = registration.session.calendar_sequence
    key = f"seminars:reminder:{registration.public_id}:{sequence}:{reminder.minutes_before}"
    _remind(registration, key, OPENS, reminder.minutes_before, now)


def tell_staff_reminder(staff: SessionStaff, minutes_before: int, now: datetime) -> None:
    """The same, to somebody who runs it."""
    session = staff.session
    key = f"seminars:reminder:{session.public_id}:staff:{session.calendar_sequence}:{minutes_before}"
    _remind(staff, key, OPENS_FOR_STAFF, minutes_before, now)


def _remind(expected: Expected, key: str, opens: Promise, minutes_before: int, now: datetime) -> None:
    session, person = expected.session, expected.person

    def message() -> Message:
        title = _("Soon: %(title)s, %(day)s at %(time)s") % {
            "title": session.title,
            "day": day(session.starts_at),
            "time": clock(session.starts_at),
        }
        lines = [when(session.starts_at, session.ends_at, person.time_zone) + ".", str(opens)]
        if session.phone_number:
            lines.append(_("You can listen by phone: %(number)s") % {"number": session.phone_number})
        if minutes_before >= TESTS_IN_TIME:
            lines.append(device_test_line(person, session))
        action = _("Open the session")
        return Message(title=title, lines=lines, url=link_for(person, session), action=action)

    notify(kind=REMINDER, recipient=person, key=key, message=message, now=now)


def _testing(registration: Registration) -> Callable[[], str]:
    return lambda: device_test_line(registration.person, registration.session)


def _tell(
    expected: Expected,
    verb: str,
    title: str | Promise,
    lines: Sequence[_Line],
    *,
    method: str = "",
    actor: User | None,
    now: datetime,
    first: datetime | None = None,
    url: str = "",
) -> None:
    """`method`: with a file that puts the date in her calendar, or takes it away. `first`: another instant it is about,
    such as the time a session had before."""
    session, person = expected.session, expected.person

    def message() -> Message:
        file = Attachment(
            filename="invitation.ics",
            content_type=f"text/calendar; method={method}; charset=utf-8",
            content=calendar([session], person, method=method, now=now) if method else "",
        )
        return Message(
            title=str(title) % {"title": session.title},
            lines=[
                when(session.starts_at, session.ends_at, person.time_zone) + ".",
                *(str(line() if callable(line) else line) for line in lines),
            ],
            url=url or link_for(person, session),
            action=_("See the session"),
            attachments=[file] if method else [],
        )

    # The same person may register again after she gave her seat back: each time is told.
    about = expected.public_id if isinstance(expected, Registration) else f"{session.public_id}:staff"
    key = f"seminars:{verb}:{about}:{session.calendar_sequence}:{now:%Y%m%d%H%M%S%f}"
    near = min(session.starts_at, first or session.starts_at) - now <= NEAR
    may_wait = (actor is None or actor.pk != person.pk) and not near
    notify(kind=SESSION, recipient=person, key=key, message=message, actor=actor, now=now, may_wait=may_wait)
