"""Live sessions in Wagtail's admin: a manager runs those of her partner, and what she changes is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.notifications.models import Notification
from seminars.enums import RoomRole, SessionState
from seminars.models import LiveSession, SeminarSeriesPage
from tests.seminars.factories import LiveSessionFactory, SeminarSeriesPageFactory, SeriesSpeakerFactory
from tests.world import World, client_for

pytestmark = pytest.mark.django_db
SERIES_QUERIES = 14


def form(world: World, **changes: Any) -> dict[str, Any]:
    start = timezone.localtime(timezone.now() + timedelta(days=9)).replace(hour=18, minute=0, second=0, microsecond=0)
    return {
        "series": world.a.live.series.pk,
        "title": "Renamed",
        "summary": "",
        "starts_at": f"{start:%Y-%m-%d %H:%M}",
        "ends_at": f"{start + timedelta(hours=2):%Y-%m-%d %H:%M}",
        "time_zone": "Europe/Paris",
        "audience": "academy",
        "seats": "",
        "is_credited": "on",
        "retention_days": 365,
        **formset("staff"),
        **formset("run_sheet"),
    } | changes


def formset(name: str, rows: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    data: dict[str, Any] = {
        f"{name}-TOTAL_FORMS": len(rows or []),
        f"{name}-INITIAL_FORMS": 0,
        f"{name}-MIN_NUM_FORMS": 0,
        f"{name}-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(rows or []):
        data |= {f"{name}-{number}-{key}": value for key, value in row.items()}
    return data


def post(world: World, role: str, name: str, data: dict[str, Any], *args: Any) -> Any:
    return client_for(getattr(world.a, role)).post(reverse(f"livesession:{name}", args=args), data)


def test_a_manager_makes_a_draft_of_her_partner_with_who_runs_it(world: World) -> None:
    staff = formset("staff", [{"person": world.a.coach.pk, "role": "host"}])
    lines = formset("run_sheet", [{"order": 1, "minutes": 10, "title": "Accueil", "notes": ""}])

    response = post(world, "manager", "add", form(world, partner=world.b.partner.pk, **staff, **lines))

    assert response.status_code == 302
    session = LiveSession.objects.get(title="Renamed")
    assert (session.partner, session.state) == (world.a.partner, SessionState.DRAFT)
    assert [(row.person, row.role) for row in session.staff.all()] == [(world.a.coach, RoomRole.HOST)]
    assert [item.title for item in session.run_sheet.all()] == ["Accueil"]


def test_nobody_of_another_partner_is_named(world: World) -> None:
    staff = formset("staff", [{"person": world.b.coach.pk, "role": "host"}])

    assert post(world, "manager", "add", form(world, **staff)).status_code == 200
    assert not LiveSession.objects.filter(title="Renamed").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": "2020-01-01 10:00"}, "ends_at"),
        ({"audience": "cohort"}, "cohort"),
        ({"audience": "track"}, "track"),
        ({"seats": "0"}, "seats"),
        ({"time_zone": "Nowhere"}, "time_zone"),
    ],
)
def test_a_session_that_cannot_be_is_refused(world: World, changes: dict[str, Any], field: str) -> None:
    response = post(world, "manager", "add", form(world, **changes))

    assert response.status_code == 200
    assert field in response.context["form"].errors


def test_another_partner_s_session_does_not_exist(world: World) -> None:
    for name in ("edit", "delete"):
        assert post(world, "manager", name, form(world), world.b.live.session.pk).status_code == 404
    page = client_for(world.a.manager).get(reverse("livesession:index")).content.decode()
    assert "CANARY-A-session" in page
    assert "CANARY-B" not in page


def test_another_date_is_told_to_those_who_registered(world: World) -> None:
    session = world.a.live.session

    response = post(world, "manager", "edit", form(world, audience="cohort", cohort=world.a.cohort.pk), session.pk)

    assert response.status_code == 302
    session.refresh_from_db()
    assert session.calendar_sequence == 1
    assert Notification.objects.filter(recipient=world.a.learner, kind="seminars.session").count() == 1


def test_only_a_draft_is_deleted(world: World) -> None:
    session = world.a.live.session
    assert post(world, "manager", "delete", {}, session.pk).status_code == 302
    assert LiveSession.objects.filter(pk=session.pk).exists()

    draft = LiveSessionFactory(partner=world.a.partner, state=SessionState.DRAFT)
    post(world, "manager", "delete", {}, draft.pk)
    assert not LiveSession.objects.filter(pk=draft.pk).exists()


def test_what_a_funder_asks_for_is_the_administrators(world: World) -> None:
    url = reverse("funderpresence:edit", args=[world.a.live.presence.pk])
    data = {"funder": world.a.funder.pk, "threshold_percent": 70}
    client_for(world.a.manager).post(url, data)
    world.a.live.presence.refresh_from_db()
    assert world.a.live.presence.threshold_percent == 80

    client_for(world.administrator).post(url, data)
    world.a.live.presence.refresh_from_db()
    assert world.a.live.presence.threshold_percent == 70


# --- The series, a page -----------------------------------------------------------------------------------------------


def test_a_series_is_read_by_anybody_and_its_dates_by_who_may_come(world: World) -> None:
    series = world.a.live.series
    SeriesSpeakerFactory(series=series, name="Amina Diallo")
    stranger = client_for(None).get(series.url).content.decode()
    assert "Amina Diallo" in stranger
    assert "CANARY" not in stranger

    hers = client_for(world.a.learner).get(series.url).content.decode()
    assert "CANARY-A-session" in hers
    assert "CANARY-B" not in hers


def test_an_editor_drafts_and_publishes_a_series(world: World) -> None:
    page = SeminarSeriesPageFactory(live=False, title="Brouillon")
    client = client_for(world.editor)

    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    assert client_for(None).get(f"/{page.slug}/").status_code == 404
    page.save_revision().publish()
    assert client_for(None).get(f"/{page.slug}/").status_code == 200
    assert SeminarSeriesPage.objects.get(pk=page.pk).live


def test_a_speaker_has_an_account_chosen_among_whom_one_may_see(world: World) -> None:
    speaker = SeriesSpeakerFactory(name="Intervenante", person=world.a.coach)
    page = speaker.series
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])

    def save(who: Any, **row: Any) -> Any:
        speakers = formset("speakers", [{"id": speaker.pk, "name": "Intervenante", "role": "", "biography": ""} | row])
        data = {"title": page.title, "slug": page.slug, "programme": "null", "objectives": "null", **speakers}
        client_for(who).post(address, data | {"speakers-INITIAL_FORMS": 1, "action-publish": "yes"})
        speaker.refresh_from_db()
        return speaker.person

    assert "speakers-0-person" in client_for(world.administrator).get(address).content.decode()
    assert "speakers-0-person" not in client_for(world.editor).get(address).content.decode()
    # An editor who may see nobody changes what the speaker does, and nothing of whom she is.
    assert save(world.editor, role="Médiatrice", person=world.b.coach.pk) == world.a.coach
    assert speaker.role == "Médiatrice"
    assert save(world.administrator, person=world.b.coach.pk) == world.b.coach


@pytest.mark.parametrize("count", [1, 5])
def test_a_series_costs_the_same_with_one_date_and_with_many(
    world: World, count: int, django_assert_num_queries: Any
) -> None:
    series = SeminarSeriesPageFactory()
    LiveSessionFactory.create_batch(count, series=series)
    SeriesSpeakerFactory.create_batch(count, series=series)
    client = client_for(world.a.learner)
    client.get(series.url)

    with django_assert_num_queries(SERIES_QUERIES):
        client.get(series.url)
