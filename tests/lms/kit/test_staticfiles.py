"""Static files: several stylesheets joined into one."""

import os
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from pytest_django import Settings

from lms.kit.staticfiles import BundleFinder


@pytest.fixture
def finder(settings: Settings, tmp_path: Path) -> BundleFinder:
    settings.STATIC_BUNDLES_DIR = tmp_path / "bundles"
    return BundleFinder()


def test_the_joined_file_holds_its_sources_in_order(finder: BundleFinder, settings: Settings) -> None:
    joined = Path(finder.find("portal/academy.css")).read_text(encoding="utf-8")

    names = settings.STATIC_BUNDLES["portal/academy.css"]
    assert joined == "\n".join(Path(str(finders.find(name))).read_text(encoding="utf-8") for name in names)


def test_it_is_written_again_only_when_a_source_is_newer(finder: BundleFinder, settings: Settings) -> None:
    target = Path(finder.find("portal/academy.css"))
    target.write_text("kept", encoding="utf-8")

    assert Path(finder.find("portal/academy.css")).read_text(encoding="utf-8") == "kept"

    os.utime(target, (0, 0))
    assert Path(finder.find("portal/academy.css")).read_text(encoding="utf-8") != "kept"


def test_other_names_are_not_found(finder: BundleFinder) -> None:
    assert finder.find("portal/tokens.css") == []
    assert finder.find("portal/tokens.css", find_all=True) == []


def test_it_lists_what_collectstatic_copies(finder: BundleFinder) -> None:
    bundles = dict(finder.list(None))

    assert set(bundles) == {"portal/academy.css", "coaching/coaching.css", "community/community.css"}
    assert all(storage.exists(name) for name, storage in bundles.items())
