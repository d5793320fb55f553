"""The figures of the first issue: pages, the bridge, one process beside reference R, the import, a lesson's weight."""

from collections.abc import Iterator

from tests.bench.bridge import bridge
from tests.bench.importing import importing
from tests.bench.rows import Group, Row
from tests.bench.scaling import scaling
from tests.bench.serving import serving
from tests.bench.sites import site
from tests.bench.weight import weight


def rows() -> Iterator[Row]:
    group = Group("opening")
    with site("small") as small, site("large") as large, site("demo") as demo:
        small.run("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        for other in (large, demo):
            (other.folder / "static").symlink_to(small.folder / "static")
        [here] = small.fill(lessons=10, learners=10)
        there, long = large.fill(lessons=1_000, learners=10_000, long_track=200)
        yield from bridge(group, small, here)
        yield from scaling(group, (small, here), (large, there), long)
        yield from serving(group, large, there)
        yield from importing(group, small)
        yield from weight(group, demo)
