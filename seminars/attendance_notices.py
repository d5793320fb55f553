"""What attendance tells people: to coaches, who was late, left early or did not come; to all there, that they sign."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lms.accounts.models import User
from lms.kit.templatetags.kit import clock, day
from lms.notifications.registry import Kind, register
from lms.notifications.services import Message, notify
from lms.programmes.enums import CohortRole, EnrolmentState
from lms.programmes.models import CohortStaff, Enrolment
from seminars.enums import AttendanceVerdict
from seminars.models import LiveSession
from seminars.presence import HalfDayPart
from seminars.queries.attendance import Attendee, halves_to_sign, last_moment_to_sign, trainers_of

ATTENDANCE = register(
    Kind(
        code="seminars.attendance",
        label=gettext_lazy("who was late, left early or did not come to a seminar"),
        group=gettext_lazy("Seminars"),
    )
)
SIGNATURE = register(
    Kind(
        code="seminars.signature",
        label=gettext_lazy("a seminar I attended, or ran, is to be signed"),
        group=gettext_lazy("Seminars"),
    )
)


def tell_coaches(session: LiveSession, settled: Sequence[Attendee], *, now: datetime) -> None:
    """One message to each coach, about her own learners in training; none where all was as it should be."""
    trained = [one for one in settled if one.enrolment is not None and one.enrolment.state == EnrolmentState.ACTIVE]
    by_coach: dict[User, list[Attendee]] = {}
    for one, coaches in _with_coaches([one for one in trained if is_worth_a_word(one)]):
        for coach in coaches:
            by_coach.setdefault(coach, []).append(one)
    for coach, people in by_coach.items():
        _tell_coach(coach, session, people, now)


def tell_to_sign(
    session: LiveSession, people: Sequence[Attendee], parts: Sequence[HalfDayPart], *, now: datetime
) -> None:
    """Those who were there in one of these half-days, whose funder asks for a signature, and who have not given it."""

    def message() -> Message:
        return Message(
            title=_("Sign your attendance"),
            lines=[
                _("You attended “%(title)s”: %(when)s.") % {"title": session.title, "when": _named(parts)},
                _("Your funder asks for your signature. One tap is enough, until %(day)s, %(time)s.")
                % {"day": day(last_moment), "time": clock(last_moment)},
            ],
            url=reverse("seminars:my-attendance", args=[session.public_id]),
            action=_("Sign"),
        )

    last_moment = last_moment_to_sign(session)
    for one in people:
        unsigned = any(half.part in parts for half in one.unsigned)
        if one.needs_signature and unsigned and last_moment > now:
            key = f"seminars:sign:{session.public_id}:{_key(parts)}"
            notify(kind=SIGNATURE, recipient=one.person, key=key, message=message, now=now)


def tell_trainers_to_sign(session: LiveSession, parts: Sequence[HalfDayPart], *, now: datetime) -> None:
    """Those who ran it and have not signed one of these half-days."""

    def message() -> Message:
        return Message(
            title=_("Sign the attendance sheet"),
            lines=[
                _("You ran “%(title)s”: %(when)s.") % {"title": session.title, "when": _named(parts)},
                _("The sheet asks for your signature beside that of the learners, until %(day)s, %(time)s.")
                % {"day": day(last_moment), "time": clock(last_moment)},
            ],
            url=reverse("seminars:attendance", args=[session.public_id]),
            action=_("Sign"),
        )

    last_moment = last_moment_to_sign(session)
    asked = [part for part in halves_to_sign(session, now) if part in parts]
    for trainer in trainers_of(session):
        if trainer.person.is_active and any(half.part in asked and half.signature is None for half in trainer.halves):
            key = f"seminars:sign-as-trainer:{session.public_id}:{_key(parts)}"
            notify(kind=SIGNATURE, recipient=trainer.person, key=key, message=message, now=now)


def _named(parts: Sequence[HalfDayPart]) -> str:
    """“mardi 10 mars (matin), mardi 10 mars (après-midi)”."""
    return ", ".join(f"{day(part.day)} ({part.half.label.lower()})" for part in parts)


def _key(parts: Sequence[HalfDayPart]) -> str:
    """The last one is asked for once, with whatever was not asked for before."""
    return f"{parts[-1].day}:{parts[-1].half}"


def is_worth_a_word(one: Attendee) -> bool:
    return one.verdict != AttendanceVerdict.ATTENDED or one.is_late or one.left_early


def _tell_coach(coach: User, session: LiveSession, people: list[Attendee], now: datetime) -> None:
    def message() -> Message:
        count = len(people)
        return Message(
            title=ngettext(
                "Seminar of %(day)s: one person to look at", "Seminar of %(day)s: %(count)d people to look at", count
            )
            % {"day": day(session.starts_at), "count": count},
            lines=[_("“%(title)s”") % {"title": session.title}, *(line_about(one) for one in people)],
            url=reverse("seminars:attendance", args=[session.public_id]),
            action=_("See the attendance"),
        )

    notify(kind=ATTENDANCE, recipient=coach, key=f"seminars:attendance:{session.public_id}", message=message, now=now)


def line_about(one: Attendee) -> str:
    """“Lina Diallo: arrived at 18 h 12, left at 18 h 40.”, in the reader's language and zone."""
    name = one.person.get_full_name()
    if one.verdict == AttendanceVerdict.ABSENT:
        return _("%(name)s: absent.") % {"name": name}
    words = []
    if one.is_late:
        words.append(_("arrived at %(time)s") % {"time": clock(one.presence.first_in)})
    if one.left_early and one.presence.ends_uncertain:
        words.append(_("seen for the last time at %(time)s") % {"time": clock(one.presence.last_out)})
    elif one.left_early:
        words.append(_("left at %(time)s") % {"time": clock(one.presence.last_out)})
    if not words:
        words.append(_("there for %(minutes)d min in all") % {"minutes": one.present_minutes})
    return _("%(name)s: %(what)s.") % {"name": name, "what": ", ".join(words)}


def _with_coaches(people: Iterable[Attendee]) -> list[tuple[Attendee, list[User]]]:
    """With each, her own coach; else the coaches of her cohort."""
    rows = [(one, one.enrolment) for one in people]
    cohort_ids = {enrolment.cohort_id for _one, enrolment in rows if enrolment and enrolment.coach_id is None}
    staff = CohortStaff.objects.filter(cohort__in=cohort_ids, role=CohortRole.COACH, user__is_active=True)
    by_cohort: dict[int, list[User]] = {}
    for row in staff.select_related("user"):
        by_cohort.setdefault(row.cohort_id, []).append(row.user)

    def coaches(enrolment: Enrolment | None) -> list[User]:
        if enrolment is None:
            return []
        return [enrolment.coach] if enrolment.coach else by_cohort.get(enrolment.cohort_id, [])

    return [(one, coaches(enrolment)) for one, enrolment in rows]
