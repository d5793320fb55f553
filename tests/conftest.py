"""What every test stands on: real material, fast passwords, no mail, no network, files in a temporary place."""

import logging
import os
from pathlib import Path

import pytest
from django.conf import settings as academy_settings
from django.core.cache import cache
from django.db import connection
from pytest_django import Settings

from tests.flushing import flush_past_triggers  # noqa: F401 - a fixture of every test
from tests.migrated import copy_file, copy_postgres
from tests.world import World, build_world

ROOT = Path(__file__).resolve().parent.parent

# A failed test shows its own story, not a line for every page and task that its world was made of.
logging.disable(logging.INFO)


@pytest.fixture(autouse=True)
def _house(settings: Settings, tmp_path: Path) -> None:
    """The laptop's settings, made fast and harmless: nothing a test does leaves its own directory."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    if settings.REDIS_URL:
        # A Redis database for each worker: one empties it without touching the other's.
        number = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        location = f"{settings.REDIS_URL.rpartition('/')[0]}/{number}"
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": location}}
        layer = settings.CHANNEL_LAYERS["default"]
        settings.CHANNEL_LAYERS = {"default": layer | {"CONFIG": layer["CONFIG"] | {"hosts": [location]}}}
    cache.clear()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The database is there already when Django looks for it: see below."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each process of the tests works on a copy of an academy that was migrated once."""
    name = connection.creation._get_test_db_name()
    folder = academy_settings.VAR_DIR
    if connection.vendor == "sqlite":
        copy_file(folder, Path(name))
    else:
        copy_postgres(folder, os.environ["DATABASE_URL"], name)


@pytest.fixture(scope="session")
def material() -> Path:
    """The folder of real files (`ACADEMY_MATERIAL`, else `../shared/material`); skips where there is none."""
    path = Path(os.environ.get("ACADEMY_MATERIAL", ROOT.parent / "shared" / "material"))
    if not path.is_dir():
        pytest.skip("no real material: set ACADEMY_MATERIAL to the folder that holds it")
    return path


@pytest.fixture
def world(db: None) -> World:
    """Two mirrored partners and the people of the house."""
    return build_world()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """On a machine that must prove everything, a test that was skipped has not passed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped") and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
