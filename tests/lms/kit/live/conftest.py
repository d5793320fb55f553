"""What cannot be tried on this machine is left out; the report's header says why."""

from tests.live_media.servers import HAS_JANUS

collect_ignore = [] if HAS_JANUS else ["test_janus.py"]
