"""The editors' guides: read by members, previewed by editors, not there for anybody else."""

import pytest
from django.urls import reverse

from community.models import GuidePage
from tests.community.factories import SpaceFactory
from tests.factories import AcademyHomePageFactory
from tests.world import World, client_for

PUT_IN = "<p>On tutoie qui le veut.</p><script>window.__pwn = 1</script>"


@pytest.fixture
def guide(world: World) -> GuidePage:
    page = GuidePage(title="Bienvenue dans la promotion", slug="bienvenue", body=PUT_IN)
    row: GuidePage = AcademyHomePageFactory().add_child(instance=page)
    return row


def test_members_read_a_guide_with_the_way_back(world: World, guide: GuidePage) -> None:
    page = client_for(world.a.learner).get(guide.url)

    assert page.status_code == 200
    assert "Bienvenue dans la promotion" in page.text
    assert "On tutoie qui le veut." in page.text
    assert reverse("community:home") in page.text


def test_a_stranger_signs_in_first_and_who_has_no_part_in_the_community_finds_nothing(
    world: World, guide: GuidePage
) -> None:
    stranger = client_for(None).get(guide.url)
    assert stranger.status_code == 302
    assert stranger.headers["Location"].startswith("/accounts/login/")
    assert client_for(world.a.auditor).get(guide.url).status_code == 404


def test_a_draft_is_read_by_nobody_and_previewed_by_its_editor(world: World, guide: GuidePage) -> None:
    guide.unpublish()
    assert client_for(world.a.learner).get(guide.url).status_code == 404

    preview = client_for(world.administrator).get(reverse("wagtailadmin_pages:view_draft", args=[guide.pk]))
    assert preview.status_code == 200
    assert "On tutoie qui le veut." in preview.text


def test_a_space_leads_to_its_welcome_page(world: World, guide: GuidePage) -> None:
    space = SpaceFactory(name="La place du village", slug="village", welcome=guide)

    assert guide.url in client_for(world.a.learner).get(reverse("community:space", args=[space.slug])).text


def test_the_guidelines_are_at_hand_where_one_arrives_writes_and_reports(world: World, guide: GuidePage) -> None:
    client = client_for(world.a.learner)
    addresses = [
        reverse("community:home"),
        reverse("community:thread-new", args=[world.a.talk.space.slug]),
        reverse("community:flag-post", args=[world.a.talk.answer.public_id]),
    ]
    link = f'href="{guide.url}"'
    assert not any(link in client.get(address).text for address in addresses)

    guide.is_guidelines = True
    guide.save_revision().publish()
    for address in addresses:
        assert link in client.get(address).text, address

    guide.unpublish()
    assert not any(link in client.get(address).text for address in addresses)
