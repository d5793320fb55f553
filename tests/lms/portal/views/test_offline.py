"""The worker of the whole site, and the page of what is saved in a browser."""

import pytest
from django.test import Client

from tests.factories import EnrolmentFactory, TrainingProviderFactory
from tests.world import client_for

pytestmark = pytest.mark.django_db


def test_one_worker_at_the_root_for_news_and_for_what_is_saved() -> None:
    response = Client().get("/sw.js")

    assert response["Content-Type"].startswith("text/javascript")
    assert b"showNotification" in response.content
    assert b'addEventListener("fetch"' in response.content


def test_the_page_that_stands_for_the_others_leads_to_somebody() -> None:
    provider = TrainingProviderFactory()

    page = client_for(EnrolmentFactory().learner).get("/offline/").content.decode()

    assert f"tel:{provider.help_phone.replace(' ', '')}" in page.partition("<footer")[0]
