"""Public ids sort by time; a code survives being read aloud."""

import pytest

from lms.kit.ids import normal_code, readable_code, uuid7


def test_uuid7_is_of_version_7_and_sorts_by_time() -> None:
    first = uuid7()
    assert (first.version, first.variant) == (7, "specified in RFC 4122")
    while (later := uuid7()).int >> 80 == first.int >> 80:
        pass
    assert later > first


def test_a_code_is_ten_characters_and_never_the_same() -> None:
    codes = {readable_code() for _time in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {10}
    assert not set("".join(codes)) & set("ILOU")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7KQ2M9XR4T", "7KQ2M9XR4T"),
        (" 7kq2m-9xr4t ", "7KQ2M9XR4T"),
        ("OIL0123456", "0110123456"),
        ("7kq2\x00'; --", "7KQ2"),
        ("é", ""),
    ],
)
def test_normal_code_reads_what_people_type(typed: str, code: str) -> None:
    assert normal_code(typed) == code


def test_normal_code_leaves_a_made_code_alone() -> None:
    code = readable_code()
    assert normal_code(code) == code
