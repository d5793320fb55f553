"""What changes in a training contract: inviting a learner, moving her enrolment from state to state, naming staff."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User
from lms.accounts.services import find_or_create_person, invite, note_staff_role, revoke_rights
from lms.kit.errors import DomainError

from .enums import EnrolmentState
from .models import Cohort, Enrolment, EnrolmentChange
from .registry import state_changed

# From a state, the states it may become. Alumni is for ever: access never ends, so nothing leaves it, not even by
# correction; who trains again gets another enrolment. A completion noted by mistake is corrected before that.
TRANSITIONS: dict[str, tuple[EnrolmentState, ...]] = {
    EnrolmentState.PENDING: (EnrolmentState.ACTIVE, EnrolmentState.WITHDRAWN),
    EnrolmentState.ACTIVE: (EnrolmentState.SUSPENDED, EnrolmentState.COMPLETED, EnrolmentState.WITHDRAWN),
    EnrolmentState.SUSPENDED: (EnrolmentState.ACTIVE, EnrolmentState.WITHDRAWN),
    EnrolmentState.COMPLETED: (EnrolmentState.ALUMNI, EnrolmentState.ACTIVE),
    EnrolmentState.WITHDRAWN: (EnrolmentState.ACTIVE,),
    EnrolmentState.ALUMNI: (),
}
# Steps a file must be able to explain years later.
_NEEDS_REASON = {
    (EnrolmentState.COMPLETED, EnrolmentState.ACTIVE),
    (EnrolmentState.WITHDRAWN, EnrolmentState.ACTIVE),
}
_STATES_WITH_REASON = {EnrolmentState.SUSPENDED, EnrolmentState.WITHDRAWN}


class StateRefused(DomainError):
    """The enrolment stays as it is: `no-such-step`, `no-reason`."""


class InvitationRefused(DomainError):
    """Nobody was invited: `already-enrolled`, `person-suspended`, `already-in`."""


def invite_learner(
    *, cohort: Cohort, email: str, display_name: str, certificate_name: str, actor: User, now: datetime
) -> Enrolment:
    """Enrol a person in a cohort, and send her an invitation when she has no way in yet.

    Creates the person if nobody has this address. A person who already signs in is in training at once, and keeps
    the names she has: an invitation never renames anybody.

    Raises:
        InvitationRefused: she is already in this cohort, or her account is suspended.
    """
    with transaction.atomic():
        learner, _new = find_or_create_person(
            email=email,
            display_name=display_name,
            certificate_name=certificate_name,
            language=settings.LANGUAGE_CODE,
        )
        if not learner.is_active:
            raise InvitationRefused(
                "person-suspended", _("This person’s account is suspended. An administrator can open it again.")
            )
        try:
            with transaction.atomic():
                enrolment = Enrolment.objects.create(
                    learner=learner,
                    cohort=cohort,
                    state=EnrolmentState.ACTIVE if learner.has_arrived else EnrolmentState.PENDING,
                    enrolled_at=now,
                    state_changed_at=now,
                )
        except IntegrityError as error:
            raise InvitationRefused("already-enrolled", _("This person is already in this cohort.")) from error
        if not learner.has_arrived:
            invite(user=learner, actor=actor, now=now)
    return enrolment


def invite_again(*, enrolment: Enrolment, actor: User, now: datetime) -> None:
    """Send a new invitation to somebody who has not answered the first.

    Raises:
        InvitationRefused: she is already in.
    """
    if enrolment.state != EnrolmentState.PENDING:
        raise InvitationRefused("already-in", _("This person has already accepted their invitation."))
    invite(user=enrolment.learner, actor=actor, now=now)


def activate_invited(*, user: User, now: datetime) -> None:
    """Open every enrolment that waited for this person to accept her invitation."""
    for enrolment in Enrolment.objects.filter(learner=user, state=EnrolmentState.PENDING):
        change_state(enrolment=enrolment, state=EnrolmentState.ACTIVE, reason="", actor=user, now=now)


def complete_enrolment(*, enrolment: Enrolment, actor: User | None, now: datetime) -> Enrolment:
    """Note the end of the training of somebody in training; a second call changes nothing.

    Raises:
        StateRefused: she is not in training.
    """
    if enrolment.state in (EnrolmentState.COMPLETED, EnrolmentState.ALUMNI):
        return enrolment
    return change_state(enrolment=enrolment, state=EnrolmentState.COMPLETED, reason="", actor=actor, now=now)


def change_state(
    *, enrolment: Enrolment, state: EnrolmentState, reason: str, actor: User | None, now: datetime
) -> Enrolment:
    """Move an enrolment to `state` and write who did it, when and why; `actor` is None when the academy itself does.

    Closing states (paused, withdrawn) close open sockets too. Hours, progress and attestations are never touched.

    Raises:
        StateRefused: no such step from the present state (see `TRANSITIONS`); a reason is missing.
    """
    reason = reason.strip()
    with transaction.atomic():
        kept = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
        old = EnrolmentState(kept.state)
        if state not in TRANSITIONS[old]:
            raise StateRefused(
                "no-such-step",
                _("An enrolment cannot go from “%(old)s” to “%(new)s”.") % {"old": old.label, "new": state.label},
            )
        if not reason and (state in _STATES_WITH_REASON or (old, state) in _NEEDS_REASON):
            raise StateRefused("no-reason", _("Say why, in one sentence: it is kept in the learner’s file."))
        kept.state = state
        kept.state_changed_at = now
        kept.save(update_fields=["state", "state_changed_at"])
        EnrolmentChange.objects.create(
            enrolment=kept, old_state=old, new_state=state, reason=reason, actor=actor, at=now
        )
        if not kept.is_open:
            revoke_rights(user=kept.learner)
        state_changed(enrolment=kept, old=old, new=state, actor=actor, now=now)
    enrolment.state, enrolment.state_changed_at = kept.state, kept.state_changed_at
    return enrolment


def record_staff(*, given: Iterable[User], taken: Iterable[User], now: datetime) -> None:
    """Follow up a change of roles that see other people's data, already saved by its form.

    Those who received one start their second-factor grace; for those who lost one, open sockets close.
    """
    for person in given:
        note_staff_role(user=person, now=now)
    for person in taken:
        revoke_rights(user=person)


def set_weekly_goal(*, enrolment: Enrolment, minutes: int) -> None:
    """Remember how many minutes a week the learner wants to give; 0 is no goal. Changes nothing else."""
    enrolment.weekly_goal_minutes = minutes
    enrolment.save(update_fields=["weekly_goal_minutes"])
