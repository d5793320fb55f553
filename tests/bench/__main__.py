"""`python -m tests.bench GROUP…`: measures the groups named, prints their table, writes `var/bench.json`."""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import coaching_rows, community_rows, live, opening
from tests.bench.rows import Row, keep, table

GROUPS: dict[str, Callable[[], Iterator[Row]]] = {
    "opening": opening.rows,
    "coaching": coaching_rows.rows,
    "community": community_rows.rows,
    "live": live.rows,
}
RESULT = Path(__file__).resolve().parents[2] / "var" / "bench.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; all of them by default")
    names = parser.parse_args().groups or list(GROUPS)
    if unknown := set(names) - set(GROUPS):
        parser.error(f"no group is called {', '.join(sorted(unknown))}; there is {', '.join(GROUPS)}")
    for name in names:
        started = time.monotonic()
        rows = []
        for row in GROUPS[name]():
            print(f"  {row.name}: {row.value:g} {row.unit}", flush=True)
            rows.append(row)
        keep(rows, RESULT)
        print(f"\n{name}, in {time.monotonic() - started:.0f} s\n\n{table(rows)}\n")


if __name__ == "__main__":
    main()
