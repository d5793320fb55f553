"""Static files: named files of node_modules, and hashed names in production."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class _Aliases(FileSystemStorage):
    """Serves a few files of a folder under names of our own."""

    def __init__(self, root: Path, aliases: dict[str, str]) -> None:
        super().__init__(location=root)
        self.aliases = aliases

    def path(self, name: str) -> str:
        return super().path(self.aliases[name])


class NodeModulesFinder(BaseFinder):
    """Exposes only the files named in `settings.NODE_MODULES_FILES`: third-party files are never committed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = _Aliases(settings.NODE_MODULES, settings.NODE_MODULES_FILES)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        missing = [source for name, source in self.storage.aliases.items() if not self.storage.exists(name)]
        if missing:
            return [Error("Front-end files are missing.", hint="Run `make node_modules`.", obj=missing[0], id="kit.E001")]
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [self.storage.path(path)] if path in self.storage.aliases else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Any]]:
        for name in self.storage.aliases:
            yield name, self.storage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed names that never change under a page: a phone keeps them for a year.

    JavaScript modules import one another through the import map, so their addresses need no rewriting.
    """

    manifest_strict = False
    support_js_module_import_aggregation = False
