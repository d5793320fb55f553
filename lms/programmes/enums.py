"""States and roles of a training contract."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EnrolmentState(models.TextChoices):
    """From invitation to alumni; alumni is for ever."""

    PENDING = "pending", _("Invited")
    ACTIVE = "active", _("In training")
    SUSPENDED = "suspended", _("Paused")
    COMPLETED = "completed", _("Completed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ALUMNI = "alumni", _("Alumni")


class CohortRole(models.TextChoices):
    """What a member of staff does in a cohort."""

    COACH = "coach", _("Coach")
    TRAINER = "trainer", _("Trainer")
    PEDAGOGICAL_LEAD = "pedagogical_lead", _("Pedagogical lead")
    DISABILITY_CONTACT = "disability_contact", _("Disability contact")
