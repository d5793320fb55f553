"""Static files: named files of node_modules, stylesheets joined into one, and hashed names in production."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
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
            hint = "Run `make node_modules`."
            return [Error("Front-end files are missing.", hint=hint, obj=missing[0], id="kit.E001")]
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [self.storage.path(path)] if path in self.storage.aliases else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Any]]:
        for name in self.storage.aliases:
            yield name, self.storage


class BundleFinder(BaseFinder):
    """Joins the files of `settings.STATIC_BUNDLES` into one, so that a page asks once on a slow network.

    The joined file is written again, under `settings.STATIC_BUNDLES_DIR`, when one of its sources is newer.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.STATIC_BUNDLES_DIR)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [str(self._joined(path))] if path in settings.STATIC_BUNDLES else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Any]]:
        for name in settings.STATIC_BUNDLES:
            self._joined(name)
            yield name, self.storage

    def _joined(self, name: str) -> Path:
        sources = [Path(str(finders.find(source))) for source in settings.STATIC_BUNDLES[name]]
        target = Path(self.storage.path(name))
        if not target.exists() or target.stat().st_mtime < max(source.stat().st_mtime for source in sources):
            target.parent.mkdir(parents=True, exist_ok=True)
            # Two processes may write at once: each writes its own file, the last rename wins, nobody reads a half.
            with NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, delete=False) as joined:
                joined.write("\n".join(source.read_text(encoding="utf-8") for source in sources))
            Path(joined.name).chmod(0o644)
            Path(joined.name).replace(target)
        return target


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed names that never change under a page: a phone keeps them for a year."""

    support_js_module_import_aggregation = True

    @cache  # noqa: B019 - there is one storage, and a name never leads elsewhere before the next start
    def url(self, name: str | None, force: bool = False) -> str:
        address: str = super().url(name, force)
        return address
