"""The groups of sockets that live seminars publish to."""

from seminars.models import LiveSession


def room_group(session: LiveSession) -> str:
    """Everybody in the room of a session, groups included."""
    return f"seminar.{session.public_id}"


def staff_group(session: LiveSession) -> str:
    """Those who run it: hosts, presenters, moderators."""
    return f"seminar-staff.{session.public_id}"
