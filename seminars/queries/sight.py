"""Which sessions a person sees, and as what: the one place that decides it, for pages, feeds, mails and sockets."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from lms.programmes.enums import EnrolmentState
from lms.programmes.models import Enrolment
from lms.programmes.queries import roles_of
from seminars.enums import Audience, RegistrationState, RoomRole, SessionState
from seminars.models import LiveSession, Registration, Removal, SessionStaff


def sessions_seen_by(user: Any) -> QuerySet[LiveSession]:
    """Every session whose page this person may open; drafts only for those who run them."""
    if not (user.is_authenticated and user.is_active):
        return LiveSession.objects.none()
    return LiveSession.objects.filter(sight(user))


def follows_seminars(user: Any) -> bool:
    """Whether the navigation leads her there: learners and alumni, their coaches, their partners' managers. Whoever
    runs a session without any such role is led there by her home: no page asks the database for it."""
    roles = roles_of(user)
    return bool(roles.is_learner or roles.staffed_cohort_ids or roles.partner_ids or user.is_superuser)


def sight(user: Any) -> Q:
    """What of the sessions somebody sees, as a condition on them."""
    runs = runs_condition(user)
    if user.is_superuser:
        return runs
    roles = roles_of(user)
    open_ones = [enrolment for enrolment in roles.enrolments if enrolment.is_open]
    belongs = bool(open_ones or roles.staffed_cohort_ids or roles.partner_ids or roles.is_moderator or roles.is_editor)
    shown = ~Q(state=SessionState.DRAFT)
    audience = Q(audience=Audience.ACADEMY) if belongs else Q(pk__in=[])
    audience |= Q(audience=Audience.PUBLIC) if belongs else Q(pk__in=[])
    cohort_ids = {enrolment.cohort_id for enrolment in open_ones} | roles.staffed_cohort_ids
    audience |= Q(audience=Audience.COHORT, cohort__in=cohort_ids)
    audience |= Q(audience=Audience.TRACK, track__in={enrolment.cohort.track_id for enrolment in open_ones})
    partner_ids = {enrolment.cohort.partner_id for enrolment in open_ones} | roles.partner_ids
    audience |= Q(audience=Audience.PARTNER, partner__in=partner_ids)
    if any(enrolment.state == EnrolmentState.ALUMNI for enrolment in open_ones):
        audience |= Q(audience=Audience.ALUMNI)
    registered = Registration.objects.filter(session=OuterRef("pk"), person=user).exclude(
        state=RegistrationState.CANCELLED
    )
    return runs | (shown & (audience | Q(Exists(registered))))


def runs_condition(user: Any) -> Q:
    """The sessions that somebody runs, as a condition: named in their staff, of a partner she manages, or all."""
    if user.is_superuser:
        return Q(pk__isnull=False)
    staffed = Exists(SessionStaff.objects.filter(session=OuterRef("pk"), person=user))
    return Q(staffed) | Q(partner__in=roles_of(user).partner_ids)


def role_in(user: Any, session: LiveSession) -> RoomRole | None:
    """What somebody is in the room of a session; None where she does not come in. One query or two."""
    if not (user.is_authenticated and user.is_active):
        return None
    if Removal.objects.filter(session=session, person=user, lifted_at=None).exists():
        return None
    named = SessionStaff.objects.filter(session=session, person=user).values_list("role", flat=True).first()
    if named:
        return RoomRole(named)
    if user.is_superuser or (session.partner_id and session.partner_id in roles_of(user).partner_ids):
        return RoomRole.HOST
    registered = Registration.objects.filter(session=session, person=user, state=RegistrationState.REGISTERED).exists()
    return RoomRole.PARTICIPANT if registered else None


def enrolment_for(user: Any, session: LiveSession) -> Enrolment | None:
    """The contract that somebody's hours at a session belong to: that of its cohort or track, else her current one."""
    open_ones = [one for one in roles_of(user).enrolments if one.is_open]
    if session.cohort_id:
        return next((one for one in open_ones if one.cohort_id == session.cohort_id), None)
    if session.track_id:
        open_ones = [one for one in open_ones if one.cohort.track_id == session.track_id]
    in_training = [one for one in open_ones if one.state == EnrolmentState.ACTIVE]
    return next(iter(in_training or open_ones), None)
