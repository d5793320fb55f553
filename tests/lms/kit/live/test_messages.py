"""What a client may say: fields, and how often."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kit.live.buckets import Bucket
from lms.kit.live.messages import (
    Refused,
    Spec,
    flag,
    identifier,
    maybe,
    one_of,
    parse,
    receives,
    specs_of,
    text,
    whole,
)

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


async def _nothing(*args: Any, **kwargs: Any) -> None: ...


SPEC = Spec("say", {"words": text(20), "on": flag, "n": whole(0, 9), "id": maybe(identifier)}, 1024, 1, 1.0, _nothing)
GOOD = {"type": "say", "words": "bonjour", "on": True, "n": 3, "id": None}


def test_exactly_the_declared_fields_come_through() -> None:
    assert SPEC.clean(GOOD) == {"words": "bonjour", "on": True, "n": 3, "id": None}
    for other in (GOOD | {"role": "coach"}, {key: GOOD[key] for key in ("type", "words", "on", "n")}):
        with pytest.raises(Refused):
            SPEC.clean(other)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (text(5), "trop long"),
        (text(50), "a\0b"),
        (text(50), "\ud83d"),  # half an emoji
        (text(50), "   "),
        (text(50), 12),
        (flag, 1),
        (whole(0, 9), 10),
        (whole(0, 9), True),
        (whole(0, 9), 3.0),
        (one_of("a", "b"), "c"),
        (one_of("a", "b"), []),
        (identifier, "00000000-0000-7000-8000-00000000000"),
        (identifier, "z" * 36),
    ],
)
def test_a_wrong_value_is_refused(field: Any, value: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        field(value)


@given(st.dictionaries(st.sampled_from([*GOOD, "else"]), ODD))
def test_nothing_but_a_refusal_comes_of_odd_fields(message: dict[str, Any]) -> None:
    try:
        cleaned = SPEC.clean(message)
    except Refused:
        return
    assert set(cleaned) == {"words", "on", "n", "id"}


@given(st.text() | ODD.map(json.dumps))
def test_nothing_but_a_refusal_comes_of_an_odd_frame(frame: str) -> None:
    try:
        message = parse(frame)
    except Refused:
        return
    assert isinstance(message["type"], str)


@pytest.mark.parametrize("frame", ["[" * 100_000, "9" * 5_000, '{"type": 1}', '{"type": null}', "[]", "", "null"])
def test_a_broken_frame_is_refused(frame: str) -> None:
    with pytest.raises(Refused):
        parse(frame)


def test_methods_are_found_by_their_type() -> None:
    class Desk:
        @receives("say", size=10, words=text(5))
        async def say(self, words: str) -> None: ...

    [spec] = specs_of(Desk).values()
    assert (spec.kind, spec.size, spec.handler) == ("say", 10, Desk.say)


def test_a_bucket_refills_with_time() -> None:
    now = [0.0]
    bucket = Bucket(2, 0.5, clock=lambda: now[0])

    assert [bucket.take() for _ in range(3)] == [True, True, False]
    now[0] = 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    now[0] = 60.0
    assert [bucket.take() for _ in range(3)] == [True, True, False]
