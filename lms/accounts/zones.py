"""Time zones a person may live in."""

import zoneinfo
from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type _Words = str | Promise

# Metropolitan and overseas France, where the learners of the consortium live.
FRENCH_ZONES = {
    "Europe/Paris": _("Paris, mainland France"),
    "America/Martinique": _("Martinique"),
    "America/Guadeloupe": _("Guadeloupe"),
    "America/Cayenne": _("French Guiana"),
    "America/Miquelon": _("Saint Pierre and Miquelon"),
    "Indian/Reunion": _("Réunion"),
    "Indian/Mayotte": _("Mayotte"),
    "Pacific/Noumea": _("New Caledonia"),
    "Pacific/Tahiti": _("Tahiti, French Polynesia"),
    "Pacific/Wallis": _("Wallis and Futuna"),
}


def zone_named(name: str) -> zoneinfo.ZoneInfo:
    """The zone, or the academy's own where the name is not one."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, zoneinfo.ZoneInfoNotFoundError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)


def zone_label(name: str) -> _Words:
    """A zone as people call it; outside France, the name that computers give it."""
    return FRENCH_ZONES.get(name) or name.replace("_", " ").replace("/", " – ")


@cache
def zone_choices() -> list[tuple[_Words, list[tuple[str, _Words]]]]:
    """Choices of a select: the French zones first, then every named place of the world."""
    places = {name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/")}
    return [(_("France"), _named(FRENCH_ZONES)), (_("Elsewhere"), _named(sorted(places.difference(FRENCH_ZONES))))]


def _named(names: Iterable[str]) -> list[tuple[str, _Words]]:
    return [(name, zone_label(name)) for name in names]
