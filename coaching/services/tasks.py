"""Follow-up tasks: what the learner or the coach does before they meet again."""

from datetime import date, datetime

from coaching.enums import SignerRole
from coaching.models import FollowUpTask
from lms.accounts.models import User
from lms.programmes.models import Enrolment


def add_task(
    *, enrolment: Enrolment, owner: SignerRole, text: str, due_on: date | None, actor: User, now: datetime
) -> FollowUpTask:
    return FollowUpTask.objects.create(
        enrolment=enrolment, owner=owner, text=text, due_on=due_on, created_by=actor, created_at=now
    )


def tick_task(*, task: FollowUpTask, is_done: bool, actor: User, now: datetime) -> None:
    """Done, or not done after all; ticking twice keeps the first date and the first name."""
    if is_done == (task.done_at is not None):
        return
    task.done_at, task.done_by = (now, actor) if is_done else (None, None)
    task.save(update_fields=["done_at", "done_by"])
