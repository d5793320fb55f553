"""What a learner is aiming at: a new goal closes the former one, and none is overwritten."""

from datetime import datetime

from django.db import transaction

from coaching.models import Goal
from lms.accounts.models import User
from lms.programmes.models import Enrolment


def set_goal(*, enrolment: Enrolment, text: str, actor: User, now: datetime) -> Goal | None:
    """Write the goal in the learner's words; the same words change nothing, no words close the goal (None)."""
    words = " ".join(text.split())
    with transaction.atomic():
        Enrolment.objects.select_for_update().get(pk=enrolment.pk)
        open_goals = Goal.objects.filter(enrolment=enrolment, closed_at=None)
        if (current := open_goals.first()) and current.text == words:
            return current
        open_goals.update(closed_at=now)
        if not words:
            return None
        return Goal.objects.create(enrolment=enrolment, text=words, written_by=actor, written_at=now)
