"""Invitations, states, and the staff that follow."""

from datetime import UTC, datetime

import pytest

from lms.accounts.models import Invitation, User
from lms.programmes.enums import EnrolmentState
from lms.programmes.models import Enrolment, EnrolmentChange
from lms.programmes.services import (
    TRANSITIONS,
    InvitationRefused,
    StateRefused,
    activate_invited,
    change_state,
    complete_enrolment,
    invite_again,
    invite_learner,
    record_staff,
)
from tests.factories import CohortFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


def _invite(**changes: object) -> Enrolment:
    given = {
        "cohort": changes.pop("cohort", None) or CohortFactory(),
        "email": "Lina@Example.org ",
        "display_name": "Lina",
        "certificate_name": "Lina Aoun",
        "actor": UserFactory(),
        "now": NOW,
    }
    return invite_learner(**given | changes)  # type: ignore[arg-type]


def test_a_new_person_is_created_and_waits_for_her_invitation() -> None:
    enrolment = _invite()

    assert enrolment.state == EnrolmentState.PENDING
    assert enrolment.learner.email == "lina@example.org"
    assert enrolment.learner.certificate_name == "Lina Aoun"
    assert not enrolment.learner.has_usable_password()
    assert Invitation.objects.filter(user=enrolment.learner).count() == 1


def test_a_person_who_signs_in_is_in_training_at_once_and_keeps_her_names() -> None:
    known = UserFactory(email="lina@example.org", display_name="Lina A.")

    enrolment = _invite(display_name="Somebody else", certificate_name="Somebody Else")

    assert (enrolment.learner, enrolment.state) == (known, EnrolmentState.ACTIVE)
    known.refresh_from_db()
    assert (known.display_name, known.certificate_name) == ("Lina A.", "Lina A.")
    assert not Invitation.objects.exists()


def test_nobody_is_enrolled_twice_in_a_cohort_nor_while_suspended() -> None:
    first = _invite()
    UserFactory(email="sam@example.org", is_active=False)

    with pytest.raises(InvitationRefused) as twice:
        _invite(cohort=first.cohort)
    with pytest.raises(InvitationRefused) as suspended:
        _invite(cohort=first.cohort, email="sam@example.org")

    assert [twice.value.code, suspended.value.code] == ["already-enrolled", "person-suspended"]
    assert Enrolment.objects.count() == 1


def test_accepting_opens_every_enrolment_that_waited_and_no_other() -> None:
    waiting = _invite()
    person = waiting.learner
    second = _invite()
    withdrawn = EnrolmentFactory(learner=person, state=EnrolmentState.WITHDRAWN)
    stranger = EnrolmentFactory(state=EnrolmentState.PENDING)

    activate_invited(user=person, now=NOW)

    states = {row.pk: row.state for row in Enrolment.objects.all()}
    assert states[waiting.pk] == states[second.pk] == EnrolmentState.ACTIVE
    assert states[withdrawn.pk] == EnrolmentState.WITHDRAWN
    assert states[stranger.pk] == EnrolmentState.PENDING


def test_inviting_again_is_for_those_who_have_not_come() -> None:
    waiting = _invite()
    invite_again(enrolment=waiting, actor=UserFactory(), now=NOW)
    assert Invitation.objects.filter(user=waiting.learner).count() == 2

    with pytest.raises(InvitationRefused):
        invite_again(enrolment=EnrolmentFactory(), actor=UserFactory(), now=NOW)


@pytest.mark.parametrize("old", EnrolmentState)
@pytest.mark.parametrize("new", EnrolmentState)
def test_only_the_steps_of_the_table_are_taken(old: EnrolmentState, new: EnrolmentState) -> None:
    enrolment = EnrolmentFactory(state=old)
    actor = UserFactory()

    if new in TRANSITIONS[old]:
        change_state(enrolment=enrolment, state=new, reason="Because.", actor=actor, now=NOW)
        change = EnrolmentChange.objects.get()
        assert (change.old_state, change.new_state, change.actor, change.at) == (old, new, actor, NOW)
        expected = new
    else:
        with pytest.raises(StateRefused):
            change_state(enrolment=enrolment, state=new, reason="Because.", actor=actor, now=NOW)
        assert not EnrolmentChange.objects.exists()
        expected = old
    enrolment.refresh_from_db()
    assert enrolment.state == expected


def test_nothing_leaves_alumni() -> None:
    assert TRANSITIONS[EnrolmentState.ALUMNI] == ()
    assert Enrolment(state=EnrolmentState.ALUMNI).is_open


@pytest.mark.parametrize(
    ("old", "new", "needs"),
    [
        (EnrolmentState.ACTIVE, EnrolmentState.SUSPENDED, True),
        (EnrolmentState.ACTIVE, EnrolmentState.WITHDRAWN, True),
        (EnrolmentState.WITHDRAWN, EnrolmentState.ACTIVE, True),
        (EnrolmentState.COMPLETED, EnrolmentState.ACTIVE, True),
        (EnrolmentState.SUSPENDED, EnrolmentState.ACTIVE, False),
        (EnrolmentState.COMPLETED, EnrolmentState.ALUMNI, False),
    ],
)
def test_what_a_file_must_explain_needs_a_reason(old: EnrolmentState, new: EnrolmentState, needs: bool) -> None:
    enrolment = EnrolmentFactory(state=old)

    if needs:
        with pytest.raises(StateRefused) as refused:
            change_state(enrolment=enrolment, state=new, reason="  ", actor=None, now=NOW)
        assert refused.value.code == "no-reason"
    else:
        change_state(enrolment=enrolment, state=new, reason="", actor=None, now=NOW)


def test_closing_an_enrolment_changes_the_epoch_of_the_learner_alone() -> None:
    enrolment, other = EnrolmentFactory(), EnrolmentFactory()

    change_state(enrolment=enrolment, state=EnrolmentState.SUSPENDED, reason="Illness.", actor=None, now=NOW)

    assert User.objects.get(pk=enrolment.learner_id).authz_epoch == 1
    assert User.objects.get(pk=other.learner_id).authz_epoch == 0


def test_completing_twice_is_completing_once() -> None:
    enrolment = EnrolmentFactory()

    complete_enrolment(enrolment=enrolment, actor=None, now=NOW)
    complete_enrolment(enrolment=enrolment, actor=None, now=NOW)

    assert EnrolmentChange.objects.count() == 1
    assert enrolment.state == EnrolmentState.COMPLETED


def test_a_staff_role_starts_the_grace_and_losing_one_changes_the_epoch() -> None:
    given, taken = UserFactory(), UserFactory()

    record_staff(given=[given], taken=[taken], now=NOW)

    given.refresh_from_db()
    taken.refresh_from_db()
    assert (given.staff_since, taken.staff_since) == (NOW, None)
    assert (given.authz_epoch, taken.authz_epoch) == (0, 1)
