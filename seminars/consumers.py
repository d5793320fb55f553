"""The socket of a live room."""

from seminars.sockets.hosting import Hosting
from seminars.sockets.leading import Leading
from seminars.sockets.talking import Talking
from seminars.stage import StageMixin


class SeminarConsumer(StageMixin, Talking, Leading, Hosting):
    """Written first, then told; who is here, who types and who claps only pass through."""
