"""What the desk tells learners: a coach's message, a report to read, a report to sign."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.models import CoachingReport, ContactLog
from coaching.notices import GROUP
from lms.accounts.models import User
from lms.kit.templatetags.kit import day
from lms.notifications.registry import Kind, register
from lms.notifications.services import Message, notify

MESSAGE = register(Kind(code="coaching.message", label=gettext_lazy("Your coach writes to you"), group=GROUP))
REPORT = register(
    Kind(code="coaching.report", label=gettext_lazy("The report of an appointment is ready"), group=GROUP)
)


def tell_message(contact: ContactLog, *, now: datetime) -> None:
    """The coach's words as they are."""
    learner, coach = contact.enrolment.learner, contact.author

    def message() -> Message:
        return Message(
            title=_("%(coach)s writes to you") % {"coach": coach.get_full_name()},
            lines=[line for line in contact.text.splitlines() if line.strip()],
            url=reverse("coaching:appointments"),
            action=_("Open my appointments"),
        )

    key = f"coaching:message:{contact.public_id}"
    notify(kind=MESSAGE, recipient=learner, key=key, message=message, actor=coach, now=now)


def tell_report(report: CoachingReport, *, to_sign: bool, actor: User, now: datetime) -> None:
    """That there is something to read, and to sign; what it says stays on its page."""
    seat = report.seat

    def message() -> Message:
        words = _("%(coach)s shares the report of your appointment of %(day)s with you.")
        lines = [words % {"coach": report.author.get_full_name(), "day": day(seat.starts_at)}]
        if to_sign:
            lines.append(_("Read it, then sign it with one tap: your funder asks for it."))
        return Message(
            title=_("Read and sign your report") if to_sign else _("Your report is ready"),
            lines=lines,
            url=reverse("coaching:report-shown", args=[report.public_id]),
            action=_("Read the report"),
        )

    # A new wording has to be signed again, so it is told again; one that is only shared is told once.
    key = f"coaching:report:{report.public_id}" + (f":{report.revision}" if to_sign else "")
    notify(kind=REPORT, recipient=seat.learner, key=key, message=message, actor=actor, now=now)
