"""How long the import of a real course takes, and how much memory."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.rows import Group, Row
from tests.bench.servers import ROOT
from tests.bench.sites import Site

COURSE = Path("courses", "culture-numerique")
SECONDS = 10
PEAK_MB = 200


def importing(group: Group, site: Site) -> Iterator[Row]:
    """The three modules of the real course, by the command an operator types; nothing where there is no material."""
    course = Path(os.environ.get("ACADEMY_MATERIAL", ROOT.parent / "shared" / "material")) / COURSE
    if not course.is_dir():
        print(f"  (no {COURSE} to import: set ACADEMY_MATERIAL to the folder of real material)")
        return
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_course", str(course), "--report", "json"],
        cwd=ROOT,
        env=site.environment,
        stdout=subprocess.DEVNULL,
    )
    _pid, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - started
    if status:
        raise RuntimeError(f"import_course ended with {os.waitstatus_to_exitcode(status)}")
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB here
    yield group.at_most("import of three real modules: time", round(took, 1), "s", SECONDS)
    yield group.at_most(
        "import of three real modules: peak memory", round(used.ru_maxrss * unit / 1e6, 1), "MB", PEAK_MB
    )
