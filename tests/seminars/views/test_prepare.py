"""What whoever runs a session does before it: announcing, calling off, slides, documents, the run sheet."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from seminars.enums import Audience, PollKind, RoomRole, SessionState
from seminars.models import BreakoutRound, BreakoutSeat, Deck, Handout, LiveSession, RunSheetItem
from tests.factories import EnrolmentFactory, PartnerMembershipFactory, UserFactory
from tests.seminars.factories import (
    BreakoutRoomFactory,
    BreakoutRoundFactory,
    BreakoutSeatFactory,
    DeckFactory,
    HandoutFactory,
    LiveSessionFactory,
    RegistrationFactory,
    RunSheetItemFactory,
    SessionPollFactory,
    SessionStaffFactory,
)
from tests.world import client_for

pytestmark = pytest.mark.django_db
PREPARE_QUERIES = 19
ROUND_QUERIES = 15
SHEET_QUERIES = 9


@dataclass(frozen=True)
class Stage:
    session: LiveSession
    host: Client
    presenter: Client
    learner: Client

    def address(self, name: str, *more: Any) -> str:
        return reverse(f"seminars:{name}", args=[self.session.public_id, *more])


@pytest.fixture
def stage(db: None) -> Stage:
    session = LiveSessionFactory(state=SessionState.DRAFT)
    host = SessionStaffFactory(session=session, person__language="en").person
    presenter = SessionStaffFactory(session=session, role=RoomRole.PRESENTER, person__language="en").person
    return Stage(session, client_for(host), client_for(presenter), client_for(EnrolmentFactory().learner))


def test_a_host_announces_it_and_her_presenter_does_not(stage: Stage) -> None:
    assert "Announce it" in stage.host.get(stage.address("prepare")).content.decode()
    assert "Announce it" not in stage.presenter.get(stage.address("prepare")).content.decode()
    assert stage.presenter.post(stage.address("announce")).status_code == 404

    assert stage.host.post(stage.address("announce")).status_code == 302

    stage.session.refresh_from_db()
    assert stage.session.state == SessionState.ANNOUNCED
    RunSheetItemFactory(session=stage.session)
    listed = stage.presenter.get(stage.address("prepare")).content.decode().partition('id="ready"')[2]
    assert re.findall(r'#(\w+)">[^<]+</a> <span class="meta">(ready|nothing yet)<', listed) == [
        ("sheet", "ready"),
        ("slides", "nothing yet"),
        ("polls", "nothing yet"),
        ("documents", "nothing yet"),
    ]


def test_a_draft_that_misses_something_says_what(stage: Stage) -> None:
    LiveSession.objects.filter(pk=stage.session.pk).update(time_zone="Nowhere/At all")

    response = stage.host.post(stage.address("announce"))

    assert response.status_code == 422
    assert "Choose the time zone it is announced in." in response.content.decode()


def test_a_learner_finds_none_of_it(stage: Stage) -> None:
    LiveSession.objects.filter(pk=stage.session.pk).update(state=SessionState.ANNOUNCED)
    for name in ("prepare", "run-sheet"):
        assert stage.learner.get(stage.address(name)).status_code == 404
    for name in (
        "announce",
        "call-off",
        "deck-add",
        "handout-add",
        "poll-add",
        "round-add",
        "run-sheet",
        "run-sheet-move",
    ):
        assert stage.learner.post(stage.address(name), {"title": "x"}).status_code == 404


def test_the_partner_s_manager_runs_it() -> None:
    membership = PartnerMembershipFactory()
    session = LiveSessionFactory(state=SessionState.DRAFT, partner=membership.partner)
    client = client_for(membership.user)

    assert client.get(reverse("seminars:prepare", args=[session.public_id])).status_code == 200


def test_calling_off_asks_why(stage: Stage) -> None:
    assert stage.host.post(stage.address("call-off"), {"reason": ""}).status_code == 422
    assert stage.host.post(stage.address("call-off"), {"reason": "The speaker is ill."}).status_code == 302

    stage.session.refresh_from_db()
    assert stage.session.state == SessionState.CANCELLED


def test_the_public_link_is_shown_where_there_is_one(stage: Stage) -> None:
    link = stage.address("guest")
    assert link not in stage.host.get(stage.address("prepare")).content.decode()
    LiveSession.objects.filter(pk=stage.session.pk).update(audience=Audience.PUBLIC)
    assert link in stage.host.get(stage.address("prepare")).content.decode()


@pytest.mark.parametrize("count", [1, 7])
def test_the_page_costs_the_same_with_one_and_with_many(
    stage: Stage, count: int, django_assert_num_queries: Any
) -> None:
    DeckFactory.create_batch(count, session=stage.session)
    HandoutFactory.create_batch(count, session=stage.session)
    RegistrationFactory.create_batch(count, session=stage.session)
    RunSheetItemFactory.create_batch(count, session=stage.session)
    SessionPollFactory.create_batch(count, session=stage.session)
    for _ in range(count):
        BreakoutRoomFactory.create_batch(count, round=BreakoutRoundFactory(session=stage.session))

    with django_assert_num_queries(PREPARE_QUERIES):
        stage.host.get(stage.address("prepare"))


# --- Slides and documents ---------------------------------------------------------------------------------------------


def test_slides_are_added_and_removed(stage: Stage) -> None:
    file = SimpleUploadedFile("diapos.pdf", b"%PDF-1.4\n")
    assert stage.presenter.post(stage.address("deck-add"), {"title": "Diapos", "file": file}).status_code == 302
    deck = Deck.objects.get()
    assert deck.session == stage.session

    assert stage.presenter.post(stage.address("deck-remove", deck.public_id)).status_code == 302
    assert not Deck.objects.exists()


def test_what_is_not_a_pdf_keeps_what_was_typed(stage: Stage) -> None:
    file = SimpleUploadedFile("page.pdf", b"<html>")

    response = stage.host.post(stage.address("deck-add"), {"title": "My slides", "file": file})

    assert response.status_code == 422
    assert "This file is not a PDF." in response.content.decode()
    assert "My slides" in response.content.decode()


def test_slides_that_were_shown_stay(stage: Stage) -> None:
    deck = DeckFactory(session=stage.session)
    LiveSession.objects.filter(pk=stage.session.pk).update(state=SessionState.ENDED)

    assert stage.host.post(stage.address("deck-remove", deck.public_id)).status_code == 422
    assert Deck.objects.exists()


def test_a_document_needs_the_same_as_text(stage: Stage) -> None:
    def send(alternative: str) -> int:
        file = SimpleUploadedFile("fiche.pdf", b"x")
        data = {"title": "Fiche", "file": file, "alternative": alternative}
        status: int = stage.host.post(stage.address("handout-add"), data).status_code
        return status

    assert send("") == 422
    assert send("The same words.") == 302
    assert stage.host.post(stage.address("handout-remove", Handout.objects.get().public_id)).status_code == 302
    assert not Handout.objects.exists()


def test_the_slides_of_another_session_are_not_removed(stage: Stage) -> None:
    other = DeckFactory()
    assert stage.host.post(stage.address("deck-remove", other.public_id)).status_code == 404
    assert Deck.objects.exists()


# --- Polls ------------------------------------------------------------------------------------------------------------


def test_a_quiz_is_prepared_and_removed(stage: Stage) -> None:
    data = {"question": "Un bon mot de passe ?", "choices": "* Une phrase\n1234"}
    assert stage.presenter.post(stage.address("poll-add"), data).status_code == 302

    poll = stage.session.polls.get()
    assert poll.kind == PollKind.QUIZ
    assert list(poll.choices.values_list("text", "is_right")) == [("Une phrase", True), ("1234", False)]
    assert "Une phrase" in stage.host.get(stage.address("prepare")).content.decode()
    assert stage.host.post(stage.address("poll-remove", poll.public_id)).status_code == 302
    assert not stage.session.polls.exists()


@pytest.mark.parametrize("choices", ["Une seule", "", "Deux\nDeux", "x" * 201 + "\ny"])
def test_a_poll_that_cannot_be_keeps_what_was_typed(stage: Stage, choices: str) -> None:
    response = stage.host.post(stage.address("poll-add"), {"question": "Combien ?", "choices": choices})

    assert response.status_code == 422
    assert "Combien ?" in response.content.decode()
    assert not stage.session.polls.exists()


def test_a_poll_that_was_opened_stays(stage: Stage) -> None:
    poll = SessionPollFactory(session=stage.session, opened_at=timezone.now())
    other = SessionPollFactory()
    for row in (poll, other):
        assert stage.host.post(stage.address("poll-remove", row.public_id)).status_code == 404


# --- Small groups -----------------------------------------------------------------------------------------------------


def arranged(round_: BreakoutRound, **more: Any) -> dict[str, Any]:
    """The form of a round as it is shown, with `more`."""
    names = {f"name-{room.pk}": room.name for room in round_.rooms.all()}
    return {"minutes": round_.minutes} | names | {name.replace("_", "-"): value for name, value in more.items()}


def test_groups_are_named_and_filled_before_the_room_opens(stage: Stage) -> None:
    lina, otto = (
        RegistrationFactory(session=stage.session, enrolment=None, person=UserFactory(display_name=name))
        for name in ("Lina Benali", "Otto Diallo")
    )
    data: dict[str, Any] = {"names": "Rive gauche\n\nRive droite", "minutes": 15}
    assert stage.host.post(stage.address("round-add"), data).status_code == 302
    round_ = BreakoutRound.objects.get()
    left, right = round_.rooms.all()
    page = stage.address("round", round_.public_id)
    assert "Rive droite" in stage.host.get(stage.address("prepare")).content.decode()
    assert "Lina" in stage.host.get(page).content.decode()

    seats = {f"seat_{lina.person_id}": left.pk, f"seat_{otto.person_id}": ""}
    renamed = arranged(round_, **seats) | {f"name-{right.pk}": "Rive nord", "minutes": 20}
    assert stage.host.post(page, renamed).status_code == 302

    round_.refresh_from_db()
    assert round_.minutes == 20
    assert list(round_.rooms.values_list("name", flat=True)) == ["Rive gauche", "Rive nord"]
    assert list(BreakoutSeat.objects.values_list("person", "room")) == [(lina.person_id, left.pk)]
    moved = arranged(round_, **{f"seat_{lina.person_id}": right.pk, f"seat_{otto.person_id}": left.pk})
    assert stage.host.post(page, moved).status_code == 302
    assert dict(BreakoutSeat.objects.values_list("person", "room")) == {
        lina.person_id: right.pk,
        otto.person_id: left.pk,
    }
    assert stage.host.post(stage.address("round-remove", round_.public_id)).status_code == 302
    assert not BreakoutRound.objects.exists()


def test_groups_are_the_host_s(stage: Stage) -> None:
    round_ = BreakoutRoomFactory(round__session=stage.session).round
    assert "Prepare groups" not in stage.presenter.get(stage.address("prepare")).content.decode()
    assert stage.presenter.get(stage.address("round", round_.public_id)).status_code == 404
    for name, more in (("round-add", ()), ("round", (round_.public_id,)), ("round-remove", (round_.public_id,))):
        assert stage.presenter.post(stage.address(name, *more), {"names": "Un", "minutes": 5}).status_code == 404


@pytest.mark.parametrize("change", [{"names": "Un\nUn"}, {"names": " "}, {"names": "x" * 81}, {"minutes": 0}])
def test_groups_that_cannot_be_keep_what_was_typed(stage: Stage, change: dict[str, Any]) -> None:
    response = stage.host.post(stage.address("round-add"), {"names": "Un", "minutes": 177} | change)

    assert response.status_code == 422
    assert ("177" if "names" in change else "Un") in response.content.decode()
    assert not BreakoutRound.objects.exists()


def test_an_arrangement_that_cannot_be_changes_nothing(stage: Stage) -> None:
    round_ = BreakoutRoomFactory(round__session=stage.session, name="Un").round
    second = BreakoutRoomFactory(round=round_, name="Deux")
    row = RegistrationFactory(session=stage.session)
    page = stage.address("round", round_.public_id)
    elsewhere = BreakoutRoomFactory()

    twice = arranged(round_) | {f"name-{second.pk}": "Un"}
    wrong = arranged(round_, **{f"seat_{row.person_id}": elsewhere.pk})
    for data in (twice, wrong, {}):
        assert stage.host.post(page, data).status_code == 422

    assert list(round_.rooms.values_list("name", flat=True)) == ["Un", "Deux"]
    assert not BreakoutSeat.objects.exists()


def test_groups_that_were_opened_are_not_prepared_any_more(stage: Stage) -> None:
    opened = BreakoutRoundFactory(session=stage.session, opened_at=timezone.now())
    for round_ in (opened, BreakoutRoomFactory().round):
        assert stage.host.get(stage.address("round", round_.public_id)).status_code == 404
        assert stage.host.post(stage.address("round-remove", round_.public_id)).status_code == 404
    assert BreakoutRound.objects.count() == 2


@pytest.mark.parametrize("count", [1, 6])
def test_arranging_costs_the_same_with_one_person_and_with_many(
    stage: Stage, count: int, django_assert_num_queries: Any
) -> None:
    round_ = BreakoutRoundFactory(session=stage.session)
    for room in BreakoutRoomFactory.create_batch(count, round=round_):
        BreakoutSeatFactory(room=room, person=RegistrationFactory(session=stage.session).person)

    with django_assert_num_queries(ROUND_QUERIES):
        stage.host.get(stage.address("round", round_.public_id))


# --- The run sheet ----------------------------------------------------------------------------------------------------


def titles(stage: Stage) -> list[str]:
    return list(RunSheetItem.objects.filter(session=stage.session).values_list("title", flat=True))


def move(stage: Stage, do: str, item: int, **more: Any) -> Any:
    return stage.presenter.post(stage.address("run-sheet-move"), {"do": do, "item": item}, **more)


def test_lines_are_added_ordered_ticked_changed_and_removed(stage: Stage) -> None:
    for title in ("Accueil", "Exposé", "Questions"):
        added = stage.presenter.post(stage.address("run-sheet"), {"title": title, "minutes": 20})
        assert added.status_code == 302

    assert move(stage, "down", 1).status_code == 302
    assert titles(stage) == ["Exposé", "Accueil", "Questions"]
    move(stage, "up", 1)
    move(stage, "up", 3)
    assert titles(stage) == ["Exposé", "Questions", "Accueil"]
    move(stage, "done", 2)
    assert RunSheetItem.objects.get(title="Questions").done_at is not None
    move(stage, "undone", 2)
    assert RunSheetItem.objects.get(title="Questions").done_at is None
    item = stage.address("run-sheet-item", 2)
    assert stage.presenter.get(item).status_code == 200
    assert stage.presenter.post(item, {"title": "", "minutes": 5}).status_code == 422
    assert stage.presenter.post(item, {"title": "Vos questions", "minutes": 5}).status_code == 302
    move(stage, "remove", 1)
    assert titles(stage) == ["Vos questions", "Accueil"]
    assert list(RunSheetItem.objects.values_list("order", flat=True)) == [1, 2]


def test_htmx_gets_the_sheet_alone(stage: Stage) -> None:
    RunSheetItemFactory(session=stage.session, title="Accueil")

    content = move(stage, "done", 1, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in content
    assert "Accueil" in content


def test_a_line_that_is_gone_is_said(stage: Stage) -> None:
    response = move(stage, "up", 9)
    assert response.status_code == 422
    assert "This line is not there any more." in response.content.decode()
    assert move(stage, "sideways", 1).status_code == 422
    assert stage.presenter.post(stage.address("run-sheet"), {"title": "", "minutes": 0}).status_code == 422


@pytest.mark.parametrize("count", [1, 9])
def test_the_sheet_costs_the_same_with_one_line_and_with_many(
    stage: Stage, count: int, django_assert_num_queries: Any
) -> None:
    RunSheetItemFactory.create_batch(count, session=stage.session)

    with django_assert_num_queries(SHEET_QUERIES):
        stage.host.get(stage.address("run-sheet"))


def test_nobody_who_only_registered_reads_it() -> None:
    row = RegistrationFactory()
    url = reverse("seminars:run-sheet", args=[row.session.public_id])
    assert client_for(row.person).get(url).status_code == 404
    assert client_for(UserFactory(is_superuser=True)).get(url).status_code == 200
