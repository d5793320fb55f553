"""Those who run a session: told that they do, and reminded as those who come are."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from lms.accounts.models import User
from seminars import notices
from seminars.enums import SessionState
from seminars.models import LiveSession, SessionStaff

from .registration import REMINDERS


def staff_of(session: LiveSession) -> list[SessionStaff]:
    """Those of them who can be told."""
    found = list(SessionStaff.objects.filter(session=session, person__is_active=True).select_related("person"))
    for one in found:
        one.session = session
    return found


def invite(staff: Iterable[SessionStaff], *, actor: User, now: datetime) -> None:
    """Tell those who run an announced session from now on, and plan their reminders."""
    invited = list(staff)
    for one in invited:
        notices.tell_named(one, actor=actor, now=now)
    plan_reminders(invited, now=now)


def plan_reminders(staff: Iterable[SessionStaff], *, now: datetime) -> None:
    """The next one of each, at the session's present time."""
    for one in staff:
        SessionStaff.objects.filter(pk=one.pk).update(remind_at=_next(one.session, now))


def sweep_staff_reminders(*, now: datetime) -> int:
    """Every minute: remind those whose time has come, each once. Returns how many.

    One that comes after the start (the worker was down) is not told; of several that are late, the last alone is.
    """
    due = SessionStaff.objects.filter(remind_at__lte=now).order_by("remind_at", "pk")
    return sum(_remind(pk, now) for pk in list(due.values_list("pk", flat=True)))


def _remind(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        row = SessionStaff.objects.select_related("session", "person").filter(pk=pk).first()
        if row is None:
            return False
        session = row.session
        as_found = SessionStaff.objects.filter(pk=pk, remind_at=row.remind_at)
        if not as_found.update(remind_at=_next(session, now)):
            return False
        is_coming = session.state in (SessionState.ANNOUNCED, SessionState.LIVE) and row.person.is_active
        reached = [minutes for minutes in REMINDERS if session.starts_at - timedelta(minutes=minutes) <= now]
        if not is_coming or not reached or session.starts_at <= now:
            return False
        notices.tell_staff_reminder(row, min(reached), now)
    return True


def _next(session: LiveSession, now: datetime) -> datetime | None:
    """When the next reminder is due."""
    to_come = (session.starts_at - timedelta(minutes=minutes) for minutes in REMINDERS)
    return min((at for at in to_come if at > now), default=None)
