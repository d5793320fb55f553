"""The groups of sockets that live seminars publish to."""

from seminars.models import BreakoutRoom, LiveSession

OVER = 4404
"""Close code: this room is not open to you any more; the page says why."""


def room_group(session: LiveSession) -> str:
    """Everybody in the room of a session, groups included."""
    return f"seminar.{session.public_id}"


def staff_group(session: LiveSession) -> str:
    """Those who run it: hosts, presenters, moderators."""
    return f"seminar-staff.{session.public_id}"


def group_group(room: BreakoutRoom) -> str:
    """Those who are in one small group now."""
    return f"seminar-group.{room.public_id}"
