"""What courses tell people: that an attestation was revoked."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.accounts.models import User
from lms.evidence.models import Attestation
from lms.kit.templatetags.kit import day
from lms.notifications.registry import Kind, register
from lms.notifications.services import Message, notify

REVOKED = register(
    Kind(
        code="courses.attestation-revoked",
        label=gettext_lazy("An attestation of mine is revoked"),
        group=gettext_lazy("My training"),
        may_be_refused=False,
    )
)


def tell_revoked(attestation: Attestation, *, actor: User, now: datetime) -> None:
    """Its holder learns which one, why, and that nobody is shown it any more."""
    enrolment = attestation.enrolment

    def message() -> Message:
        words = _("Your attestation “%(title)s” of %(day)s is no longer valid.")
        return Message(
            title=_("One of your attestations is revoked"),
            lines=[
                words % {"title": attestation.paper["course_title"], "day": day(attestation.issued_at)},
                _("Reason: %(reason)s") % {"reason": attestation.revoked_reason},
                _("The links that you had shared no longer show it. Your hours stay as they are."),
            ],
            url=reverse("evidence:hours-of", args=[enrolment.public_id]) + "#attestations",
            action=_("See my attestations"),
        )

    key = f"courses:attestation-revoked:{attestation.public_id}"
    notify(kind=REVOKED, recipient=enrolment.learner, key=key, message=message, actor=actor, now=now)
