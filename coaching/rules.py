"""Who may see, book, change and join an appointment."""

from datetime import datetime, timedelta
from typing import Any

from coaching.enums import SignerRole
from coaching.models import Appointment, AppointmentKind, CoachingReport, Diary, FollowUpTask, Seat
from coaching.queries.appointments import seats_seen_by
from coaching.queries.coaches import coached_cohort_ids, coaches_cohort
from lms.programmes.enums import EnrolmentState
from lms.programmes.models import Enrolment
from lms.programmes.queries import roles_of

UNDO = timedelta(minutes=10)
"""How long a booking may be taken back whatever the deadline: a slip of the finger costs nothing."""


def can_book(user: Any, enrolment: Enrolment) -> bool:
    """A learner books for herself while her enrolment is open, alumni included."""
    return bool(user.is_active) and enrolment.learner_id == user.pk and enrolment.is_open


def can_book_for(user: Any, enrolment: Enrolment) -> bool:
    """On a learner's behalf: her coaches, the managers of her partner, administrators."""
    if not user.is_authenticated or not user.is_active:
        return False
    return bool(user.is_superuser) or is_coach_of(user, enrolment) or enrolment.cohort.partner_id in _managed(user)


def is_coach_of(user: Any, enrolment: Enrolment) -> bool:
    """Her own coach, or a coach of her cohort."""
    return enrolment.coach_id == user.pk or coaches_cohort(user, enrolment.cohort_id)


def can_book_kind(kind: AppointmentKind, enrolment: Enrolment) -> bool:
    """The kind is offered to her partner, and to people where she stands: in training, or alumni."""
    offered = kind.is_active and kind.partner_id in (None, enrolment.cohort.partner_id)
    return offered and (kind.for_alumni if enrolment.state == EnrolmentState.ALUMNI else kind.for_learners)


def can_see_appointment(user: Any, appointment: Appointment) -> bool:
    """Its coach, those who sit or sat in it, and whoever follows one of them; what each reads of it differs."""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_superuser or appointment.coach_id == user.pk:
        return True
    return seats_seen_by(user).filter(appointment=appointment).exists()


def can_run_appointment(user: Any, appointment: Appointment) -> bool:
    """Move, cancel or give to another coach, at any time: its coach, the managers of a learner's partner."""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_superuser or appointment.coach_id == user.pk:
        return True
    partners = _managed(user)
    return bool(partners) and appointment.seats.filter(enrolment__cohort__partner_id__in=partners).exists()


def can_join_appointment(user: Any, appointment: Appointment) -> bool:
    """Enter its room: its coach and the learners who have a seat, nobody else, administrators included."""
    if not user.is_authenticated or not user.is_active or not appointment.is_live:
        return False
    return (
        appointment.coach_id == user.pk
        or appointment.seats.booked().filter(learner=user, enrolment__state__in=Enrolment.OPEN_STATES).exists()
    )


def can_read_topic(user: Any, seat: Seat) -> bool:
    """What a learner wants to talk about is between her and the coach of the appointment."""
    return user.pk in (seat.learner_id, seat.appointment.coach_id)


def can_change_seat(seat: Seat, diary: Diary | None, now: datetime) -> bool:
    """A learner moves or cancels until the diary's deadline, and takes a fresh booking back until it starts."""
    if now >= seat.starts_at or not seat.enrolment.is_open:
        return False
    deadline = seat.starts_at - timedelta(minutes=diary.change_deadline if diary else 0)
    return now <= deadline or now <= seat.booked_at + UNDO


def _managed(user: Any) -> set[int]:
    partner_ids: set[int] = roles_of(user).partner_ids
    return partner_ids


# --- The record -------------------------------------------------------------------------------------------------------


def can_follow(user: Any, enrolment: Enrolment) -> bool:
    """Open a learner's page: those who coach her."""
    return bool(user.is_authenticated and user.is_active and is_coach_of(user, enrolment))


def can_write_report(user: Any, seat: Seat) -> bool:
    """The coach of the appointment, and the learner's other coaches, who may have to finish it."""
    if not user.is_authenticated or not user.is_active:
        return False
    return seat.appointment.coach_id == user.pk or is_coach_of(user, seat.enrolment)


def can_read_report(user: Any, report: CoachingReport) -> bool:
    """Its words: whoever may write it, and the learner once it is shared. Not managers, not auditors."""
    if user.is_authenticated and user.is_active and report.seat.learner_id == user.pk:
        return report.is_shared
    return can_write_report(user, report.seat)


def can_see_next_step(user: Any, report: CoachingReport) -> bool:
    """Those who read it, and managers of the learner's partner, who follow up without the words."""
    if can_read_report(user, report):
        return True
    if report.seat.learner_id == user.pk or not user.is_active:
        return False
    return bool(user.is_superuser) or report.seat.enrolment.cohort.partner_id in _managed(user)


def can_see_report(user: Any, report: CoachingReport) -> bool:
    """That it exists: date, minutes, presence, signatures; auditors too. Not the learner while it is not shared."""
    if report.seat.learner_id == user.pk:
        return can_read_report(user, report)
    return seats_seen_by(user).filter(pk=report.seat_id).exists()


def signs_as(user: Any, report: CoachingReport) -> SignerRole | None:
    """In which role `user` signs this report; None for whoever was not at the appointment."""
    if report.seat.learner_id == user.pk and report.is_shared:
        return SignerRole.LEARNER
    return SignerRole.COACH if report.seat.appointment.coach_id == user.pk else None


def can_tick_task(user: Any, task: FollowUpTask) -> bool:
    """The learner ticks hers; a coach ticks anyone's."""
    if task.enrolment.learner_id == user.pk:
        return bool(user.is_active) and task.owner == SignerRole.LEARNER
    return can_follow(user, task.enrolment)


def can_see_load(user: Any) -> bool:
    """How much each coach carries: managers of a partner, administrators."""
    return bool(user.is_authenticated and user.is_active and (user.is_superuser or _managed(user)))


def can_use_desk(user: Any) -> bool:
    """Whoever coaches somebody, by name or as a coach of a cohort."""
    if not user.is_authenticated or not user.is_active:
        return False
    return bool(coached_cohort_ids(user)) or Enrolment.objects.filter(coach=user).exists()
