"""Reads calendars in a process of its own, with little memory and little time: a rule of two lines can recur for ever.

`python -m coaching.formats.apart` is that process: what to read on its standard input, what it read on its output.
"""

import base64
import json
import resource
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from coaching.formats.ical import NotACalendar, Reading, TooManyOccurrences, Wanted, read
from coaching.periods import Period

MOST_SECONDS = 20
MOST_MEMORY = 1024**3
_HOUSE = Path(__file__).resolve().parents[2]
_REFUSALS: dict[str, type[Exception]] = {"not-a-calendar": NotACalendar, "too-many": TooManyOccurrences}


def read_apart(contents: Iterable[bytes], wanted: Wanted, *, seconds: int = MOST_SECONDS) -> Reading:
    """The same as `ical.read`, in `seconds` of computing at most.

    Raises:
        NotACalendar, TooManyOccurrences: as `ical.read`; TooManyOccurrences also for what would never end.
    """
    question = {
        "contents": [base64.b64encode(content).decode("ascii") for content in contents],
        "start": wanted.start.isoformat(),
        "end": wanted.end.isoformat(),
        "zone": wanted.zone.key,
        "people": sorted(wanted.people),
        "own_suffix": wanted.own_suffix,
        "seconds": seconds,
    }
    done = subprocess.run(
        [sys.executable, "-m", "coaching.formats.apart"],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        cwd=_HOUSE,
        check=False,
        timeout=10 * seconds,
    )
    if done.returncode:
        raise TooManyOccurrences
    answer = json.loads(done.stdout)
    if refusal := answer.get("refusal"):
        raise _REFUSALS[refusal]
    periods = (Period(*map(datetime.fromisoformat, bounds)) for bounds in answer["periods"])
    return Reading(tuple(periods), answer["unread"])


def _answer(question: dict[str, object]) -> dict[str, object]:
    contents, people = question["contents"], question["people"]
    assert isinstance(contents, list)  # noqa: S101 - we wrote it
    assert isinstance(people, list)  # noqa: S101
    wanted = Wanted(
        start=datetime.fromisoformat(str(question["start"])),
        end=datetime.fromisoformat(str(question["end"])),
        zone=ZoneInfo(str(question["zone"])),
        people=frozenset(people),
        own_suffix=str(question["own_suffix"]),
    )
    try:
        reading = read([base64.b64decode(content) for content in contents], wanted)
    except (NotACalendar, TooManyOccurrences) as error:
        return {"refusal": next(code for code, kind in _REFUSALS.items() if isinstance(error, kind))}
    periods = [(period.starts_at.isoformat(), period.ends_at.isoformat()) for period in reading.periods]
    return {"periods": periods, "unread": reading.unread}


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    # Once our own imports are paid for. The kernel ends the process at the limit.
    used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2])) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + asked["seconds"],) * 2)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY,) * 2)
    json.dump(_answer(asked), sys.stdout)
