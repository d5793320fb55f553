"""What coaching tells people: its kinds of notification, and the words of each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coaching.enums import Mode
from coaching.invitations import CANCEL, PUBLISH, REQUEST, Date, calendar, place_words
from coaching.models import Appointment, Reminder, Seat, WaitingEntry
from coaching.queries.slots import Slot
from lms.accounts.models import User
from lms.accounts.zones import zone_label
from lms.kit.templatetags.kit import clock, day
from lms.notifications.registry import Kind, register
from lms.notifications.services import Attachment, Message, notify

GROUP = gettext_lazy("Appointments")
NEAR = timedelta(days=1)
"""What concerns a date nearer than this is told at night too."""
_LINK_SALT = "coaching.seat"

APPOINTMENT = register(
    Kind(
        code="coaching.appointment",
        label=gettext_lazy("an appointment is booked, moved or cancelled"),
        group=GROUP,
        is_urgent=True,
        may_be_refused=False,
    )
)
REMINDER = register(
    Kind(code="coaching.reminder", label=gettext_lazy("an appointment is near"), group=GROUP, is_urgent=True)
)
SLOT_FREE = register(
    Kind(
        code="coaching.slot_free",
        label=gettext_lazy("a moment I was waiting for is free"),
        group=GROUP,
        is_urgent=True,
    )
)


def when(appointment: Appointment | Seat | Slot, person: User) -> str:
    """“mardi 9 mars, de 14 h à 14 h 45 (heure de Paris)”, in the zone that is active, which is the reader's."""
    return _("%(day)s, from %(start)s to %(end)s (%(zone)s time)") % {
        "day": day(appointment.starts_at),
        "start": clock(appointment.starts_at),
        "end": clock(appointment.ends_at),
        "zone": zone_name(person),
    }


def zone_name(person: User) -> str:
    """The zone in one word, as people say it: “Paris”, “Martinique”."""
    return str(zone_label(person.time_zone)).split(",")[0]


def _moment(appointment: Appointment) -> dict[str, str]:
    """The day and the hour for a title: a list of news and a mailbox are read by their titles."""
    return {"day": day(appointment.starts_at), "time": clock(appointment.starts_at)}


def signed_seat(seat: Seat) -> str:
    """What the mail's link carries: the seat and a signature, so that one tap works without signing in."""
    return signing.Signer(salt=_LINK_SALT).sign(str(seat.public_id))


def seat_behind(signed: str) -> str | None:
    """The public id a mail's link was made for; None when it was tampered with."""
    try:
        return signing.Signer(salt=_LINK_SALT).unsign(signed)
    except signing.BadSignature:
        return None


def tell_booked(seats: Sequence[Seat], *, actor: User, now: datetime) -> None:
    """Learner and coach learn of one new appointment, or of a series in one message; each with the calendar file."""
    for person in _people(seats[0]):
        _tell(person, seats, "booked", _booked, method=REQUEST, actor=actor, now=now)


def tell_moved(seats: Sequence[Seat], *, before: Slot, actor: User, now: datetime) -> None:
    """Each learner of one appointment, and its coach once, learn of its new time."""
    appointment = seats[0].appointment

    def words(person: User, shown: Sequence[Seat]) -> tuple[str, list[str]]:
        return _("Appointment moved: %(day)s, %(time)s") % _moment(appointment), [
            _("New time: %(when)s.") % {"when": when(appointment, person)},
            _("It was %(when)s.") % {"when": when(before, person)},
            *_how(appointment, shown),
        ]

    for seat in seats:
        _tell(seat.learner, [seat], "moved", words, method=REQUEST, actor=actor, now=now, first=before.starts_at)
    _tell(appointment.coach, seats, "moved", words, method=REQUEST, actor=actor, now=now, first=before.starts_at)


def tell_cancelled(
    seats: Sequence[Seat],
    *,
    reason: str,
    actor: User,
    now: datetime,
    free: Mapping[int, Sequence[Slot]] | None = None,
) -> None:
    """Each learner of one appointment, and its coach once, learn that it is cancelled.

    `free`: by seat id, the next moments its learner reads that she could book instead.
    """
    appointment = seats[0].appointment

    def words(person: User, shown: Sequence[Seat]) -> tuple[str, list[str]]:
        lines = [_("The appointment of %(when)s will not take place.") % {"when": when(appointment, person)}]
        if reason:
            lines.append(_("Reason: %(reason)s") % {"reason": reason})
        offered = (free or {}).get(shown[0].pk, ()) if person.pk == shown[0].learner_id else ()
        if offered:
            lines.append(_("These moments are free. One tap is enough to book another one:"))
            lines += [f"– {when(slot, person)}" for slot in offered]
        return _("Appointment cancelled: %(day)s, %(time)s") % _moment(appointment), lines

    for seat in seats:
        _tell(seat.learner, [seat], "cancelled", words, method=CANCEL, actor=actor, now=now)
    # A group goes on without one of its people: its coach's calendar keeps it.
    method = REQUEST if appointment.is_live else CANCEL
    _tell(appointment.coach, seats, "cancelled", words, method=method, actor=actor, now=now)


def tell_series_cancelled(seats: Sequence[Seat], *, actor: User, now: datetime) -> None:
    """Learner and coach read in one message which dates of a series are given back."""

    def words(person: User, shown: Sequence[Seat]) -> tuple[str, list[str]]:
        title = ngettext("%(count)d appointment cancelled", "%(count)d appointments cancelled", len(shown))
        return title % {"count": len(shown)}, [f"– {when(seat, person)}" for seat in shown]

    for person in _people(seats[0]):
        _tell(person, seats, "cancelled", words, method=CANCEL, actor=actor, now=now)


def tell_reassigned(seat: Seat, *, former: User, actor: User, now: datetime) -> None:
    """The learner and the new coach get the new invitation, the former coach is told she is free."""

    def words(person: User, seats: Sequence[Seat]) -> tuple[str, list[str]]:
        return _("Another coach for your appointment"), [
            _("%(coach)s takes over from %(former)s.")
            % {"coach": seat.appointment.coach.get_full_name(), "former": former.get_full_name()},
            when(seat, person) + ".",
            *_how(seat.appointment, [seat]),
        ]

    for person in _people(seat):
        _tell(person, [seat], "reassigned", words, method=REQUEST, actor=actor, now=now)
    _tell(former, [seat], "reassigned", words, method=CANCEL, actor=actor, now=now)


def tell_proposed(seats: Sequence[Seat], *, actor: User, now: datetime) -> None:
    """The learner reads the moments her coach keeps for her; she answers with one tap."""

    def message() -> Message:
        learner = seats[0].learner
        return Message(
            title=ngettext("%(coach)s proposes an appointment", "%(coach)s proposes %(count)d moments", len(seats))
            % {"coach": seats[0].appointment.coach.get_full_name(), "count": len(seats)},
            lines=[
                *(f"– {when(seat, learner)}" for seat in seats),
                _("They are kept for you until %(day)s, %(time)s.")
                % {"day": day(seats[0].hold_expires_at), "time": clock(seats[0].hold_expires_at)},
            ],
            url=reverse("coaching:appointments"),
            action=_("Choose"),
        )

    notify(
        kind=APPOINTMENT,
        recipient=seats[0].learner,
        key=f"coaching:proposed:{seats[0].public_id}",
        message=message,
        actor=actor,
        now=now,
        may_wait=_may_wait(seats[0].learner, actor, seats[0].hold_expires_at or seats[0].starts_at, now),
    )


def tell_declined(seat: Seat, *, actor: User, now: datetime) -> None:
    def message() -> Message:
        return Message(
            title=_("%(learner)s cannot come at the time you proposed") % {"learner": seat.learner.get_full_name()},
            lines=[when(seat, coach) + "."],
            url="",
        )

    key = f"coaching:declined:{seat.public_id}"
    coach = seat.appointment.coach
    may_wait = _may_wait(coach, actor, seat.starts_at, now)
    notify(kind=APPOINTMENT, recipient=coach, key=key, message=message, actor=actor, now=now, may_wait=may_wait)


def tell_reminder(reminder: Reminder, seats: Sequence[Seat], now: datetime) -> None:
    appointment, person = reminder.appointment, reminder.person

    def message() -> Message:
        title = _("Reminder: %(day)s, %(time)s") % _moment(appointment)
        lines = [_with_whom(appointment, seats, person), when(appointment, person) + ".", *_how(appointment, seats)]
        url = reverse("coaching:appointment", args=[appointment.public_id])
        return Message(title=title, lines=lines, url=url, action=_("Open the appointment"))

    key = f"coaching:reminder:{appointment.public_id}:{appointment.sequence}:{reminder.minutes_before}"
    notify(kind=REMINDER, recipient=person, key=key, message=message, now=now)


def tell_slot_free(entry: WaitingEntry, slot: Slot, now: datetime) -> None:
    def message() -> Message:
        learner = entry.enrolment.learner
        title = _("An earlier moment is free") if entry.instead_of else _("A moment is free")
        lines = [
            _("With %(coach)s: %(when)s.") % {"coach": entry.coach.get_full_name(), "when": when(slot, learner)},
            _("It goes to whoever books first. Nothing changes until you choose."),
        ]
        return Message(title=title, lines=lines, url=reverse("coaching:appointments"), action=_("See this moment"))

    key = f"coaching:slot-free:{entry.public_id}:{now:%Y%m%d%H%M}"
    notify(kind=SLOT_FREE, recipient=entry.enrolment.learner, key=key, message=message, now=now)


type _Words = Callable[[User, Sequence[Seat]], tuple[str, list[str]]]


def _tell(
    person: User,
    seats: Sequence[Seat],
    verb: str,
    words: _Words,
    *,
    method: str,
    actor: User,
    now: datetime,
    first: datetime | None = None,
) -> None:
    """`first`: another instant it is about, such as the time an appointment had before."""
    appointment = seats[0].appointment
    dates = [seat.appointment.starts_at for seat in seats] + ([first] if first else [])

    def message() -> Message:
        title, lines = words(person, seats)
        is_learner = person.pk == seats[0].learner_id
        return Message(
            title=title,
            lines=[_with_whom(appointment, seats, person), *lines],
            url=_link(seats[0], is_learner=is_learner),
            action=_action(is_learner=is_learner, is_gone=method == CANCEL),
            attachments=_files(person, seats, method, now),
        )

    key = f"coaching:{verb}:{seats[0].public_id}:{appointment.sequence}"
    may_wait = _may_wait(person, actor, min(dates), now)
    notify(kind=APPOINTMENT, recipient=person, key=key, message=message, actor=actor, now=now, may_wait=may_wait)


def _may_wait(person: User, actor: User, first: datetime, now: datetime) -> bool:
    """Nobody is woken about a date that is far; whoever has just acted waits for an answer."""
    return person.pk != actor.pk and first - now > NEAR


def _files(person: User, seats: Sequence[Seat], method: str, now: datetime) -> list[Attachment]:
    """One file, but for several dates that are cancelled: a CANCEL speaks of one (RFC 5546, 3.2.5)."""
    if method != CANCEL:
        return [_file(person, seats, method, now)]
    by_date: dict[int, list[Seat]] = {}
    for seat in seats:
        by_date.setdefault(seat.appointment_id, []).append(seat)
    return [_file(person, of_one, method, now) for of_one in by_date.values()]


def _file(person: User, seats: Sequence[Seat], method: str, now: datetime) -> Attachment:
    """One invitation; the dates of a series travel together, which only PUBLISH allows."""
    appointments = list({seat.appointment_id: seat.appointment for seat in seats}.values())
    if len(appointments) > 1:
        method = PUBLISH
    elif person.pk == appointments[0].coach_id and appointments[0].capacity > 1:
        seats = list(appointments[0].seats.booked().select_related("learner")) or seats
    dates = [Date(row, [seat for seat in seats if seat.appointment_id == row.pk]) for row in appointments]
    content = calendar(dates, person, method=method, now=now)
    kind = f"text/calendar; method={method}; charset=utf-8"
    return Attachment(filename="invitation.ics", content_type=kind, content=content)


def _booked(person: User, seats: Sequence[Seat]) -> tuple[str, list[str]]:
    if len(seats) == 1:
        title = _("Appointment booked: %(day)s, %(time)s") % _moment(seats[0].appointment)
        return title, [when(seats[0], person) + ".", *_how(seats[0].appointment, seats)]
    title = ngettext("%(count)d appointment booked", "%(count)d appointments booked", len(seats)) % {
        "count": len(seats)
    }
    return title, [f"– {when(seat, person)}" for seat in seats]


def _link(seat: Seat, *, is_learner: bool) -> str:
    if is_learner:
        return reverse("coaching:mail-link", args=[signed_seat(seat)])
    return reverse("coaching:appointment", args=[seat.appointment.public_id])


def _action(*, is_learner: bool, is_gone: bool) -> str:
    if not is_learner:
        return _("See the appointment")
    return _("Choose another moment") if is_gone else _("See, move or cancel")


def _with_whom(appointment: Appointment, seats: Sequence[Seat], person: User) -> str:
    names = ", ".join(dict.fromkeys(seat.learner.get_full_name() for seat in seats))
    other = names if person.pk == appointment.coach_id else appointment.coach.get_full_name()
    return _("%(kind)s with %(person)s.") % {"kind": appointment.kind, "person": other}


def _how(appointment: Appointment, seats: Sequence[Seat]) -> list[str]:
    """How and where: “In person: Médiathèque, 3 rue…”, then how to get in. The button leads to a room: no address."""
    if appointment.mode == Mode.ONLINE:
        return [_("By video. The room opens ten minutes before.")]
    lines = [
        _("%(how)s: %(where)s") % {"how": appointment.get_mode_display(), "where": place_words(appointment, seats)}
    ]
    if appointment.place is not None and appointment.place.access:
        lines.append(appointment.place.access)
    return lines


def _people(seat: Seat) -> tuple[User, User]:
    return seat.learner, seat.appointment.coach
