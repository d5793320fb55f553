"""The component library: drawn by the real fragments, in both languages and both themes."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_language_and_theme_by_address(client: Client, language: str, theme: str) -> None:
    html = client.get(f"/styleguide/?lang={language}&theme={theme}").content.decode()

    assert f'<html lang="{language}" data-theme="{theme}">' in html


def test_other_values_are_ignored(client: Client) -> None:
    html = client.get('/styleguide/?lang=tlh&theme="><script>').content.decode()

    assert '<html lang="fr">' in html


def test_the_address_changes_no_other_page(client: Client) -> None:
    client.get("/styleguide/?lang=en&theme=dark")

    assert '<html lang="fr">' in client.get("/help/?lang=en&theme=dark").content.decode()


def test_states_are_there(client: Client) -> None:
    html = client.get("/styleguide/?lang=en").content.decode()

    said = ('aria-disabled="true"', 'aria-busy="true"', 'aria-invalid="true"')
    for state in (*said, "badge-offline", "toast", "skeleton"):
        assert state in html
