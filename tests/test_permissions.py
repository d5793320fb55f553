"""T01: `lms/permissions.csv` says who gets what from every route; each of its cells is run.

Each page that is opened on the way is judged by the rules that hold for every page, see tests/visits.py.

A row is a route (its name, or its pattern; `prefix*` for Wagtail's own) and a method; a column is a person, seen from
world A's rows. Cells:

- `ok`: let in (2xx, a refused form, or a redirect to somewhere useful)
- `login`: sent to the login page
- `hidden`: 404, the same as for what does not exist
- `refused`: Wagtail's "you do not have permission", back to its home
- `forbidden`: 401 or 403; `method`: 405
- a socket (method WS) is `ok` when it is accepted and `forbidden` when its handshake is refused
- `-`: left to Wagtail's own rights (its screens for editors): opened, and judged as a page
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import transaction
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.urls import reverse

import lms
from tests.routes import Route, address, routes, socket_address, socket_routes
from tests.sockets import SocketClient
from tests.visits import faults, write_trap
from tests.world import World, client_for, client_half_way

TABLE = Path(lms.__file__).with_name("permissions.csv")

ACTORS: dict[str, Callable[[World], Client]] = {
    "anonymous": lambda world: client_for(None),
    "learner_own": lambda world: client_for(world.a.learner),
    "learner_same_cohort": lambda world: client_for(world.a.classmate),
    "learner_other_partner": lambda world: client_for(world.b.learner),
    "alumnus": lambda world: client_for(world.a.alumnus),
    "coach_own": lambda world: client_for(world.a.coach),
    "coach_other": lambda world: client_for(world.b.coach),
    "manager_own": lambda world: client_for(world.a.manager),
    "manager_other": lambda world: client_for(world.b.manager),
    "auditor_own": lambda world: client_for(world.a.auditor),
    "auditor_other": lambda world: client_for(world.b.auditor),
    "editor": lambda world: client_for(world.editor),
    "moderator": lambda world: client_for(world.moderator),
    "admin": lambda world: client_for(world.administrator),
    "suspended": lambda world: client_for(world.a.suspended),
    "half_mfa": lambda world: client_half_way(world.half_mfa),
}
OUTCOMES = {"ok", "login", "hidden", "refused", "forbidden", "method", "-"}


@dataclass(frozen=True, slots=True)
class Row:
    route: str
    method: str
    cells: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


def _rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as table:
        return [Row(line.pop("route"), line.pop("method"), line) for line in csv.DictReader(table)]


# A world takes a second to build: enough shares for several processes, no more.
SHARES = 8

ROWS = _rows()
EXACT = {row.route for row in ROWS if "*" not in row.route or row.route.startswith("/")}
PATTERNS = {row.route for row in ROWS} - EXACT


def _covered_by(pattern: str) -> list[Route]:
    """The routes a row speaks for: its own, or those of its prefix that have no row of their own."""
    known = routes()
    if pattern in EXACT:
        return [known[pattern]]
    longer = [other for other in PATTERNS if len(other) > len(pattern)]
    return [
        route
        for name, route in known.items()
        if name not in EXACT and fnmatchcase(name, pattern) and not any(fnmatchcase(name, o) for o in longer)
    ]


# --- The table is whole -----------------------------------------------------------------------------------------------


def test_every_route_has_a_row() -> None:
    missing = sorted(name for name in routes() if name not in EXACT and not any(fnmatchcase(name, p) for p in PATTERNS))
    sockets = sorted(f"ws:{route}" for route in socket_routes() if f"ws:{route}" not in EXACT)

    assert not missing + sockets, "add these rows to lms/permissions.csv:\n" + "\n".join(missing + sockets)


def test_every_row_has_a_route() -> None:
    known = routes()
    sockets = {f"ws:{route}" for route in socket_routes()}
    stale = sorted(name for name in EXACT if name not in known and name not in sockets)
    stale += sorted(pattern for pattern in PATTERNS if not any(fnmatchcase(name, pattern) for name in known))

    assert not stale, "no such route any more:\n" + "\n".join(stale)


def test_the_table_is_written_in_its_own_words() -> None:
    assert len({(row.route, row.method) for row in ROWS}) == len(ROWS), "a route and a method appear twice"
    for row in ROWS:
        assert list(row.cells) == list(ACTORS), row
        assert set(row.cells.values()) <= OUTCOMES, row


# --- Its cells are true -----------------------------------------------------------------------------------------------


def outcome(response: Any) -> str:
    status = response.status_code
    if status in (301, 302, 303):
        target = response["Location"].partition("?")[0]
        if target in (reverse("account_login"), reverse("wagtailadmin_login")):
            return "login"
        return "refused" if target == reverse("wagtailadmin_home") else "ok"
    if status < 300 or status in (304, 400, 409, 422, 429):
        return "ok"
    return {401: "forbidden", 403: "forbidden", 404: "hidden", 405: "method"}.get(status, f"error {status}")


@pytest.mark.sweep
@pytest.mark.usefixtures("plain_errors")
@pytest.mark.parametrize("share", range(SHARES))
def test_cells(share: int, world: World) -> None:
    """Every cell of a share of the table, in one world; each request is rolled back before the next."""
    cookies = {actor: sign_in(world).cookies.output(attrs=[], header="", sep=";") for actor, sign_in in ACTORS.items()}
    # Without Django's client: it copies the context of every template that a page is made of.
    answer, ask, wrong = ClientHandler(enforce_csrf_checks=False), RequestFactory(), []
    work = [(row, route) for row in ROWS if row.method != "WS" for route in _covered_by(row.route)]
    for row, route in work[share::SHARES]:
        url = address(route, world)
        for actor, expected in row.cells.items():
            with transaction.atomic(), write_trap() as written:
                response = answer(ask.generic(row.method, url, headers={"cookie": cookies[actor]}).environ)
                said = faults(actor, route.name, response, written) if row.method == "GET" else []
                transaction.set_rollback(True)
            found = outcome(response)
            if expected not in ("-", found):
                said.append(f"{found}, not {expected}")
            wrong += [f"{row.method} {route.name} ({url}) {actor}: {fault}" for fault in said]

    assert not wrong, "\n".join(wrong)


def test_socket_cells(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell of the sockets' rows: who is let in, by the handshake alone."""
    # Channels closes a connection that is inside a transaction, and this test is: as Django's own client does.
    monkeypatch.setattr("channels.db.close_old_connections", lambda: None)
    wrong = []

    async def is_let_in(client: Client, path: str) -> bool:
        socket = SocketClient(client, path)
        let_in = await socket.is_let_in()
        await socket.disconnect()
        return let_in

    clients = {actor: sign_in(world) for actor, sign_in in ACTORS.items()}
    for row in ROWS:
        if row.method != "WS":
            continue
        path = socket_address(row.route.removeprefix("ws:"), world)
        for actor, expected in row.cells.items():
            # From sync code, so that the sockets' queries run in this thread and see this test's transaction.
            found = "ok" if async_to_sync(is_let_in)(clients[actor], path) else "forbidden"
            if found != expected:
                wrong.append(f"{row.route} ({path}) {actor}: {found}, not {expected}")

    assert not wrong, "\n".join(wrong)
