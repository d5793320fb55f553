"""Every known attack where people write something that others read: a page of them is made of nothing else than the
same page of harmless words (T07). A browser opens the same pages in tests/browser/test_sanitizer_vectors.py."""

from pathlib import Path

import pytest
from django.urls import reverse

from community.formats.uploads import clean_name
from community.forms.reading import SearchForm
from tests.attacks import page_faults, vectors
from tests.drawn import DRAWN, ON_ONE_PAGE
from tests.world import World, client_for

pytestmark = pytest.mark.slow  # what it reads does not depend on the database

HARMLESS = ["Bonjour à tous", "Merci beaucoup", "Comment faire ?"]


@pytest.fixture
def attacks(material: Path) -> list[str]:
    found = vectors(material / "sanitizer")
    assert len(found) > 700
    return found


def test_the_judge_sees_what_was_not_cleaned() -> None:
    like = '<p class="prose"><b>a</b></p><a href="/x" title="y">b</a><script src="/s.js"></script>'
    for wrong in (
        "<img src=x>",
        '<a href="/x" onclick="y">b</a>',
        '<a href=" java&#10;script:alert(1)">b</a>',
        '<p class="prose"><script>x</script></p>',
        '<p class="prose"><a href="data:text/html,x">b</a></p>',
        "<svg><a></a></svg>",
    ):
        assert page_faults(like + wrong, like), wrong
    assert page_faults(like + '<p class="prose"><em>c</em></p><a href="https://a.fr">d</a>', like) == []


@pytest.mark.parametrize("name", DRAWN)
def test_a_page_of_attacks_is_made_of_what_any_other_is(
    name: str, world: World, attacks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ON_ONE_PAGE:
        monkeypatch.setattr(limit, 10_000)
    client, (draw, once) = client_for(world.a.learner), DRAWN[name]

    like, page = draw(client, world, HARMLESS), draw(client, world, attacks)

    if once:
        assert page.count(once) - like.count(once) == len(attacks) - len(HARMLESS)
    assert page_faults(page, like) == []


def test_what_is_searched_for_is_shown_as_it_was_typed(world: World, attacks: list[str]) -> None:
    client = client_for(world.a.learner)
    fields = [str(SearchForm({"q": word[:200]}, spaces=())["q"]) for word in (*HARMLESS, *attacks)]
    assert page_faults("".join(fields), "".join(fields[:3])) == []

    like = client.get(reverse("community:search"), {"q": "bonjour"}).text
    for start in range(0, len(attacks), 100):
        page = client.get(reverse("community:search"), {"q": "".join(attacks[start : start + 3])[:200]}).text
        assert page_faults(page, like) == []


def test_the_name_of_a_file_that_is_sent_is_a_name(attacks: list[str]) -> None:
    for attack in attacks:
        name = clean_name(f"{attack}.txt")
        assert not set(name) & set('<>"/\\\r\n\0'), name
