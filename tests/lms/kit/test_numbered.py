"""A chooser is asked for an id that is no number, or nobody's."""

import pytest
from django.urls import reverse

from tests.factories import QuestionFactory

CHOOSERS = [
    "wagtailimages_chooser",
    "wagtaildocs_chooser",
    "wagtailsnippetchoosers_courses_question",
    "wagtailsnippetchoosers_courses_glossaryterm",
]


@pytest.fixture
def client(db, client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser(email="boss@example.org", password=None))
    return client


@pytest.mark.parametrize("pk", ["x", "999999", "-1", "1e3", "²"])
@pytest.mark.parametrize("chooser", CHOOSERS)
def test_what_is_not_there_is_not_found(client, chooser, pk):
    assert client.get(reverse(f"{chooser}:chosen", args=[pk])).status_code == 404


@pytest.mark.parametrize("chooser", CHOOSERS)
def test_among_several_it_is_left_out(client, chooser):
    answer = client.get(reverse(f"{chooser}:chosen_multiple"), {"id": ["x", "999999"]})
    assert (answer.status_code, answer.json()["result"]) == (200, [])


def test_what_is_there_is_chosen(client):
    question = QuestionFactory()
    address = "wagtailsnippetchoosers_courses_question"
    one = client.get(reverse(f"{address}:chosen", args=[question.pk])).json()
    several = client.get(reverse(f"{address}:chosen_multiple"), {"id": ["x", question.pk]}).json()
    assert one["result"]["id"] == str(question.pk)
    assert [row["id"] for row in several["result"]] == [str(question.pk)]
