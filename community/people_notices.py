"""What the community tells one person alone: a private message, her welcome among the alumni, a yearly question."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import PrivateMessage
from lms.accounts.models import User
from lms.notifications.registry import Kind, register
from lms.notifications.services import Message, notify

GROUP = gettext_lazy("Community")

PRIVATE = register(Kind(code="community.private", label=gettext_lazy("somebody writes to me privately"), group=GROUP))
ALUMNI = register(
    Kind(code="community.alumni", label=gettext_lazy("what concerns me as one of the alumni"), group=GROUP)
)


def tell_private(message: PrivateMessage, *, to: User, read_until: int, now: datetime) -> None:
    """Told once until she has read: ten messages in a row are one piece of news."""

    def words() -> Message:
        name = message.author.get_full_name()
        return Message(
            title=_("%(name)s wrote to you") % {"name": name},
            url=reverse("community:conversation", args=[message.conversation.public_id]),
            action=_("Read the message"),
        )

    key = f"community:private:{message.conversation.public_id}:{read_until}"
    notify(kind=PRIVATE, recipient=to, key=key, message=words, actor=message.author, now=now)


def tell_welcome(person: User, *, now: datetime) -> None:
    def words() -> Message:
        return Message(
            title=_("Welcome among the alumni"),
            lines=[
                _("Your training is complete, and your place here is for life: courses, attestations, community."),
                _("You choose whether others find you, and whether you help those who begin."),
            ],
            url=reverse("community:welcome"),
            action=_("See what stays yours"),
        )

    notify(kind=ALUMNI, recipient=person, key="community:welcome", message=words, now=now)


def ask_still_there(person: User, *, now: datetime) -> None:
    def words() -> Message:
        return Message(
            title=_("Still there?"),
            lines=[
                _("Once a year, we ask whether what you show in the directory is still right."),
                _("One tap is enough. Your access stays open for life, whether you answer or not."),
            ],
            url=reverse("community:still-there"),
            action=_("Answer in one tap"),
        )

    notify(kind=ALUMNI, recipient=person, key=f"community:still-there:{now:%Y-%m}", message=words, now=now)
