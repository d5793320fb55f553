"""The records of coaching in Wagtail's admin: a manager runs those of her partner, and takes nothing else."""

from typing import Any

import pytest
from django.urls import reverse

from coaching.models import AppointmentKind, CohortCoaching, Place
from tests.world import World, client_for

pytestmark = pytest.mark.django_db

KIND = {"name": "Renamed", "minutes": 30, "capacity": 1, "order": 1, "modes": ["phone", "place"], "for_learners": "on"}


def post(world: World, role: str, name: str, data: dict[str, Any], *args: Any) -> Any:
    return client_for(getattr(world.a, role)).post(reverse(name, args=args), data)


def test_a_manager_makes_a_kind_for_her_partner_alone(world: World) -> None:
    response = post(world, "manager", "appointmentkind:add", KIND | {"partner": world.b.partner.pk})
    assert response.status_code == 302
    kind = AppointmentKind.objects.get(name="Renamed")
    assert (kind.partner, kind.modes) == (world.a.partner, ["phone", "place"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"modes": []}, "modes"), ({"for_learners": ""}, "for_learners"), ({"minutes": 4}, "minutes")],
)
def test_a_kind_that_cannot_be_is_refused(world: World, changes: dict[str, Any], field: str) -> None:
    response = post(world, "manager", "appointmentkind:edit", KIND | changes, world.a.diary.kind.pk)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not AppointmentKind.objects.filter(name="Renamed").exists()


def test_the_kinds_and_places_of_another_partner_do_not_exist(world: World) -> None:
    for name, row in (("appointmentkind", world.b.diary.kind), ("place", world.b.diary.place)):
        assert post(world, "manager", f"{name}:edit", KIND, row.pk).status_code == 404
        assert post(world, "manager", f"{name}:delete", {}, row.pk).status_code == 404
    page = client_for(world.a.manager).get(reverse("place:index")).content.decode()
    assert "CANARY-A-place" in page
    assert "CANARY-B" not in page


def test_a_place_in_use_is_not_deleted(world: World) -> None:
    response = post(world, "manager", "place:delete", {}, world.a.diary.place.pk)
    assert response.status_code == 302
    assert Place.objects.filter(pk=world.a.diary.place.pk).exists()


def test_the_rule_of_a_cohort_is_for_her_own_cohorts(world: World) -> None:
    CohortCoaching.objects.all().delete()
    data = {"cohort": world.b.cohort.pk, "continuity": "round_robin"}
    response = post(world, "manager", "cohortcoaching:add", data)
    assert list(response.context["form"].errors) == ["cohort"]
    assert post(world, "manager", "cohortcoaching:add", data | {"cohort": world.a.cohort.pk}).status_code == 302
    assert CohortCoaching.objects.get().cohort == world.a.cohort
