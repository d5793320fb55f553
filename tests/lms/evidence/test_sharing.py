"""Links that show one attestation to whoever has them, for as long as its holder says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from lms.evidence.models import Attestation, AttestationShare
from lms.evidence.services import issue_attestation, revoke_attestation, share_attestation, stop_sharing
from lms.evidence.services.sharing import MAX_OPEN, SharingRefused
from lms.kit.ids import uuid7
from lms.programmes.models import Enrolment
from tests.world import client_for


@pytest.fixture
def attestation(enrolment: Enrolment, paper: dict[str, Any], now: datetime) -> Attestation:
    return issue_attestation(enrolment=enrolment, course_id=uuid7(), paper=paper, now=now)


@pytest.fixture
def address(attestation: Attestation, lina: User) -> str:
    """As the holder copies it."""
    page = reverse("evidence:share", args=[attestation.public_id])
    made = client_for(lina).post(page, {"days": "7", "label": "Mairie de Lodève"}, follow=True)
    [link] = made.context["links"]
    assert link.address in made.content.decode()
    assert "Mairie de Lodève" in made.content.decode()
    return str(link.address.removeprefix("http://localhost:8000"))


def body(response: Any) -> str:
    """Without what differs at each drawing."""
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def test_a_stranger_sees_the_paper_and_nothing_else_of_her(attestation: Attestation, lina: User, address: str) -> None:
    page = Client().get(address)
    assert page.status_code == 200
    assert "Lina MARCHAND" in page.content.decode()
    for private in (lina.email, "Mairie de Lodève", str(attestation.public_id)):
        assert private not in page.content.decode()
    pdf = Client().get(address + "attestation.pdf")
    assert pdf.content.startswith(b"%PDF")
    for response in (page, pdf):
        assert response["X-Robots-Tag"] == "noindex"
        assert "no-store" in response["Cache-Control"]


def test_the_secret_is_not_in_the_database(address: str) -> None:
    share = AttestationShare.objects.get()
    token = address.strip("/").rpartition("/")[2]
    assert len(token) == 43
    assert token not in str(share.__dict__)


def test_a_link_that_is_over_stopped_revoked_or_guessed_answers_the_same(
    attestation: Attestation, lina: User, clara: User, address: str, now: datetime
) -> None:
    guessed = Client().get(reverse("evidence:shared", args=["x" * 43]))
    assert guessed.status_code == 404
    share = AttestationShare.objects.get()
    answers = {}
    with time_machine.travel(share.expires_at - timedelta(seconds=1), tick=False):
        assert Client().get(address).status_code == 200
    with time_machine.travel(share.expires_at, tick=False):
        answers["over"] = [Client().get(address), Client().get(address + "attestation.pdf")]

    other = share_attestation(attestation=attestation, days=90, label="", now=timezone.now())
    stopped = client_for(lina).post(reverse("evidence:share-stop", args=[share.public_id]), follow=True)
    assert [link.share for link in stopped.context["links"]] == [other]
    answers["stopped"] = [Client().get(address), Client().get(address + "attestation.pdf")]

    AttestationShare.objects.update(stopped_at=None)
    assert Client().get(address).status_code == 200
    revoke_attestation(attestation=attestation, reason="Private reason.", actor=clara, now=now)
    answers["revoked"] = [Client().get(address), Client().get(address + "attestation.pdf")]
    assert client_for(lina).get(reverse("evidence:share", args=[attestation.public_id])).status_code == 404
    for why, responses in answers.items():
        for response in responses:
            assert response.status_code == 404, why
            assert body(response) == body(guessed), why


def test_guessing_is_slowed_down(address: str) -> None:
    guesses = [Client().get("/shared/nothing/", REMOTE_ADDR="192.0.2.9").status_code for _guess in range(31)]
    assert guesses == [404] * 30 + [429]
    assert Client().get(address, REMOTE_ADDR="192.0.2.9").status_code == 429
    assert Client().get(address, REMOTE_ADDR="192.0.2.10").status_code == 200


@pytest.mark.parametrize("given", [{"days": "365"}, {}, {"days": "7", "label": "x" * 81}])
def test_a_length_that_is_not_offered_makes_no_link(
    attestation: Attestation, lina: User, given: dict[str, str]
) -> None:
    refused = client_for(lina).post(reverse("evidence:share", args=[attestation.public_id]), given)
    assert refused.status_code == 422
    assert not AttestationShare.objects.exists()


def test_ten_links_are_enough(attestation: Attestation, now: datetime) -> None:
    make: Callable[[], AttestationShare] = lambda: share_attestation(  # noqa: E731
        attestation=attestation, days=7, label="", now=now
    )
    made = [make() for _link in range(MAX_OPEN)]
    with pytest.raises(SharingRefused):
        make()
    stop_sharing(share=made[0], now=now)
    make()


@pytest.mark.parametrize("links", [1, MAX_OPEN])
def test_the_page_of_links_takes_the_same_queries_for_one_and_for_ten(
    attestation: Attestation, lina: User, links: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _ in range(links):
        share_attestation(attestation=attestation, days=7, label="", now=timezone.now())
    client, page = client_for(lina), reverse("evidence:share", args=[attestation.public_id])
    client.get(page)
    with django_assert_num_queries(7):
        assert len(client.get(page).context["links"]) == links
