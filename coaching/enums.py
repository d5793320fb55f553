"""States and choices of coaching."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Mode(models.TextChoices):
    """Where two people meet."""

    ONLINE = "online", _("By video")
    PHONE = "phone", _("By phone")
    PLACE = "place", _("In person")


class AppointmentState(models.TextChoices):
    """A held appointment waits five minutes for its confirmation; a cancelled one frees its time."""

    HELD = "held", _("Held")
    CONFIRMED = "confirmed", pgettext_lazy("an appointment", "Confirmed")
    CANCELLED = "cancelled", pgettext_lazy("an appointment", "Cancelled")


class SeatState(models.TextChoices):
    """One learner's seat in an appointment."""

    HELD = "held", _("Held")
    BOOKED = "booked", _("Booked")
    CANCELLED = "cancelled", pgettext_lazy("a seat", "Cancelled")


class Presence(models.TextChoices):
    """What became of one person at an appointment."""

    UNKNOWN = "unknown", _("Not noted yet")
    ATTENDED = "attended", pgettext_lazy("at an appointment", "Present")
    LATE = "late", pgettext_lazy("at an appointment", "Late")
    NO_SHOW = "no_show", pgettext_lazy("at an appointment", "Did not come")


class PublicHolidays(models.TextChoices):
    """Which French public holidays close a diary (Code du travail, art. L3133-1; local law for Alsace-Moselle)."""

    NONE = "", _("None")
    METROPOLITAN = "metropolitan", _("Metropolitan France")
    ALSACE_MOSELLE = "alsace_moselle", _("Alsace-Moselle")
    GUADELOUPE = "GP", "Guadeloupe"
    MARTINIQUE = "MQ", "Martinique"
    GUYANE = "GF", "Guyane"
    REUNION = "RE", "La Réunion"
    MAYOTTE = "YT", "Mayotte"
    SAINT_BARTHELEMY = "BL", "Saint-Barthélemy"
    SAINT_MARTIN = "MF", "Saint-Martin"
    SAINT_PIERRE_ET_MIQUELON = "PM", "Saint-Pierre-et-Miquelon"
    NOUVELLE_CALEDONIE = "NC", "Nouvelle-Calédonie"
    POLYNESIE = "PF", "Polynésie française"
    WALLIS_ET_FUTUNA = "WF", "Wallis-et-Futuna"


class Continuity(models.TextChoices):
    """Whom a learner of a cohort may book."""

    SAME = "same", _("Her own coach only")
    SAME_FIRST = "same_first", _("Her own coach first; another one if she agrees")
    ROUND_ROBIN = "round_robin", _("Any coach of the cohort, in turn")


class CalendarKind(models.TextChoices):
    """How the busy time of a coach's own calendar is read."""

    ICS = "ics", _("Calendar address (ICS)")
    CALDAV = "caldav", "CalDAV"


class ContactChannel(models.TextChoices):
    """How a coach reached somebody outside an appointment."""

    MESSAGE = "message", _("Message")
    PHONE = "phone", _("Phone call")
    OTHER = "other", pgettext_lazy("a way of reaching somebody", "Other")


class SignerRole(models.TextChoices):
    LEARNER = "learner", _("Learner")
    COACH = "coach", _("Coach")


class ContactSignal(models.TextChoices):
    """What a contact rule looks at."""

    SILENT_DAYS = "silent_days", _("Days without any activity")
    BEHIND_PLAN = "behind_plan", _("Hours behind the plan")
    MISSED = "missed", _("Missed appointments")
    NO_HUMAN_CONTACT = "no_human_contact", _("Days without a human contact")
    STUCK = "stuck", _("Failed attempts at the same quiz")
