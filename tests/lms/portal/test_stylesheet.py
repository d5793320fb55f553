"""The design system as numbers: contrast of every token in both themes, weights, drawings that exist."""

import gzip
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders

KIB = 1024


def text_of(name: str) -> str:
    return Path(str(finders.find(name))).read_text(encoding="utf-8")


def tokens() -> dict[str, tuple[str, str]]:
    """Name → (light, dark) of every colour written with light-dark()."""
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", text_of("portal/tokens.css"))
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "bg", 7),
        ("ink", "surface", 7),
        ("ink", "sunken", 7),
        ("ink-2", "bg", 7),
        ("ink-2", "surface", 7),
        ("ink-2", "sunken", 7),
        ("brand", "bg", 7),
        ("brand", "brand-soft", 4.5),
        ("brand-hover", "brand-soft", 4.5),
        ("on-brand", "brand", 4.5),
        ("on-brand", "brand-hover", 4.5),
        ("accent", "bg", 4.5),
        ("accent", "surface", 4.5),
        ("accent", "accent-soft", 4.5),
        ("info", "info-soft", 4.5),
        ("ok", "ok-soft", 4.5),
        ("warn", "warn-soft", 4.5),
        ("error", "error-soft", 4.5),
        ("error", "bg", 4.5),
        ("ink", "info-soft", 7),
        ("ink", "ok-soft", 7),
        ("ink", "warn-soft", 7),
        ("ink", "error-soft", 7),
        ("control", "bg", 3),
        ("control", "surface", 3),
        ("focus", "bg", 3),
        ("focus", "surface", 3),
    ],
)
def test_contrast_of_the_tokens(front: str, back: str, least: float, theme: int) -> None:
    colours = tokens()

    assert contrast(colours[front][theme], colours[back][theme]) >= least


def test_the_light_values_written_twice_agree() -> None:
    css = text_of("portal/tokens.css")
    plain = dict(re.findall(r"--([\w-]+): (#\w{6});", css))

    assert {name: light for name, (light, _dark) in tokens().items()} == {name: plain[name] for name in tokens()}


def test_one_stylesheet_of_at_most_20_kib() -> None:
    assert len(gzip.compress(text_of("portal/academy.css").encode())) <= 20 * KIB


def test_scripts_of_the_frame_leave_room_for_the_lesson() -> None:
    """A lesson may carry 45 KiB of script: htmx and the frame take less than half."""
    scripts = ("django_htmx/htmx-2.min.js", "portal/academy.js")
    weight = sum(len(gzip.compress(text_of(name).encode())) for name in scripts)

    assert weight <= 22 * KIB


def test_every_icon_named_in_a_template_is_drawn() -> None:
    drawn = set(re.findall(r'id="i-(\w+)"', text_of("portal/icons.svg")))
    ours = ("lms", "media", "courses", "coaching", "community", "seminars")
    roots = [Path(config.path) for config in apps.get_app_configs() if config.name.partition(".")[0] in ours]
    named = {
        name
        for root in roots
        for file in root.rglob("templates/**/*.html")
        for name in re.findall(r"""{% icon ["']([\w-]+)["']""", file.read_text(encoding="utf-8"))
    }

    assert named
    assert named <= drawn, f"not in icons.svg: {sorted(named - drawn)}"
