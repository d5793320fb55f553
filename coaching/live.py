"""The groups of sockets that coaching publishes to."""

from lms.kit.live import close

from .models import Appointment

OVER = 4404
"""Close code: this room is not open to you any more; the page says why."""


def room_group(appointment: Appointment) -> str:
    """Everybody in the room of an appointment."""
    return f"appointment.{appointment.public_id}"


def empty_room(appointment: Appointment) -> None:
    """Send everybody out after commit: the appointment was cancelled, moved or given to somebody else. Those who may
    still come in come back by themselves."""
    close(room_group(appointment), OVER)
