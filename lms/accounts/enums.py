"""The choices a person has about reading."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Theme(models.TextChoices):
    AUTO = "auto", _("As on my device")
    LIGHT = "light", pgettext_lazy("colours", "Light")
    DARK = "dark", pgettext_lazy("colours", "Dark")


class TextSize(models.TextChoices):
    NORMAL = "normal", pgettext_lazy("text size", "Normal")
    LARGE = "large", _("Large")
    LARGER = "larger", _("Very large")


class LineSpacing(models.TextChoices):
    NORMAL = "normal", _("Normal")
    WIDE = "wide", _("Wide")


class Typeface(models.TextChoices):
    ATKINSON = "atkinson", _("Atkinson Hyperlegible")
    SYSTEM = "system", _("The font of my device")
