"""What people think of a session, once it is over (Qualiopi, indicator 30)."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.kit.errors import DomainError
from seminars.enums import SessionState
from seminars.models import LiveSession, RoomChange, SurveyAnswer
from seminars.replay_notices import tell_survey

from .held import note_change

ASKED_WITHIN = timedelta(days=2)
ASKED = "survey-asked"


class SurveyRefused(DomainError):
    """Nothing is kept: `answered`."""


def answer_survey(
    *, session: LiveSession, person: User, useful: int, clear: int, comfortable: int, words: str, now: datetime
) -> SurveyAnswer:
    """Keep three marks (1 to 5) and some words, once.

    Raises:
        SurveyRefused: she has answered already.
    """
    try:
        with transaction.atomic():
            return SurveyAnswer.objects.create(
                session=session,
                person=person,
                useful=useful,
                clear=clear,
                comfortable=comfortable,
                words=words.strip(),
                at=now,
            )
    except IntegrityError:
        raise SurveyRefused("answered", _("You have answered already. Thank you.")) from None


def sweep_surveys(*, now: datetime) -> None:
    """Every minute: those who came to a session that has just ended are asked, once."""
    ended = LiveSession.objects.filter(state=SessionState.ENDED, ended_at__gt=now - ASKED_WITHIN, ended_at__lte=now)
    asked = RoomChange.objects.filter(what=ASKED, session__in=ended).values("session")
    for session in ended.exclude(pk__in=asked):
        with transaction.atomic():
            note_change(session, ASKED, actor=None, now=now)
            tell_survey(session, now=now)
