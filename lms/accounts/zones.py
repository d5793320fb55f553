"""Time zones a person may live in."""

import zoneinfo
from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _

# Metropolitan and overseas France, where the learners of the consortium live.
FRENCH_ZONES = (
    "Europe/Paris",
    "America/Martinique",
    "America/Guadeloupe",
    "America/Cayenne",
    "America/Miquelon",
    "Indian/Reunion",
    "Indian/Mayotte",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Wallis",
)


def zone_named(name: str) -> zoneinfo.ZoneInfo:
    """The zone, or the academy's own where the name is not one."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, zoneinfo.ZoneInfoNotFoundError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)


@cache
def zone_choices() -> list[tuple[object, list[tuple[str, str]]]]:
    """Choices of a select: the French zones first, then every named place of the world."""
    places = {name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/")}
    return [(_("France"), _named(FRENCH_ZONES)), (_("Elsewhere"), _named(sorted(places.difference(FRENCH_ZONES))))]


def _named(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ").replace("/", " – ")) for name in names]
