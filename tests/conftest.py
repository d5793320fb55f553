"""What every test stands on: real material, fast passwords, no mail, no network, files in a temporary place."""

import asyncio
import atexit
import gc
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from channels.db import database_sync_to_async
from channels.layers import channel_layers
from django.conf import settings as academy_settings
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from modelsearch.tasks import insert_or_update_object_task
from playwright.sync_api import expect
from pytest_django import Settings
from wagtail.tasks import update_reference_index_task

from courses.queries import outline
from lms.portal.demo.loader import load
from tests.classroom import Classroom, make_classroom
from tests.community.silence import build_silent_world
from tests.emptied import empty_when_done
from tests.filled import Filled, wants
from tests.live_media.places import why_not as why_no_live_media
from tests.migrated import copy_file, copy_postgres
from tests.plain import plain_errors  # noqa: F401 - a fixture of the sweeps
from tests.world import World, build_world

ROOT = Path(__file__).resolve().parent.parent
VAR = academy_settings.VAR_DIR
MADE = Path(tempfile.mkdtemp(prefix="academy-"))
atexit.register(shutil.rmtree, MADE, ignore_errors=True)

# How long an example takes says how busy the machine is, and nothing of the product.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")
# So it is with a page: what must be quick says so itself.
expect.set_options(timeout=30_000)

# A failed test shows its own story, not a line for every page and task that its world was made of.
logging.disable(logging.INFO)


def pytest_report_header() -> str:
    """What cannot be tried on this machine is left out, and said."""
    reason = why_no_live_media()
    return f"live media: left out, {reason}" if reason else "live media: real Janus, coturn and browsers"


def house(folder: Path) -> dict[str, Any]:
    """The laptop's settings, made fast and harmless: nothing a test does leaves its own directory."""
    changed: dict[str, Any] = {
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "MAILERS": {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}},
        "MAIL_CONNECTIONS": 1,  # so that mails leave in order
        "VAR_DIR": folder,
        "MEDIA_ROOT": folder / "media",
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        "TASKS": {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}},
    }
    if academy_settings.REDIS_URL:
        # A Redis database for each worker: one empties it without touching the other's.
        number = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        location = f"{academy_settings.REDIS_URL.rpartition('/')[0]}/{number}"
        changed["CACHES"] = {"default": academy_settings.CACHES["default"] | {"LOCATION": location}}
        layer = academy_settings.CHANNEL_LAYERS["default"]
        [host] = layer["CONFIG"]["hosts"]
        config = layer["CONFIG"] | {"hosts": [host | {"address": location}]}
        changed["CHANNEL_LAYERS"] = {"default": layer | {"CONFIG": config}}
    return changed


@pytest.fixture(scope="session", autouse=True)
def _house(django_test_environment: None) -> Iterator[None]:
    with override_settings(**house(MADE)):
        yield


class Unheard:
    """A task that nobody runs."""

    def enqueue(self, *_args: object) -> None:
        pass


@contextmanager
def index_by(search: Any, uses: Any) -> Iterator[None]:
    """What Wagtail does with each row that is saved, for the search of its admin and for its lists of uses."""
    with (
        patch("modelsearch.signal_handlers.insert_or_update_object_task", search),
        patch("wagtail.signal_handlers.update_reference_index_task", uses),
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def _unindexed() -> Iterator[None]:
    """It is a tenth of the tests' time, and few look there: they ask for `indexed`, or for a world made beforehand."""
    with index_by(Unheard(), Unheard()):
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_period() -> Iterator[None]:
    """A page makes the same queries when the minute in which outlines are kept ends between two of a test's lines."""
    with patch.object(outline, "_LIFETIME", 1e9):
        yield


@pytest.fixture
def indexed() -> Iterator[None]:
    with index_by(insert_or_update_object_task, update_reference_index_task):
        yield


_places = count()


@pytest.fixture(autouse=True)
def _own_place(settings: Settings) -> None:
    # Not `tmp_path`: to number one, pytest reads the names of all the others, a second in thirty of the tests' time.
    place = MADE / f"place{next(_places)}"
    place.mkdir()
    settings.VAR_DIR, settings.MEDIA_ROOT = place, place / "media"
    channel_layers.backends = {}  # a layer belongs to the event loop that heard it first
    cache.clear()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The database is there already when Django looks for it: see below."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each process of the tests works on a copy of an academy that was migrated once."""
    _copy(connection.creation._get_test_db_name())


def _copy(name: str) -> None:
    """An empty academy under this name: a file, or a database of PostgreSQL."""
    if connection.vendor == "sqlite":
        copy_file(VAR, Path(name))
    else:
        copy_postgres(VAR, os.environ["DATABASE_URL"], name)


empty_when_done()


# --- What many tests begin with: made once a process, see tests/filled.py ---------------------------------------------

filled = Filled()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    # pytest-django makes one when a test says that it wants one; who asks later would find that of `make demo`.
    if "test" not in Path(str(connection.settings_dict["NAME"])).name:
        pytest.fail("no test database was made: run this test with another that asks for `db` by name")
    filled.blocker = django_db_blocker


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Any:
    name = next((name for name in MAKERS if wants(item, name)), "")
    filled.go_to(name, _make, _copy_beside, MADE / name)
    return (yield)


def _copy_beside(name: str) -> str:
    plain = Path(connection.settings_dict["NAME"])
    target = str(plain.with_name(f"{plain.stem}_{name}{plain.suffix}"))
    _copy(target)
    return target


@pytest.fixture(scope="module")
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """An empty academy for one module, whose tests share what they write to it: to empty one takes a second a test."""
    plain = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        _hang_up()
        connection.settings_dict["NAME"] = _copy_beside("own")
        try:
            yield
        finally:
            _hang_up()
            connection.settings_dict["NAME"] = plain


def _hang_up() -> None:
    """Close the connections to the database: this thread's, and that of sockets."""
    connection.close()
    asyncio.run(database_sync_to_async(lambda: connection.close())())


def _make(name: str, folder: Path) -> Any:
    with (
        override_settings(**house(folder.parent) | {"MEDIA_ROOT": folder, "DEBUG": name == "demo"}),
        index_by(insert_or_update_object_task, update_reference_index_task),
    ):
        return MAKERS[name]()


def load_demo() -> Any:
    """The demo academy; gives the instant that it is counted from: a Saturday, when its month has least room."""
    now = timezone.now() - timedelta(days=(timezone.localdate().weekday() - 5) % 7)
    assert load(now=now)
    return now


MAKERS: dict[str, Callable[[], Any]] = {
    "world": build_world,
    "silent_world": build_silent_world,
    "classroom": make_classroom,
    "demo": load_demo,
}


@pytest.fixture
def demo(request: pytest.FixtureRequest, db: None, settings: Settings) -> Any:
    """The demo academy, and the instant it was loaded at."""
    settings.DEBUG = True
    return filled.take("demo", settings.MEDIA_ROOT) or load_demo()


@pytest.fixture(scope="session")
def material() -> Path:
    """The folder of real files (`ACADEMY_MATERIAL`, else `../shared/material`); skips where there is none."""
    path = Path(os.environ.get("ACADEMY_MATERIAL", ROOT.parent / "shared" / "material"))
    if not path.is_dir():
        pytest.skip("no real material: set ACADEMY_MATERIAL to the folder that holds it")
    return path


@pytest.fixture
def world(db: None, settings: Settings) -> World:
    """Two mirrored partners and the people of the house."""
    return filled.take("world", settings.MEDIA_ROOT) or build_world()


@pytest.fixture
def silent_world(db: None, settings: Settings) -> World:
    """The same world, where nobody has written in the community yet."""
    return filled.take("silent_world", settings.MEDIA_ROOT) or build_silent_world()


@pytest.fixture
def classroom(db: None, settings: Settings) -> Classroom:
    """A learner half way through a small course."""
    return filled.take("classroom", settings.MEDIA_ROOT) or make_classroom()


def pytest_make_parametrize_id(val: object) -> str | None:
    """A test's name stands in the environment of every process it starts, where five megabytes find no place; and each
    process makes the files of its own, whose bytes may hold the second at which it did."""
    if (isinstance(val, bytes) and len(val) > 40) or (isinstance(val, str) and len(val) > 200):
        return f"{len(val)} long"
    return None


PAGES = {"test_views.py", "test_viewsets.py", "test_adapter.py", "test_cohorts.py", "test_languages.py"}
PAGES |= {"test_room_page.py", "test_sharing.py", "test_templates.py"}
"""Tests of pages that stand elsewhere than in `views/`."""
SOCKETS = {"test_consumers.py", "test_stage.py"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tests of pages, sockets and services are told by where they stand, those of code alone by what they ask for."""
    folder, file, asks = item.path.parent.name, item.path.name, set(getattr(item, "fixturenames", ()))
    database = item.get_closest_marker("django_db")
    has_rows = database is not None or bool(asks & {"db", "transactional_db", "django_db_setup"})
    has_redis = folder == "live" or file == "test_throttle.py"
    if "demo" in asks:
        item.add_marker("again")  # a browser walks through it each time
    # What commits, and may wait for another that does, is not the same on both databases.
    commits = "transactional_db" in asks or (database is not None and database.kwargs.get("transaction"))
    if folder == "views" or file in PAGES:
        item.add_marker("pages")
    elif file in SOCKETS:
        item.add_marker("sockets")
    elif not (has_rows or has_redis or item.get_closest_marker("sweep")):
        item.add_marker("plain")
    elif (folder == "services" or file == "test_services.py") and not commits:
        item.add_marker("services")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests run one after the other in one process: they begin first, beside the others."""
    # Those with real media stand before the others: each folder has a browser and an academy of its own.
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None, "live_media" not in item.nodeid))
    if not os.environ.get("WHOLE"):
        # A real browser on a busy machine gets a second try, two of them a run, and its first story is printed.
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through it for garbage again and again is a tenth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """On a machine that must prove everything, a test that was skipped has not passed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped") and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
