"""T02–T04: a partner sees nothing of another, neither by its ids, nor in what is derived, nor through a form."""

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from coaching.models import (
    Appointment,
    CoachingReport,
    ContactLog,
    Diary,
    FollowUpTask,
    Goal,
    PrivateNote,
    Seat,
)
from lms.accounts.models import User
from lms.evidence.models import Attestation, AttestationShare, HourEntry
from lms.programmes.models import AuditAccess, Cohort, Enrolment, PartnerMembership
from seminars.sockets.base import contents, presence
from tests.routes import Route, address, address_of, parameters, routes, socket_address, socket_routes
from tests.snapshots import database
from tests.sockets import PATIENCE, SocketClient
from tests.test_permissions import ROWS
from tests.visits import body_of
from tests.world import World, build_side, build_world, client_for

pytestmark = pytest.mark.sweep

STAFF = ("coach", "manager", "auditor")
PEOPLE = ("learner", "alumnus", *STAFF)
# What a page says differently each time it is drawn, and the address it was asked at.
_MASKS = [
    (re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+'), rb"\1"),
    (re.compile(rb'(csrf_?token"?[:=] ?"?)[A-Za-z0-9]{32,}', re.IGNORECASE), rb"\1"),
    (re.compile(rb'nonce="[^"]+"'), b"nonce"),
    (re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), b"uuid"),
]


def _masked(response: Any, url: str) -> bytes:
    return _without_ids(body_of(response).replace(url.encode(), b"url"))


def _without_ids(body: bytes) -> bytes:
    for pattern, mask in _MASKS:
        body = pattern.sub(mask, body)
    return body


def mirrored(world: World) -> World:
    """The same world seen from B: what asks for A's rows gets B's."""
    return replace(world, sides={"A": world.b, "B": world.a})


# --- T02: ids of the other side --------------------------------------------------------------------------------------

_HIDDEN = {
    "learner_other_partner": "learner",
    "coach_other": "coach",
    "manager_other": "manager",
    "auditor_other": "auditor",
}


def _hidden_from(role: str) -> list[tuple[str, Route]]:
    """(method, route) of everything the table hides from this person of the other partner, and that names a row."""
    cell = next(cell for cell, name in _HIDDEN.items() if name == role)
    return [
        (row.method, routes()[row.route])
        for row in ROWS
        if row.cells[cell] == "hidden" and row.route in routes() and "<" in "".join(map(str, routes()[row.route].parts))
    ]


@pytest.mark.parametrize("role", _HIDDEN.values())
def test_the_other_side_s_ids_answer_like_ids_of_nobody(world: World, role: str) -> None:
    client = client_for(getattr(world.a, role))
    before = database()
    checked = 0
    for method, route in _hidden_from(role):
        if route.name.startswith("media:"):
            continue  # no file in this world: the table's row is about unknown ids only
        theirs, nobodys = address(route, mirrored(world)), address_of(route, {})
        found, unknown = client.generic(method, theirs), client.generic(method, nobodys)
        assert found.status_code == unknown.status_code == 404, (method, theirs)
        assert b"CANARY-B" not in body_of(found), (method, theirs)
        assert _masked(found, theirs) == _masked(unknown, nobodys), (method, theirs)
        checked += 1

    assert checked >= 10
    assert database() == before


PAIRED = [
    "courses:lesson-note",
    "courses:quiz-start",
    *(f"seminars:{name}" for name in ("deck", "deck-file", "deck-remove", "handout", "handout-remove", "poll-remove")),
    *(f"seminars:{name}" for name in ("round", "round-remove")),
    *(f"seminars:{name}" for name in ("slide", "replay-captions", "replay-watched", "replay-lesson", "replay-file")),
    *(f"seminars:replay-captions-{name}" for name in ("give", "remove")),
]
READ = {row.route for row in ROWS if row.method == "GET"}


@pytest.mark.parametrize("name", PAIRED)
def test_a_child_of_the_wrong_parent_does_nothing(world: World, name: str) -> None:
    route = routes()[name]
    ours, theirs = parameters(route, world), parameters(route, mirrored(world))
    client = client_for(world.a.learner)
    before = database()

    for mixture in itertools.product((ours, theirs), repeat=len(ours)):
        values = {key: side[key] for key, side in zip(ours, mixture, strict=True)}
        if values != ours:
            url = address_of(route, values)
            response = client.get(url) if name in READ else client.post(url, {"text": "moved"})
            assert response.status_code in (404, 422), values
            assert b"CANARY-B" not in body_of(response)

    assert database() == before


def test_every_route_with_two_of_our_ids_is_mixed(world: World) -> None:
    """A new nested route joins PAIRED, or this fails."""
    nested = [name for name, route in routes().items() if len(parameters(route, world)) > 1]

    # The others of these are ranks and names, not ids.
    ranked = ["courses:quiz-question", "seminars:run-sheet-item", "seminars:results-export"]
    assert sorted(nested) == sorted([*PAIRED, *ranked])


# --- What A's people can reach ----------------------------------------------------------------------------------------


def _searches() -> list[str]:
    """Every list that answers GET, asked for what makes it say more."""
    return [
        address_of(route, {}) + asked
        for name, route in routes().items()
        if name.endswith((":index", ":choose", ":choose_results", ":cohorts"))
        for asked in ("?q=canary", "?export=csv", "?multiple=1")
    ]


@pytest.mark.parametrize("role", PEOPLE)
def test_no_search_and_no_export_of_a_names_anything_of_b(world: World, role: str) -> None:
    """What each page shows by itself is read by tests/test_permissions.py."""
    client = client_for(getattr(world.a, role))
    seen = body_of(client.get(reverse("portal:home")))
    for url in _searches():
        body = body_of(client.get(url))
        assert b"CANARY-B" not in body.upper(), url
        seen += body
    assert b"CANARY-A" in seen


_OF_NOW = re.compile(rb'"(seq|connection|at|now)": ?("[^"]*"|[0-9]+)')


@pytest.fixture
def sockets_of_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """From sync code their queries run in this thread and see this test's transaction, which Channels would close."""
    monkeypatch.setattr("channels.db.close_old_connections", lambda: None)
    monkeypatch.setattr(contents, "SECONDS", 0.0)
    monkeypatch.setattr(presence, "every", 3600)  # who came is told by itself: not between a question and its answer


async def _told(client: Any, path: str) -> list[Any]:
    """All that somebody finds at a socket: its greeting, everything, who is there and who is on stage."""
    socket = SocketClient(client, f"{path}?device=0123456789")
    if not await socket.is_let_in():
        return []
    found = [await socket.hears("hello")]
    await socket.says("resume", since=0)
    found.append(await socket.hears("snapshot"))
    for type_, fields in (("people", {"page": 1, "silent": False}), ("stage", {}), ("ice", {}), ("ping", {})):
        await socket.says(type_, **fields)
        found.append(await socket.receive_json_from(timeout=PATIENCE))
    await socket.disconnect(timeout=PATIENCE)
    return found


def _by_sockets(world: World) -> dict[tuple[str, str], bytes]:
    """What A's people find at each socket that they may open, masked."""
    found = {}
    for role in PEOPLE:
        client = client_for(getattr(world.a, role))
        for route in socket_routes():
            told = async_to_sync(_told)(client, socket_address(route, world))
            found[role, route] = _OF_NOW.sub(rb"now", _without_ids(json.dumps(told).encode()))
    return found


@pytest.mark.usefixtures("sockets_of_this_thread")
def test_no_socket_of_a_names_anything_of_b(world: World) -> None:
    """Nor lets A's people in where B's rows are."""
    heard = _by_sockets(world)
    assert [key for key, told in heard.items() if b"CANARY-B" in told.upper()] == []
    assert sum(b"CANARY-A" in told.upper() for told in heard.values()) >= 5
    own = [route for route in socket_routes() if "<" in route]
    let_in = [
        (role, route)
        for role in PEOPLE
        for route in own
        if async_to_sync(_told)(client_for(getattr(world.a, role)), socket_address(route, mirrored(world)))
    ]
    assert (len(own), let_in) == (3, [])


# --- T03: with and without the other partner --------------------------------------------------------------------------


def _derived(world: World, now: datetime) -> dict[tuple[str, str], bytes]:
    """Every list, report and export of A's people, masked."""
    names = [
        "portal:home",
        "portal:cohorts",
        "portal:cohort",
        "portal:cohort-csv",
        "evidence:hours",
        "evidence:hours-of",
    ]
    names += ["courses:path", "courses:module", "wagtailadmin_home", "cohort:index", "enrolment:index", "cohort:add"]
    names += ["enrolment:add", "cohort:edit", "enrolment:edit", "cohort:inspect", "enrolment:state"]
    names += [f"{name}_chooser:choose" for name in ("cohort", "track", "host_structure", "person")]
    names += [f"seminars:attendance{more}" for more in ("", "-csv", "s")]
    names += [f"coaching:{name}" for name in ("appointments", "feed", "desk", "why", "people", "person", "message")]
    names += [f"coaching:{name}" for name in ("book-for", "diary", "load", "export-csv", "report", "report-shown")]
    names += ["portal:help", "notifications:list"]
    found = [reverse(f"{name}:index") + asked for name in ("cohort", "enrolment") for asked in ("?export=csv", "?q=a")]
    closed = {"hidden", "refused", "login", "forbidden"}  # the same for everybody, see T01
    cells = {row.route: row.cells for row in ROWS if row.method == "GET"}
    pages = {}
    with time_machine.travel(now, tick=False):
        for role in ("learner", *STAFF):
            client = client_for(getattr(world.a, role))
            open_to = [name for name in names if cells.get(name, {}).get(f"{role}_own") not in closed]
            for url in [*(address(routes()[name], world) for name in open_to), *found]:
                pages[role, url] = _masked(client.get(url), url)
    return pages | _by_sockets(world)


@pytest.mark.django_db
@pytest.mark.usefixtures("sockets_of_this_thread")
def test_what_is_derived_for_a_is_the_same_with_and_without_b() -> None:
    alone = build_world(sides="A")
    now = timezone.now()
    before = _derived(alone, now)

    build_side("B", alone.a.partner.provider, alone.contents["B"])

    after = _derived(alone, now)
    assert [key for key, page in after.items() if page != before[key]] == []
    assert sum(b"CANARY-A" in page for page in after.values()) >= 30


# --- T04: fields nobody asked for -------------------------------------------------------------------------------------

_GREEDY = {
    "is_staff": "on",
    "is_superuser": "on",
    "is_active": "",
    "groups": "1",
    "user_permissions": "1",
    "staff_since": "2020-01-01",
    "authz_epoch": "9",
    "role": "coach",
    "partner": "{partner}",
    "funder": "{funder}",
    "cohort": "{cohort}",
    "learner": "{learner}",
    "user": "{learner}",
    "enrolment": "{enrolment}",
    "state": "alumni",
    "score": "100",
    "score_percent": "100",
    "passed": "on",
    "fraction": "1",
    "final_at": "2020-01-01",
    "credited_minutes": "9999",
    "minutes": "9999",
    "public_id": "00000000-0000-7000-8000-000000000000",
    "validated_by": "1",
    "coach": "{coach}",
    "author": "{coach}",
    "written_by": "{coach}",
    "created_by": "{coach}",
    "booked_by": "{coach}",
    "done_by": "{coach}",
    "at": "2020-01-01T10:00",
    "written_at": "2020-01-01",
    "revision": "99",
}
_PRIVILEGED: list[tuple[type[Model], tuple[str, ...]]] = [
    (User, ("email", "password", "is_superuser", "is_active", "staff_since", "authz_epoch", "public_id", "groups")),
    (Enrolment, ("learner", "cohort", "state", "public_id")),
    (Cohort, ("partner", "funder", "public_id")),
    (HourEntry, ("enrolment", "credited_minutes")),
    (Attestation, ("enrolment", "kind", "course_id", "until", "code", "paper", "digest")),
    (PartnerMembership, ("partner", "user")),
    (AuditAccess, ("funder", "user", "starts_on", "ends_on")),
    (Appointment, ("coach", "kind", "state", "starts_at", "public_id")),
    (Seat, ("learner", "enrolment", "state", "booked_by", "public_id")),
    (CoachingReport, ("seat", "author", "public_id")),
    (Diary, ("coach", "public_id")),
]


def _privileged() -> list[list[Any]]:
    return [list(model._default_manager.order_by("pk").values_list(*fields)) for model, fields in _PRIVILEGED]


_PREFERENCES = {
    "display_name": "Renamed",
    "certificate_name": "Renamed",
    "language": "en",
    "time_zone": "Europe/Paris",
    "theme": "dark",
    "text_size": "large",
    "line_spacing": "wide",
    "typeface": "system",
}
_COHORT_FORM = {
    "name": "Renamed",
    "starts_on": "2026-09-01",
    "ends_on": "2026-12-20",
    "staff-TOTAL_FORMS": "0",
    "staff-INITIAL_FORMS": "0",
}
FORMS: list[tuple[str, str, Callable[[World], dict[str, Any]], Callable[[World], Any]]] = [
    (
        "learner",
        "accounts:preferences",
        lambda world: _PREFERENCES,
        lambda world: User.objects.filter(display_name="Renamed").exists(),
    ),
    ("learner", "portal:weekly-goal", lambda world: {"hours": "5"}, lambda world: None),
    ("learner", "courses:lesson-touch", lambda world: {"seconds": "10", "position": ""}, lambda world: None),
    ("learner", "courses:lesson-note", lambda world: {"text": "Mine"}, lambda world: None),
    (
        "manager",
        "cohort:edit",
        lambda world: _COHORT_FORM | {"track": world.a.content.track.pk},
        lambda world: Cohort.objects.filter(name="Renamed").exists(),
    ),
    (
        "manager",
        "enrolment:edit",
        lambda world: {"external_id": "X-1", "weekly_goal_minutes": "60", "coach": world.a.coach.pk},
        lambda world: Enrolment.objects.filter(external_id="X-1").exists(),
    ),
    (
        "alumnus",
        "evidence:share",
        lambda world: {"days": "7", "label": "Renamed", "expires_at": "2099-01-01", "attestation": "1"},
        lambda world: AttestationShare.objects.get(label="Renamed").attestation_id == world.a.attestation.pk,
    ),
    (
        "manager",
        "courses:attestation-revoke",
        lambda world: {"reason": "Renamed", "sure": "on", "revoked_by": "1", "revoked_at": "2020-01-01"},
        lambda world: Attestation.objects.get(revoked_reason="Renamed").revoked_by_id == world.a.manager.pk,
    ),
    ("learner", "coaching:goal", lambda world: {"text": "Renamed"}, lambda world: _own(world, Goal)),
    ("learner", "coaching:task", lambda world: {"done": "1"}, lambda world: None),
    (
        "coach",
        "coaching:person-task",
        lambda world: {"text": "Renamed", "owner": "learner"},
        lambda world: _own(world, FollowUpTask),
    ),
    (
        "coach",
        "coaching:person-contact",
        lambda world: {"text": "Renamed", "channel": "phone"},
        lambda world: _own(world, ContactLog, author=world.a.coach),
    ),
    (
        "coach",
        "coaching:person-note",
        lambda world: {"text": "Renamed"},
        lambda world: _own(world, PrivateNote, author=world.a.coach),
    ),
    (
        "coach",
        "coaching:message",
        lambda world: {"text": "Renamed", "key": "0198c0de-0000-7000-8000-000000000001"},
        lambda world: _own(world, ContactLog, author=world.a.coach),
    ),
    (
        "coach",
        "coaching:report",
        lambda world: {
            "base": world.a.report.revision,
            "presence": "no_show",
            "coach_presence": "attended",
            "minutes": "0",
            "covered": "Renamed",
            "task-0-owner": "coach",
            "task-1-owner": "coach",
        },
        lambda world: CoachingReport.objects.filter(covered="Renamed").exists(),
    ),
]


def _own(world: World, model: type[Model], **fields: Any) -> bool:
    """Whether what was written is of A's learner, and of nobody else."""
    rows = model._default_manager.filter(text="Renamed")
    return rows.count() == rows.filter(enrolment=world.a.enrolment, **fields).count() == 1


def test_fields_that_were_not_offered_change_nothing(world: World) -> None:
    theirs = {
        "coach": world.b.coach.pk,
        "partner": world.b.partner.pk,
        "funder": world.b.funder.pk,
        "cohort": world.b.cohort.pk,
        "learner": world.b.learner.pk,
        "enrolment": world.b.enrolment.pk,
    }
    greedy = {key: value.format(**theirs) for key, value in _GREEDY.items()}
    before, wrong = _privileged(), []
    for role, name, form, worked in FORMS:
        with transaction.atomic():
            given = greedy | form(world)
            response = client_for(getattr(world.a, role)).post(address(routes()[name], world), given)
            if response.status_code not in (200, 204, 302) or worked(world) is False:
                wrong.append(f"{name} did not take the form: {response.status_code}")
            if _privileged() != before:
                wrong.append(f"{name} changed what it did not offer")
            transaction.set_rollback(True)

    assert not wrong, "\n".join(wrong)
