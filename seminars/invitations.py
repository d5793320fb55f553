"""Live sessions as calendars read them (`lms.kit.calendars`): an invitation by mail, one file, a feed.

Nobody's file names the others who come.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.accounts.zones import zone_named
from lms.kit import calendars
from lms.kit.calendars import CANCEL, PUBLISH, REQUEST, Entry, Party, uid_of
from seminars.enums import SessionState
from seminars.links import link_for
from seminars.models import LiveSession

__all__ = ["CANCEL", "FEED_KEEPS", "PUBLISH", "REQUEST", "calendar"]

PRODUCT = "-//lms//seminars//FR"
FEED_KEEPS = timedelta(days=90)
"""How long a feed still carries what is over."""


def calendar(
    sessions: Iterable[LiveSession], recipient: User, *, method: str, now: datetime | None = None, name: str = ""
) -> str:
    """A VCALENDAR in the zone of its reader; without `now`, the same rows give the same bytes."""
    entries = [_entry(session, recipient, now) for session in sessions]
    zone = zone_named(recipient.time_zone)
    return calendars.calendar(entries, zone, method=method, product=PRODUCT, name=name)


def _entry(session: LiveSession, recipient: User, now: datetime | None) -> Entry:
    address = settings.SITE_URL + link_for(recipient, session)
    lines = [session.summary] if session.summary else []
    if session.phone_number:
        lines.append(_("By phone: %(number)s") % {"number": session.phone_number})
    lines.append(_("See the session, or cancel: %(address)s") % {"address": address})
    return Entry(
        uid=uid_of(session.public_id),
        stamp=now or session.starts_at,
        sequence=session.calendar_sequence,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        title=session.title,
        place=address,
        description="\n".join(lines),
        url=address,
        people=[Party(recipient.email, recipient.get_full_name())],
        is_cancelled=session.state == SessionState.CANCELLED,
    )
