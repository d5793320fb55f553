"""Time zones, by the names that people give them."""

from django.utils import translation

from lms.accounts.zones import FRENCH_ZONES, zone_choices, zone_label, zone_named


def test_overseas_france_is_named_in_the_reader_s_language() -> None:
    with translation.override("fr"):
        assert str(zone_label("Pacific/Noumea")) == "Nouvelle-Calédonie"
    with translation.override("en"):
        assert str(zone_label("Pacific/Noumea")) == "New Caledonia"


def test_elsewhere_the_name_is_that_of_the_zone() -> None:
    assert zone_label("America/Sao_Paulo") == "America – Sao Paulo"


def test_the_french_zones_come_first_and_once() -> None:
    france, elsewhere = (zones for _, zones in zone_choices())
    assert [name for name, _ in france] == list(FRENCH_ZONES)
    assert {name for name, _ in elsewhere}.isdisjoint(FRENCH_ZONES)
    assert "Europe/Brussels" in dict(elsewhere)


def test_a_zone_that_is_none_gives_the_academy_s_own() -> None:
    assert zone_named("Europe/Nowhere").key == "Europe/Paris"
    assert zone_named("../etc/passwd").key == "Europe/Paris"
