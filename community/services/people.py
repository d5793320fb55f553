"""What people show of themselves, whom they want to hear from, the welcome of alumni and the question of each year."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from community.departments import NAMES
from community.models import Block, Profile
from community.people_notices import ask_still_there, tell_welcome
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.programmes.enums import EnrolmentState
from lms.programmes.models import Enrolment

YEAR = timedelta(days=365)
ASKED_AT_ONCE = 100
"""People asked in one minute at most."""


class PeopleRefused(DomainError):
    """Nothing changes: `oneself`, `no-place`."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows in the directory; `department` is a code, or empty."""

    is_listed: bool
    department: str
    about: str
    helps_with: str
    is_mentor: bool
    takes_messages: bool


def show_profile(*, person: User, shown: Shown, now: datetime) -> Profile:
    """Keep what she shows. Whoever fills this in is still there: she is asked again in a year.

    Raises:
        PeopleRefused: `no-place`: the department does not exist.
    """
    if shown.department and shown.department not in NAMES:
        raise PeopleRefused("no-place", _("Choose a department of the list."))
    with transaction.atomic():
        profile = _locked_profile(person)
        profile.is_listed = shown.is_listed
        profile.department = shown.department
        profile.about = " ".join(shown.about.split())
        profile.helps_with = " ".join(shown.helps_with.split())
        profile.is_mentor = shown.is_mentor
        profile.takes_messages = shown.takes_messages
        profile.still_there_at = now
        profile.save()
    return profile


def confirm_still_there(*, person: User, now: datetime) -> Profile:
    """She says that what she shows is right; twice is once."""
    with transaction.atomic():
        profile = _locked_profile(person)
        profile.still_there_at = now
        profile.save(update_fields=["still_there_at"])
    return profile


def block(*, person: User, blocked: User, now: datetime) -> None:
    """`person` hears nothing more from `blocked`, who is not told. Twice is once.

    Raises:
        PeopleRefused: `oneself`.
    """
    if person.pk == blocked.pk:
        raise PeopleRefused("oneself", _("You cannot block yourself."))
    Block.objects.get_or_create(person=person, blocked=blocked, defaults={"at": now})


def unblock(*, person: User, blocked: User) -> None:
    Block.objects.filter(person=person, blocked=blocked).delete()


def welcome_alumni(
    *, enrolment: Enrolment, old: EnrolmentState, new: EnrolmentState, actor: User | None, now: datetime
) -> None:
    """Whoever becomes one of the alumni is welcomed, the first time; in the transaction that makes her one."""
    if new != EnrolmentState.ALUMNI:
        return
    with transaction.atomic():
        profile = _locked_profile(enrolment.learner)
        if profile.welcomed_as_alumni_at is not None:
            return
        profile.welcomed_as_alumni_at = now
        profile.save(update_fields=["welcomed_as_alumni_at"])
        tell_welcome(enrolment.learner, now=now)


def sweep_still_there(now: datetime) -> int:
    """Ask alumni of whom nothing was heard for a year; never again before a year has passed. Nothing else depends on
    the answer. Returns how many were asked."""
    long_ago = now - YEAR
    became = Enrolment.objects.filter(
        state=EnrolmentState.ALUMNI, state_changed_at__lte=long_ago, learner__is_active=True
    )
    quiet = [_not_since(long_ago, name) for name in ("welcomed_as_alumni_at", "asked_still_there_at", "still_there_at")]
    asked = 0
    due = became.filter(*quiet).order_by().values_list("learner", flat=True).distinct()
    for person in User.objects.filter(pk__in=list(due[:ASKED_AT_ONCE])):
        with transaction.atomic():
            profile = _locked_profile(person)
            if profile.asked_still_there_at is not None and profile.asked_still_there_at > long_ago:
                continue
            profile.asked_still_there_at = now
            profile.save(update_fields=["asked_still_there_at"])
            ask_still_there(person, now=now)
            asked += 1
    return asked


def _not_since(moment: datetime, name: str) -> Q:
    """No such date in her profile, or one before `moment`."""
    column = f"learner__profile__{name}"
    return Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__lte": moment})


def _locked_profile(person: User) -> Profile:
    Profile.objects.get_or_create(person=person)
    return Profile.objects.select_for_update().get(person=person)
