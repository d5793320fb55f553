"""What people are told once a session is over: its replay is there, and what they thought of it."""

from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.accounts.models import User
from lms.notifications.registry import Kind, register
from lms.notifications.services import Message, notify
from seminars.enums import RegistrationState, Trouble
from seminars.links import link_for
from seminars.models import LiveSession, Registration, SessionRecording, SessionStaff, SurveyAnswer

GROUP = gettext_lazy("Seminars")
REPLAY = register(
    Kind(code="seminars.replay", label=gettext_lazy("the replay of a seminar I registered for is there"), group=GROUP)
)
SURVEY = register(Kind(code="seminars.survey", label=gettext_lazy("what I thought of a seminar is asked"), group=GROUP))


def tell_ready(recording: SessionRecording, *, now: datetime) -> None:
    """Those who registered learn that they can see it again; those who run it also when something is missing."""
    session = recording.session
    registered = Registration.objects.filter(session=session).exclude(state=RegistrationState.CANCELLED)
    for registration in registered.select_related("person"):
        notify(
            kind=REPLAY,
            recipient=registration.person,
            key=f"seminars:replay:{recording.public_id}",
            message=partial(_ready, recording, registration.person),
            now=now,
        )
    for staff in SessionStaff.objects.filter(session=session).select_related("person"):
        notify(
            kind=REPLAY,
            recipient=staff.person,
            key=f"seminars:replay:{recording.public_id}:{bool(recording.trouble)}",
            message=partial(_ready, recording, None),
            now=now,
        )


def tell_survey(session: LiveSession, *, now: datetime) -> None:
    """Those who came are asked what they thought of it, once."""
    came = session.stays.values("person")
    registered = Registration.objects.filter(session=session, person__in=came).exclude(
        person__in=SurveyAnswer.objects.filter(session=session).values("person")
    )
    for registration in registered.select_related("person"):
        notify(
            kind=SURVEY,
            recipient=registration.person,
            key=f"seminars:survey:{session.public_id}",
            message=partial(_asked, session, registration.person),
            now=now,
        )


def _asked(session: LiveSession, person: User) -> Message:
    return Message(
        title=_("How was “%(title)s”?") % {"title": session.title},
        lines=[_("Three marks and, if you wish, a few words: the next sessions are made with them.")],
        url=link_for(person, session, "survey"),
        action=_("Say what I think of it"),
    )


def _ready(recording: SessionRecording, person: User | None) -> Message:
    """To `person`, who registered; to a host where there is none."""
    session = recording.session
    lines = [_("You can follow it again until %(day)s.") % {"day": date_format(recording.kept_until, "j F Y")}]
    if person is None and recording.trouble:
        lines.append(str(Trouble(recording.trouble).label))
    if person is None:
        return Message(
            title=_("Results and replay: %(title)s") % {"title": session.title},
            lines=lines,
            url=reverse("seminars:results", args=[session.public_id]),
            action=_("Open the results"),
        )
    return Message(
        title=_("Replay: %(title)s") % {"title": session.title},
        lines=lines,
        url=link_for(person, session, "replay"),
        action=_("Open the replay"),
    )
