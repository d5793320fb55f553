"""Each block tells the editor what it is for, and shows itself before it is chosen."""

import pytest

from courses.blocks import LessonBody
from tests.factories import UserFactory

BLOCKS = LessonBody().child_blocks


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_says_what_it_is_for(name):
    block = BLOCKS[name]
    assert len(str(block.get_description())) > 20
    assert block.is_previewable


@pytest.mark.django_db
@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_shows_itself_as_learners_will_see_it(admin_area, name):
    shown = admin_area.get("/admin/block-preview/", {"id": BLOCKS[name].definition_prefix})
    assert shown.status_code == 200
    page = shown.content.decode()
    assert "portal/academy" in page
    inside = page.partition(f'part-{name}">')[2].partition("</article>")[0]
    assert "<" in inside.removesuffix("</div>")


@pytest.fixture
def admin_area(client):
    client.force_login(UserFactory(is_superuser=True))
    return client
