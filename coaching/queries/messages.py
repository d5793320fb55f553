"""Messages ready to be adapted, in the language of who receives them."""

from django.db.models import Q

from coaching.models import MessageTemplate
from lms.accounts.models import User
from lms.programmes.models import Enrolment


def templates_for(enrolment: Enrolment) -> list[MessageTemplate]:
    """Those offered to every coach and those of the learner's partner, in her language; her partner's come first."""
    partner = enrolment.cohort.partner_id
    offered = MessageTemplate.objects.filter(Q(partner=None) | Q(partner=partner), language=enrolment.learner.language)
    return sorted(offered, key=lambda row: (row.partner_id is None, row.title))


def written_for(template: MessageTemplate, enrolment: Enrolment, coach: User) -> str:
    """The text with its names in place; any other brace stays as it was typed."""
    names = {"{first_name}": enrolment.learner.get_short_name(), "{coach}": coach.get_full_name()}
    text = template.text
    for placeholder, name in names.items():
        text = text.replace(placeholder, name)
    return text
