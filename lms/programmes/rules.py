"""Who may see which enrolment, which cohort."""

from typing import Any

from .models import Cohort, Enrolment
from .queries import roles_of


def can_follow_cohorts(user: Any) -> bool:
    """Whoever has a role that follows learners, even before there is a cohort to follow."""
    if not user.is_authenticated or not user.is_active:
        return False
    roles = roles_of(user)
    return bool(user.is_superuser or roles.partner_ids or roles.staffed_cohort_ids or roles.audited_funder_ids)


def can_see_cohort(user: Any, cohort: Cohort) -> bool:
    """Staff of the cohort, managers of its partner, auditors of its funder within their dates, administrators."""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_superuser:
        return True
    roles = roles_of(user)
    return (
        cohort.pk in roles.staffed_cohort_ids
        or cohort.partner_id in roles.partner_ids
        or (cohort.funder_id is not None and cohort.funder_id in roles.audited_funder_ids)
    )


def can_correct_hours(user: Any, enrolment: Enrolment) -> bool:
    """Those who answer for them: her coach, her partner's managers, administrators. Nobody corrects her own."""
    if enrolment.learner_id == user.pk or not can_see_cohort(user, enrolment.cohort):
        return False
    if user.is_superuser or enrolment.cohort.partner_id in roles_of(user).partner_ids:
        return True
    return enrolment.coach_id == user.pk and enrolment.cohort_id in roles_of(user).staffed_cohort_ids


def can_revoke_attestation(user: Any, enrolment: Enrolment) -> bool:
    """Those who answer for the paper: the managers of her partner, and administrators. Nobody revokes her own."""
    if not user.is_authenticated or not user.is_active or enrolment.learner_id == user.pk:
        return False
    return bool(user.is_superuser) or enrolment.cohort.partner_id in roles_of(user).partner_ids


def can_see_hours(user: Any, enrolment: Enrolment) -> bool:
    """The learner herself, and whoever may see her cohort."""
    if user.is_authenticated and user.is_active and enrolment.learner_id == user.pk:
        return True
    return can_see_cohort(user, enrolment.cohort)
