"""What the bench reports: rows with a value, a bar and whether it holds; printed, and kept in `var/bench.json`."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One figure. `bar` says what is asked of it in words; without a bar, `holds` is None and the row informs."""

    group: str
    name: str
    value: float
    unit: str
    bar: str | None = None
    holds: bool | None = None


class Group:
    """Makes the rows of one group."""

    def __init__(self, name: str) -> None:
        self.name = name

    def at_most(self, name: str, value: float, unit: str, bar: float) -> Row:
        return Row(self.name, name, value, unit, f"≤ {bar:g}", value <= bar)

    def at_least(self, name: str, value: float, unit: str, bar: float) -> Row:
        return Row(self.name, name, value, unit, f"≥ {bar:g}", value >= bar)

    def same(self, name: str, value: float, unit: str, other: float, *, at_most: float) -> Row:
        """Under a bar, and equal to what was measured elsewhere."""
        return Row(self.name, name, value, unit, f"{other:g}, ≤ {at_most:g}", value == other and value <= at_most)

    def note(self, name: str, value: float, unit: str) -> Row:
        return Row(self.name, name, value, unit)


def table(rows: Sequence[Row]) -> str:
    """The rows in columns, for a terminal."""
    lines = [("", "value", "", "bar", "holds")]
    lines += [
        (row.name, f"{row.value:g}", row.unit, row.bar or "", {True: "yes", False: "NO", None: ""}[row.holds])
        for row in rows
    ]
    name, value, unit, bar, _holds = (max(len(line[column]) for line in lines) for column in range(5))
    return "\n".join(
        f"{line[0]:<{name}}  {line[1]:>{value}} {line[2]:<{unit}}  {line[3]:<{bar}}  {line[4]}".rstrip()
        for line in lines
    )


def keep(rows: Sequence[Row], path: Path) -> None:
    """Write the rows over those of the same groups; the other groups' rows stay."""
    measured = {row.group for row in rows}
    others = (
        [row for row in json.loads(path.read_text("utf-8")) if row["group"] not in measured] if path.exists() else []
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(others + [asdict(row) for row in rows], ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
