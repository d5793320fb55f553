"""What cannot be tried on this machine is left out, and said."""

import sys

from tests.live_media.servers import HAS_JANUS

collect_ignore = []
if not HAS_JANUS:
    collect_ignore.append("test_janus.py")
    print(
        "tests/live_media: no Janus on this machine (Debian: apt-get install janus), its tests are left out.",
        file=sys.stderr,
    )
