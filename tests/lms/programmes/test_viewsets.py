"""Wagtail's admin of a programme: a manager among her own records, and nothing else of anybody's."""

import csv
import io
import itertools
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lms.accounts.models import Invitation, User
from lms.programmes.enums import CohortRole, EnrolmentState
from lms.programmes.models import AuditAccess, Cohort, CohortStaff, Enrolment, EnrolmentChange
from tests.factories import CohortStaffFactory, PartnerMembershipFactory, UserFactory
from tests.world import Side, World, client_for


def _cohort_data(side: Side, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Automne",
        "partner": side.partner.pk,
        "track": side.content.track.pk,
        "starts_on": "2026-09-01",
        "ends_on": "2026-12-20",
        "staff-TOTAL_FORMS": "0",
        "staff-INITIAL_FORMS": "0",
        "staff-MIN_NUM_FORMS": "0",
        "staff-MAX_NUM_FORMS": "1000",
        **changes,
    }


def _staff_data(user: User, **changes: Any) -> dict[str, Any]:
    return {
        "staff-TOTAL_FORMS": "1",
        "staff-0-user": user.pk,
        "staff-0-role": CohortRole.COACH,
        "staff-0-delay": "",
        "staff-0-id": "",
        **changes,
    }


@pytest.fixture
def manager(world: World) -> Client:
    return client_for(world.a.manager)


@pytest.fixture
def administrator(world: World) -> Client:
    return client_for(world.administrator)


# --- What is seen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cohort", "enrolment"])
@pytest.mark.parametrize("query", ["", "?export=csv", "?q=CANARY"])
def test_lists_and_exports_hold_her_own_rows_only(world: World, manager: Client, name: str, query: str) -> None:
    response = manager.get(reverse(f"{name}:index") + query)

    content = response.getvalue() if response.streaming else response.content
    assert b"CANARY-A" in content
    assert b"CANARY-B" not in content


def test_the_administrator_sees_both(world: World, administrator: Client) -> None:
    content = administrator.get(reverse("cohort:index")).content

    assert b"CANARY-A" in content
    assert b"CANARY-B" in content


def test_no_cell_of_an_export_is_a_formula(world: World, manager: Client) -> None:
    User.objects.filter(pk=world.a.learner.pk).update(display_name="=cmd|' /C calc'!A0")

    response = manager.get(reverse("enrolment:index") + "?export=csv")

    rows = list(csv.reader(io.StringIO(response.getvalue().decode())))
    cells = [cell for row in rows for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("action", ["edit", "inspect", "delete", "history", "history_results", "usage"])
def test_the_other_partner_s_cohort_does_not_exist(world: World, manager: Client, action: str) -> None:
    foreign = manager.get(reverse(f"cohort:{action}", args=[world.b.cohort.pk]))
    unknown = manager.get(reverse(f"cohort:{action}", args=[999_999]))

    assert foreign.status_code == unknown.status_code == 404


@pytest.mark.parametrize("name", ["partner", "funder", "hoststructure", "certification", "track", "trainingprovider"])
def test_what_administrators_run_is_closed_to_managers(world: World, manager: Client, name: str) -> None:
    response = manager.get(reverse(f"{name}:index"))

    assert response.status_code == 302
    assert response["Location"] == reverse("wagtailadmin_home")


def test_filters_name_her_own_cohorts_only(world: World, manager: Client) -> None:
    content = manager.get(reverse("enrolment:index")).content.decode()

    assert f'value="{world.a.cohort.pk}"' in content
    assert "CANARY-B-cohort" not in content


# --- Choosers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cohort_chooser", "host_structure_chooser", "person_chooser"])
def test_choosers_offer_her_own_only(world: World, manager: Client, name: str) -> None:
    for view in ("choose", "choose_results"):
        content = manager.get(reverse(f"{name}:{view}"), {"q": "canary"}).content
        assert b"CANARY-A" in content
        assert b"CANARY-B" not in content


def test_a_foreign_id_is_not_chosen(world: World, manager: Client) -> None:
    for name, row in [
        ("cohort_chooser", world.b.cohort),
        ("host_structure_chooser", world.b.host),
        ("person_chooser", world.b.coach),
    ]:
        assert manager.get(reverse(f"{name}:chosen", args=[row.pk])).status_code == 404
        several = manager.get(reverse(f"{name}:chosen_multiple"), {"id": [row.pk]})
        assert several.json()["result"] == []
    for address in (reverse("cohortcoaching:add"), reverse("enrolment:edit", args=[world.a.pending_enrolment.pk])):
        refused = manager.post(address, {"cohort": "x", "coach": "x", "host_structure": "\x00"})
        assert refused.status_code == 200


def test_choosers_give_nothing_to_editors(world: World) -> None:
    editor = client_for(world.editor)

    for name in ("cohort_chooser", "host_structure_chooser", "person_chooser", "track_chooser"):
        assert b"CANARY" not in editor.get(reverse(f"{name}:choose")).content
        assert b"Parcours" not in editor.get(reverse(f"{name}:choose")).content


# --- Cohorts ----------------------------------------------------------------------------------------------------------


def test_a_manager_opens_a_cohort_for_her_partner_whatever_she_posts(world: World, manager: Client) -> None:
    data = _cohort_data(world.b, track=world.a.content.track.pk, funder=world.b.funder.pk)

    response = manager.post(reverse("cohort:add"), data)

    assert response.status_code == 302, response.context["form"].errors
    cohort = Cohort.objects.get(name="Automne")
    assert (cohort.partner, cohort.funder) == (world.a.partner, None)


def test_a_manager_of_two_partners_chooses_between_them_and_no_third(world: World, manager: Client) -> None:
    second = PartnerMembershipFactory(user=world.a.manager).partner

    refused = manager.post(reverse("cohort:add"), _cohort_data(world.b))
    accepted = manager.post(reverse("cohort:add"), _cohort_data(world.a, partner=second.pk))

    assert "partner" in refused.context["form"].errors
    assert accepted.status_code == 302
    assert Cohort.objects.get(name="Automne").partner == second


def test_naming_a_coach_starts_her_grace_and_removing_her_ends_her_sight(world: World, manager: Client) -> None:
    colleague = UserFactory()
    CohortStaffFactory(cohort=world.a.cohort, user=colleague)
    url = reverse("cohort:edit", args=[world.a.cohort.pk])
    kept = list(CohortStaff.objects.filter(cohort=world.a.cohort).order_by("pk"))
    data = _cohort_data(world.a, **{"staff-TOTAL_FORMS": len(kept), "staff-INITIAL_FORMS": len(kept)})
    for rank, row in enumerate(kept):
        data |= {f"staff-{rank}-id": row.pk, f"staff-{rank}-user": row.user_id, f"staff-{rank}-role": row.role}
    data[f"staff-{len(kept) - 1}-DELETE"] = "on"

    response = manager.post(url, data)

    assert response.status_code == 302, response.context["form"].formsets["staff"].errors
    colleague.refresh_from_db()
    assert colleague.authz_epoch == 1
    assert not CohortStaff.objects.filter(user=colleague).exists()

    manager.post(url, _cohort_data(world.a, **_staff_data(world.a.manager)))
    assert CohortStaff.objects.filter(cohort=world.a.cohort, user=world.a.manager).exists()


def test_a_stranger_posted_as_staff_is_refused_and_stays_nameless(world: World, manager: Client) -> None:
    before = list(CohortStaff.objects.order_by("pk").values())

    response = manager.post(reverse("cohort:add"), _cohort_data(world.a, **_staff_data(world.b.coach)))

    assert response.status_code == 200
    assert response.context["form"].formsets["staff"].errors[0].keys() == {"user"}
    assert b"CANARY-B" not in response.content
    assert list(CohortStaff.objects.order_by("pk").values()) == before


def test_an_administrator_gives_a_role_and_the_grace_starts(world: World, administrator: Client) -> None:
    newcomer = UserFactory()

    administrator.post(reverse("cohort:add"), _cohort_data(world.b, **_staff_data(newcomer)))

    newcomer.refresh_from_db()
    assert newcomer.staff_since is not None


def test_an_audit_access_remembers_who_gave_it(world: World, administrator: Client) -> None:
    auditor = UserFactory()
    data = {"name": "Région", "retention_years": 6, "audit_accesses-TOTAL_FORMS": 1, "audit_accesses-INITIAL_FORMS": 0}
    data |= {
        "audit_accesses-0-user": auditor.pk,
        "audit_accesses-0-starts_on": "2026-01-01",
        "audit_accesses-0-ends_on": "2026-02-01",
    }

    response = administrator.post(reverse("funder:add"), data)

    assert response.status_code == 302
    access = AuditAccess.objects.get(user=auditor)
    assert access.granted_by == world.administrator
    auditor.refresh_from_db()
    assert auditor.staff_since is not None


def test_what_is_in_use_is_not_deleted(world: World, administrator: Client) -> None:
    response = administrator.post(reverse("cohort:delete", args=[world.a.cohort.pk]))

    assert response["Location"] == reverse("cohort:edit", args=[world.a.cohort.pk])
    assert Cohort.objects.filter(pk=world.a.cohort.pk).exists()


# --- Enrolments -------------------------------------------------------------------------------------------------------


def test_a_manager_invites_into_her_cohort(world: World, manager: Client) -> None:
    data = {"cohort": world.a.cohort.pk, "email": "New@example.org", "display_name": "Nour", "certificate_name": ""}

    response = manager.post(reverse("enrolment:add"), data)

    assert response.status_code == 302, response.context["form"].errors
    enrolment = Enrolment.objects.get(learner__email="new@example.org")
    assert (enrolment.cohort, enrolment.state) == (world.a.cohort, EnrolmentState.PENDING)
    assert Invitation.objects.get(user=enrolment.learner).created_by == world.a.manager


def test_inviting_twice_is_said_in_words(world: World, manager: Client) -> None:
    data = {"cohort": world.a.cohort.pk, "email": world.a.learner.email, "display_name": "X", "certificate_name": ""}

    response = manager.post(reverse("enrolment:add"), data)

    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    world.a.learner.refresh_from_db()
    assert world.a.learner.display_name == "CANARY-A-learner"


def test_nobody_invites_into_another_partner_s_cohort(world: World, manager: Client) -> None:
    data = {"cohort": world.b.cohort.pk, "email": "new@example.org", "display_name": "N", "certificate_name": ""}

    response = manager.post(reverse("enrolment:add"), data)

    assert "cohort" in response.context["form"].errors
    assert b"CANARY-B" not in response.content
    assert not User.objects.filter(email="new@example.org").exists()


def test_the_state_changes_with_a_reason_and_a_history(world: World, manager: Client) -> None:
    url = reverse("enrolment:state", args=[world.a.enrolment.pk])

    without = manager.post(url, {"state": "suspended", "reason": ""})
    impossible = manager.post(url, {"state": "alumni", "reason": "Please."})
    done = manager.post(url, {"state": "suspended", "reason": "Congé maternité"})

    assert (without.status_code, impossible.status_code, done.status_code) == (422, 422, 302)
    change = EnrolmentChange.objects.get()
    assert (change.new_state, change.reason, change.actor) == ("suspended", "Congé maternité", world.a.manager)
    assert "Congé maternité" in manager.get(url).content.decode()


def test_an_alumnus_has_no_next_state(world: World, manager: Client) -> None:
    url = reverse("enrolment:state", args=[world.a.alumnus_enrolment.pk])

    assert manager.get(url).context["form"].fields["state"].choices == []
    assert manager.post(url, {"state": "withdrawn", "reason": "x"}).status_code == 422


def test_an_invitation_is_sent_again_by_post_alone(world: World, manager: Client) -> None:
    url = reverse("enrolment:invite_again", args=[world.a.pending_enrolment.pk])

    assert manager.get(url).status_code == 405
    assert Invitation.objects.get(user=world.a.pending) == world.a.invitation
    manager.post(url)
    assert Invitation.objects.filter(user=world.a.pending).count() == 2


def test_the_other_partner_s_enrolments_do_not_exist(world: World, manager: Client) -> None:
    before = list(Enrolment.objects.order_by("pk").values()), Invitation.objects.count()
    for name, method in [*itertools.product(("edit", "state"), ("get", "post")), ("invite_again", "post")]:
        url = reverse(f"enrolment:{name}", args=[world.b.pending_enrolment.pk])
        response = getattr(manager, method)(url, {"state": "active", "weekly_goal_minutes": 5})
        assert response.status_code == 404, (name, method)
    assert (list(Enrolment.objects.order_by("pk").values()), Invitation.objects.count()) == before


def test_no_enrolment_is_ever_deleted(world: World, administrator: Client) -> None:
    response = administrator.post(reverse("enrolment:delete", args=[world.a.pending_enrolment.pk]))

    assert response["Location"] == reverse("wagtailadmin_home")
    assert Enrolment.objects.filter(pk=world.a.pending_enrolment.pk).exists()


def test_every_list_and_form_opens(world: World, administrator: Client) -> None:
    rows = {
        "trainingprovider": world.a.partner.provider,
        "partner": world.a.partner,
        "funder": world.a.funder,
        "hoststructure": world.a.host,
        "certification": world.block.version.certification,
        "certificationversion": world.block.version,
        "competencyblock": world.block,
        "track": world.a.content.track,
        "cohort": world.a.cohort,
        "enrolment": world.a.enrolment,
    }
    for name, row in rows.items():
        for url in (
            reverse(f"{name}:index"),
            reverse(f"{name}:add"),
            reverse(f"{name}:edit", args=[row.pk]),
            reverse(f"{name}:history", args=[row.pk]),
            reverse(f"{name}:usage", args=[row.pk]),
        ):
            assert administrator.get(url).status_code == 200, url


def test_a_block_is_saved_with_its_competencies_and_criteria(world: World, administrator: Client) -> None:
    version = world.block.version
    data = {"version": version.pk, "code": "CCP2", "order": 2, "title": "Contribuer", "competencies-TOTAL_FORMS": 1}
    data |= {
        "competencies-INITIAL_FORMS": 0,
        "competencies-0-number": 1,
        "competencies-0-title": "Animer",
        "competencies-0-criteria-TOTAL_FORMS": 1,
        "competencies-0-criteria-INITIAL_FORMS": 0,
        "competencies-0-criteria-0-text": "Les consignes sont comprises",
        "competencies-0-criteria-0-order": 1,
    }

    response = administrator.post(reverse("competencyblock:add"), data)

    assert response.status_code == 302, response.context["form"].errors
    block = version.blocks.get(code="CCP2")
    assert block.competencies.get().criteria.get().text == "Les consignes sont comprises"


@pytest.mark.parametrize("rows", [1, 4])
def test_the_list_of_enrolments_asks_the_same_questions_for_any_number(
    world: World, manager: Client, rows: int, django_assert_max_num_queries: Any
) -> None:
    from tests.factories import EnrolmentFactory

    for _ in range(rows * 3):
        EnrolmentFactory(cohort=world.a.cohort, coach=world.a.coach, host_structure=world.a.host)

    with django_assert_max_num_queries(22):
        assert manager.get(reverse("enrolment:index")).status_code == 200
