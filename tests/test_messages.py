"""What may be said to the academy's sockets, by whom, and that nothing else has an effect.

T01: `lms/messages.csv` says what each message gets for each role in a room; each of its cells is run. T02, T04: ids of
another room are answered like ids of nobody, and fields that nobody asked for are refused. T21: every message is tried
with odd fields, by every role, and said until its sender is cut off. Whoever adds a message adds its rows.

A message that is refused changes no row, and nobody but its sender hears of it. What is said in one room never reaches
another. A row of the table is a socket's route and a message: its type, and a word more where one type says several
things. Cells:

- `ok`: done, or there was nothing to do
- `outside`: her handshake is refused, whatever she says
- any other word is the code of the refusal
- empty: nobody has this role here

`FUZZ=50` tries fifty times as many odd messages.
"""

import csv
import json
import logging
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

import coaching.consumers
import lms
import seminars.services.stage
import seminars.stage
from lms.kit.live.consumer import LONGEST
from seminars.sockets import base, leading, talking
from tests.casts import CASTS
from tests.halls import Cast, Fields, Hall, Heard, frame_of
from tests.routes import consumers
from tests.snapshots import as_others_left_it
from tests.world import client_for

pytestmark = pytest.mark.xdist_group("messages")  # one process: they share a database

TABLE = Path(lms.__file__).with_name("messages.csv")
CONSUMERS = consumers()
# What is odd to one database may be nothing to another: both are tried.
EXAMPLES = 5 * int(os.environ.get("FUZZ", "1"))
HOUR = 3_600
GONE = {"presence", "left"}
"""What the others may hear of somebody who was cut off."""
# What ends a session ends the test as well: what it does is in the table alone.
ENDS = "room end"


def _rows() -> dict[str, dict[str, dict[str, str]]]:
    """By route, then by message: the cells."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    with TABLE.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            messages, name = found.setdefault(row.pop("route"), {}), row.pop("message")
            assert name not in messages, f"{name} appears twice"
            messages[name] = row
    return found


ROWS = _rows()


@pytest.fixture(autouse=True)
def _nothing_by_itself(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """What is gathered for a second is told at once; nothing else happens that nobody has said."""
    for gathered in (base.presence, talking.votes, talking.reactions, talking.typing, leading.results):
        monkeypatch.setattr(gathered, "every", 0)
    for stays in (base.stays, coaching.consumers.stays):
        monkeypatch.setattr(stays, "_every", HOUR)
    monkeypatch.setattr(seminars.stage, "ASK_AGAIN", HOUR)
    monkeypatch.setattr(seminars.services.stage, "KEPT", HOUR)
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}


@pytest.fixture(autouse=True)
def _nothing_fails(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert [one.getMessage() for one in caplog.get_records("call") if one.levelno >= logging.ERROR] == []


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is cut off for the pace: what is tried is what a message says."""
    monkeypatch.setattr("lms.kit.live.buckets.Bucket.take", lambda self: True)


@pytest.fixture(scope="module")
def casts(own_database: None) -> dict[str, Cast]:
    """By route, each made when it is first wanted."""
    return {}


@pytest.fixture(params=CASTS)
def route(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def hall(route: str, casts: dict[str, Cast]) -> Iterator[Hall]:
    if route not in casts:
        casts[route] = CASTS[route]()
    with Hall(casts[route]) as hall:
        yield hall


def kind_of(name: str) -> str:
    return name.partition(" ")[0]


def written(route: str) -> Any:
    """Equal as long as no message has written anything."""
    app = CONSUMERS[route].__module__.removeprefix("lms.").partition(".")[0]
    return as_others_left_it(app, "accounts", "evidence", "notifications")


def effects(heard: Heard, before: Any, after: Any) -> list[str]:
    """What a refused message did all the same."""
    found = [f"{role} hears {[event['type'] for event in events]}" for role, events in heard.others.items() if events]
    found += [f"refused, and answered {event['type']}" for event in heard.own if event not in heard.refusals]
    return found if before == after else [*found, "it writes"]


# --- The table is whole -----------------------------------------------------------------------------------------------


def test_every_message_has_a_row() -> None:
    said = {route: set(consumer.specs) for route, consumer in CONSUMERS.items()}

    assert {route: {kind_of(name) for name in messages} for route, messages in ROWS.items()} == said
    assert CASTS.keys() == said.keys()


@pytest.mark.sweep
def test_every_row_is_said_by_each_role(route: str, hall: Hall) -> None:
    cast = hall.cast
    assert list(ROWS[route]) == list(cast.messages)
    for name, cells in ROWS[route].items():
        assert {role for role, cell in cells.items() if cell} == {*cast.inside, *cast.outside} - {"listener"}, name
        assert {role for role, cell in cells.items() if cell == "outside"} == set(cast.outside), name


# --- T01: its cells are true ------------------------------------------------------------------------------------------


@pytest.mark.sweep
@pytest.mark.usefixtures("unhurried")
def test_cells(route: str, hall: Hall) -> None:
    wrong: list[str] = []
    for name, cells in ROWS[route].items():
        for role in [role for role in hall.cast.inside if role in cells]:
            fields = hall.cast.messages[name](hall.cast.inside[role])
            before = written(route)
            heard = hall.send(role, frame_of(name, fields))
            faults = [] if heard.outcome == cells[role] else [f"{heard.outcome}, not {cells[role]}"]
            if heard.outcome == "ok":
                hall.make_ready()
            else:
                faults += effects(heard, before, written(route))
            if heard.others.get(Hall.APART):
                faults.append("another room hears it")
            wrong += [f"{name} by {role}: {fault}" for fault in faults]

    assert not wrong, "\n".join(wrong)


@pytest.mark.sweep
@pytest.mark.usefixtures("unhurried")
def test_whoever_is_outside_is_not_heard(route: str, hall: Hall) -> None:
    """She does not wait to be let in: everything is said behind her handshake, as somebody inside would say it."""
    somebody = next(iter(hall.cast.inside.values()))
    frames = [frame_of(name, make(somebody)) for name, make in hall.cast.messages.items()]
    hall.make_ready()
    clients = {role: client_for(person) for role, person in hall.cast.outside.items()}
    before = written(route)
    for role, client in clients.items():
        let_in, heard = hall.knock(client, frames)
        assert not let_in, role
        assert effects(heard, before, written(route)) == [], role


# --- T02, T04: what is another's, and what nobody asked for -----------------------------------------------------------

# Made by the browser of who says it: one that is taken is refused, whoever took it.
_NEW_IDS = {("say", "id"), ("say in reply", "id"), ("ask", "id")}


@pytest.mark.sweep
@pytest.mark.usefixtures("unhurried")
def test_ids_of_another_room_are_answered_like_ids_of_nobody(route: str, hall: Hall) -> None:
    """Somebody who may say it says it with the ids of another partner's room, and with ids that nobody has: all of
    them, and each beside her own."""
    cast = hall.cast
    for name, make in cast.messages.items():
        theirs = {field: value for field, value in make(cast.apart).items() if is_id(value)}
        theirs = {field: value for field, value in theirs.items() if (name, field) not in _NEW_IDS}
        roles = [role for role, cell in ROWS[route][name].items() if cell == "ok"] or list(cast.inside)
        mixed = [theirs, *({field: value} for field, value in theirs.items())] if len(theirs) > 1 else [theirs]
        own = make(cast.inside[roles[0]])
        for ids in mixed if theirs else []:
            answers = []
            for sent in (ids, {field: of_nobody(value) for field, value in ids.items()}):
                hall.make_ready()
                before = written(route)
                heard = hall.send(roles[0], frame_of(name, own | sent))
                assert not heard.others[Hall.APART], name
                assert heard.outcome == "ok" or effects(heard, before, written(route)) == [], name
                answers.append(masked(heard, sent))
            assert answers[0] == answers[1], name


def is_id(value: Any) -> bool:
    """An id, the name of a device (which begins with one), or several."""
    if isinstance(value, list):
        return bool(value) and all(is_id(one) for one in value)
    return isinstance(value, str) and len(value) >= 36 and value[8] == value[13] == value[18] == "-"


def of_nobody(value: Any) -> Any:
    return [of_nobody(one) for one in value] if isinstance(value, list) else str(uuid.uuid4()) + value[36:]


def masked(heard: Heard, ids: Fields) -> str:
    """Everything that was heard, without its numbers and the ids that were sent."""
    events = {"": heard.own, **heard.others}
    text = json.dumps([[role, [event | {"seq": 0} for event in told]] for role, told in events.items()])
    for value in ids.values():
        for one in value if isinstance(value, list) else [value]:
            text = text.replace(one, "id")
    return text


_GREEDY = (
    *("actor", "author", "client", "from", "connection", "role", "is_coach", "is_staff", "is_superuser", "service"),
    *("session", "appointment", "group", "seq", "n", "at", "now", "state", "public_id", "name", "self", "handler"),
)


@pytest.mark.sweep
@pytest.mark.usefixtures("unhurried")
def test_fields_that_were_not_asked_for_are_refused(route: str, hall: Hall) -> None:
    role, somebody = next(iter(hall.cast.inside.items()))
    for name, make in hall.cast.messages.items():
        fields = make(somebody)
        before = written(route)
        heard = hall.send(role, frame_of(name, dict.fromkeys(_GREEDY, 1) | fields))
        assert heard.outcome == "malformed", name
        assert effects(heard, before, written(route)) == [], name


# --- T21: what is odd -------------------------------------------------------------------------------------------------

CODES = {
    *(
        "malformed",
        "unknown",
        "too-long",
        "not-allowed",
        "not-open",
        "over",
        "paused",
        "closed",
        "too-many",
        "too-late",
    ),
    *("key-taken", "not-yours", "empty", "choices", "names", "runs-it", "no-reason", "not-invited", "round-open"),
    *("running", "notes-conflict", "unknown-item", "checklist-full", "stage-full", "not-on-stage", "other-backend"),
    "no-feed",
}
"""Of refusals; `failed`, an error of ours, is none of them."""
TEXTS = [
    *("", " ", "\0", "a\0b", "\ud83d", "a\udc00b", "\ufeff", "\u202e\u2066\x07", "\x1c", "\u2028", "👩‍👩‍👧‍👦" * 40),
    *("x" * 9_999, "é" * 1_001, "a" * 80, "٠" * 36, "-" * 36, "{00000000-0000-7000-8000-00000000000}"),
    *("NaN", "Infinity", "-0", "1e400", "null", "true", "[]", "{}", "' OR 1=1 --", "<script>alert(1)</script>"),
    *("../../x", "%s%n", "\\u0000", "__class__", "offer", "open", "pause", "lock", "unlock"),
]
NUMBERS = [
    *(-1, 0, 1, 2, 10, 63, 64, 181, 2**31 - 2, 2**31 - 1, 2**31, 2**53, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 10**400),
    *(-0.0, 0.5, 1.0, 1e308, float("nan"), float("inf"), True, "1", "0x10", "١"),
]
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(alphabet=st.characters())
    | st.sampled_from(TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def like(value: Any, ids: list[str]) -> st.SearchStrategy[Any]:
    """Values of the same type, as somebody hostile would choose them."""
    if isinstance(value, bool):
        return st.booleans() | st.sampled_from([0, 1, 2, "true", "", "on", None, [], [True], {}])
    if isinstance(value, int):
        return st.sampled_from(NUMBERS) | st.integers()
    if isinstance(value, list):
        one = like(value[0], ids) if value else st.sampled_from([*TEXTS, *ids])
        return st.lists(one, max_size=4) | st.sampled_from([value * 2, value * 60, [value]])
    return st.sampled_from(TEXTS) | st.sampled_from(ids) | st.text(alphabet=st.characters(), max_size=300)


def near(fields: Fields, ids: list[str]) -> st.SearchStrategy[Fields]:
    """A message that is good but for some of its values."""
    odd = {name: st.just(value) | like(value, ids) | st.none() for name, value in fields.items()}
    return st.fixed_dictionaries(odd)


def wild(fields: Fields) -> st.SearchStrategy[Fields]:
    """The fields that a message has, or others, with anything at all in them."""
    names = st.sampled_from([*fields, "more"]) | st.text(max_size=8)
    return st.fixed_dictionaries(dict.fromkeys(fields, ANYTHING)) | st.dictionaries(names, ANYTHING, max_size=4)


def strange_ids(cast: Cast) -> list[str]:
    """Of another partner's room, of what is gone, of who is outside, of who runs this one; and badly written."""
    staff = [one for role, one in cast.inside.items() if role in ("host", "presenter", "moderator", "coach", "writer")]
    found = [*cast.gone, str(uuid.uuid4())]
    for one in (cast.apart, *staff):
        found += [str(one.person.public_id), one.client_id]
    for make in cast.messages.values():
        for value in make(cast.apart).values():
            found += [one for one in (value if isinstance(value, list) else [value]) if is_id(one)]
    found += [str(person.public_id) for person in cast.outside.values() if person is not None]
    return [*found, found[-1].upper(), found[-1].replace("-", ""), f"urn:uuid:{found[-1]}"]


def tried(strategy: st.SearchStrategy[Any], one: Any) -> None:
    """Call `one` with what Hypothesis makes of it."""
    odd = hypothesis_settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
    odd(given(strategy)(one))()


@pytest.mark.usefixtures("unhurried")
def test_nothing_odd_is_an_error_or_has_an_effect(route: str, hall: Hall) -> None:
    """Each type, by each role: nearly good, and with anything at all. Its sender's socket lives on."""
    ids = strange_ids(hall.cast)
    for kind in CONSUMERS[route].specs:
        hall.make_ready()
        _is_tried(route, hall, kind, ids)


def _is_tried(route: str, hall: Hall, kind: str, ids: list[str]) -> None:
    cast, good = hall.cast, {}
    names = [name for name in cast.messages if kind_of(name) == kind and name != ENDS]
    roles = list(cast.inside)

    def one(data: st.DataObject) -> None:
        role, name = data.draw(st.sampled_from(roles)), data.draw(st.sampled_from(names))
        if (name, role) not in good:
            good[name, role] = cast.messages[name](cast.inside[role])
        fields = good[name, role]
        said = data.draw(near(fields, ids) | near(fields, ids) | wild(fields))
        frame = json.dumps({**said, "type": kind}, ensure_ascii=data.draw(st.booleans()))
        is_answered(route, hall, role, frame, kind)

    tried(st.data(), one)


ODD_FRAMES = (
    st.text(alphabet=st.characters())
    | st.binary(max_size=200)
    | ANYTHING.map(json.dumps)
    | ANYTHING.map(lambda type_: json.dumps({"type": type_}))
    | st.sampled_from(["[" * 60_000, '{"type":' * 8_000, "9" * 5_000, "a" * LONGEST, '{"type":"ping"', "NaN", "\ud83d"])
    | st.sampled_from(['{"type":"ping"}{"type":"ping"}', '{"type":"ping","type":"dance"}', "\ufeff{}", "{'type': 1}"])
    | st.sampled_from(['{"type":"__init__"}', '{"type":"run"}', '{"type":"hello"}', '{"type":"websocket.close"}'])
)


@pytest.mark.sweep
@pytest.mark.usefixtures("unhurried")
def test_what_is_no_message_at_all_has_no_effect(route: str, hall: Hall) -> None:
    role = next(iter(hall.cast.inside))
    tried(ODD_FRAMES, lambda frame: is_answered(route, hall, role, frame))


def is_answered(route: str, hall: Hall, role: str, frame: str | bytes, kind: str = "") -> None:
    """By an event, or a refusal that has no effect."""
    before = written(route)
    heard = hall.send(role, frame)
    assert not heard.closed, heard
    assert not heard.others[Hall.APART], heard
    if heard.refusals:
        [refused] = heard.refusals
        assert refused["code"] in CODES, heard
        assert refused.get("of", "") == kind, heard
        assert effects(heard, before, written(route)) == [], heard


# --- T21: what is too much --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_whoever_floods_is_cut_off_and_the_others_are_not(route: str, hall: Hall) -> None:
    """With each message, a word that is unknown, what is no message, and bytes."""
    cast = hall.cast
    simple = {kind_of(name): name for name in reversed(cast.messages) if name != ENDS}
    weakest = sorted(cast.inside, key=lambda role: role not in ("participant", "speaker", "moderator", "presenter"))
    for kind, name in simple.items():
        spec = CONSUMERS[route].specs[kind]
        role = next(role for role in weakest if ROWS[route][name].get(role) == "ok")
        frame = frame_of(name, cast.messages[name](cast.inside[role]))
        heard = _is_cut_off(hall, role, frame, 4429, most=spec.burst + 300)
        assert {event["code"] for event in heard.refusals} <= {"too-often"} | CODES, name
        assert max(map(len, heard.others.values())) <= 3 * (spec.burst + 10 / spec.every), name
    for odd in ('{"type":"dance"}', "pas du JSON", b"\x00"):
        heard = _is_cut_off(hall, weakest[0], odd, 4429, most=300)
        assert told_others(heard) <= GONE


def test_a_frame_beyond_measure_closes(hall: Hall) -> None:
    heard = _is_cut_off(hall, next(iter(hall.cast.inside)), "a" * (LONGEST + 1), 1009, most=1)
    assert told_others(heard) <= GONE


def told_others(heard: Heard) -> set[str]:
    return {event["type"] for events in heard.others.values() for event in events}


def _is_cut_off(hall: Hall, role: str, frame: str | bytes, code: int, *, most: int) -> Heard:
    hall.make_ready()
    heard = hall.flood(role, frame, most)
    assert heard.closed == {role: code}, heard
    return heard
