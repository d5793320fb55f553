"""The five questions of a first meeting, ready for who has never met."""

from django.utils.translation import gettext_lazy as _

FIRST_MEETING = (
    _("What made you choose this training?"),
    _("What would you like to be able to do when it is over?"),
    _("When and where can you work in peace?"),
    _("What could get in your way, and what would help?"),
    _("How do you prefer us to keep in touch?"),
)
