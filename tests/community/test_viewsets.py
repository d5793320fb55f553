"""The records of the community in Wagtail's admin are the administrators'."""

from typing import Any

import pytest
from django.urls import reverse

from community.models import Duty, Space, SpamRule, TrustRule, UpkeepLine
from tests.community.factories import SpaceFactory
from tests.world import World, client_for

SPACE = {
    "name": "Rhône",
    "slug": "rhone",
    "audience": "territory",
    "departments": "69, 42 2a",
    "posting": "readers",
    "usual_kind": "question",
    "slow_mode_seconds": "0",
    "order": "10",
    "members-INITIAL_FORMS": "0",
    "members-MIN_NUM_FORMS": "0",
    "members-MAX_NUM_FORMS": "1000",
}


def members(*rows: tuple[int, str]) -> dict[str, Any]:
    data: dict[str, Any] = {"members-TOTAL_FORMS": str(len(rows))}
    for number, (person, role) in enumerate(rows):
        data |= {f"members-{number}-person": person, f"members-{number}-role": role}
    return data


def test_an_administrator_opens_a_space_with_the_people_named_in_it(world: World) -> None:
    admin = client_for(world.administrator)
    data = SPACE | members((world.a.coach.pk, "moderator"), (world.a.learner.pk, "member"))

    assert admin.post(reverse("space:add"), data).status_code == 302

    space = Space.objects.get(slug="rhone")
    assert space.departments == ["69", "42", "2A"]
    assert {(row.person, row.role) for row in space.members.all()} == {
        (world.a.coach, "moderator"),
        (world.a.learner, "member"),
    }
    page = admin.get(reverse("space:edit", args=[space.pk])).content.decode()
    assert 'value="69, 42, 2A"' in page
    assert admin.get(reverse("space:index")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"departments": ""}, "departments"),
        ({"departments": "le Rhône"}, "departments"),
        ({"audience": "cohort"}, "cohort"),
        ({"audience": "partner"}, "partner"),
    ],
)
def test_an_audience_is_named(world: World, changes: dict[str, str], field: str) -> None:
    response = client_for(world.administrator).post(reverse("space:add"), SPACE | members() | changes)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]


def test_what_another_audience_had_named_is_emptied(world: World) -> None:
    data = SPACE | members() | {"audience": "academy", "cohort": world.a.cohort.pk, "partner": world.a.partner.pk}
    assert client_for(world.administrator).post(reverse("space:add"), data).status_code == 302
    space = Space.objects.get(slug="rhone")
    assert (space.cohort, space.partner, space.departments) == (None, None, [])


def test_rules_and_duty_are_rows(world: World) -> None:
    admin = client_for(world.administrator)
    rule = TrustRule.objects.get(trust=0)
    data = {"posts_read": 0, "days_visited": 0, "thanks_received": 0, "links": 5, "files": "", "mentions": 1}
    assert admin.post(reverse("trustrule:edit", args=[rule.pk]), data).status_code == 302
    rule.refresh_from_db()
    assert (rule.links, rule.files, rule.mentions) == (5, None, 1)
    assert list(admin.post(reverse("spamrule:add"), {"signal": "word", "points": 5}).context["form"].errors) == ["word"]
    message = {"name": "Bref", "language": "fr", "order": 1, "rule": "Une règle.", "text": "Bonjour {name}."}
    assert admin.post(reverse("moderationtemplate:add"), message).status_code == 302
    duty = {"person": world.moderator.pk, "phone": "06", "starts_on": "2027-01-02", "ends_on": "2027-01-01"}
    assert admin.post(reverse("duty:add"), duty).status_code == 200
    assert admin.post(reverse("duty:add"), duty | {"ends_on": "2027-01-03"}).status_code == 302
    assert Duty.objects.latest("pk").person == world.moderator
    for name in ("trustrule", "spamrule", "moderationtemplate", "duty"):
        assert admin.get(reverse(f"{name}:index")).status_code == 200


def test_what_is_changed_in_the_admin_is_a_line_of_the_journal(world: World) -> None:
    admin, space = client_for(world.administrator), SpaceFactory(slug="rhone")
    rule = {"signal": "word", "word": "loterie", "points": 40, "is_active": "on"}
    admin.post(reverse("spamrule:add"), rule)
    row = SpamRule.objects.get(word="loterie")
    assert list(admin.post(reverse("spamrule:add"), rule | {"word": "Loterie"}).context["form"].errors) == ["signal"]
    for change in ({"points": 60}, {"points": 60}, {"word": "tombola", "is_active": ""}):
        assert admin.post(reverse("spamrule:edit", args=[row.pk]), rule | change).status_code == 302
    assert admin.post(reverse("spamrule:delete", args=[row.pk])).status_code == 302
    for _time in range(2):
        slow = SPACE | members() | {"slow_mode_seconds": "60"}
        assert admin.post(reverse("space:edit", args=[space.pk]), slow).status_code == 302

    lines = UpkeepLine.objects.order_by("pk")
    assert {line.moderator for line in lines} == {world.administrator}
    assert [(line.action, line.words.removeprefix("Un mot de la liste ")) for line in lines] == [
        ("spam_add", "loterie: 40"),
        ("spam_rule", "loterie: 40 → 60"),
        ("spam_rule", "loterie → Un mot de la liste tombola: 60 → 0"),
        ("spam_gone", "tombola: 0"),
        ("slow", "0\u202fs → 60\u202fs"),
    ]
    journal = client_for(world.moderator).get(reverse("community:journal")).content.decode()
    assert f"Par {world.administrator.get_full_name()}" in journal


def test_a_partner_manager_finds_no_space_there_and_a_space_is_never_deleted(world: World) -> None:
    space = SpaceFactory()
    manager = client_for(world.a.manager)
    for name, args in (("index", []), ("add", []), ("edit", [space.pk])):
        assert manager.get(reverse(f"space:{name}", args=args)).status_code in (302, 404)
    client_for(world.administrator).post(reverse("space:delete", args=[space.pk]))
    assert Space.objects.filter(pk=space.pk).exists()
