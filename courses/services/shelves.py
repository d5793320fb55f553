"""The files of an imported course: found by the paths its texts write, put into the library, counted one by one."""

import posixpath
import unicodedata
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from courses.formats.escapad import MediaRef
from lms.accounts.models import User
from lms.kit.archives import Tree
from lms.kit.errors import DomainError
from media.models import LibraryDocument, LibraryImage
from media.services import add_document, add_image, is_image_name

from .reports import Note, Report

# Web pages and style sheets are examples to read in these courses; served as they are they could act.
_READ_AS_SOURCE = (".html", ".htm", ".css", ".js", ".xml", ".json", ".gift")


@dataclass(slots=True)
class Kept:
    """A file of the tree, once in the library."""

    path: str
    image: LibraryImage | None = None
    document: LibraryDocument | None = None
    notes: list[Note] = field(default_factory=list)
    shown: bool = False

    @property
    def is_refused(self) -> bool:
        return self.image is None and self.document is None


class CourseShelf:
    """The files one course file may refer to, relative to its folder."""

    def __init__(
        self, *, tree: Tree, prefix: str, folder: str, source: str, report: Report, actor: User | None
    ) -> None:
        """`prefix` is the folder that an archive puts everything in: it is no part of where a file comes from."""
        self.tree = tree
        self.prefix = prefix
        self.folder = folder
        self.source = source
        self.report = report
        self.actor = actor
        self.names = {name.casefold(): name for name in tree.names()}
        self.kept: dict[str, Kept] = {}
        self.alternatives: dict[str, str] = {}

    # -- What `composition` asks ---

    def is_local(self, href: str) -> bool:
        return self._find(href) is not None

    def is_picture(self, href: str) -> bool:
        return is_image_name(urlsplit(href).path)

    def image(self, href: str) -> LibraryImage | None:
        kept = self._keep(href)
        if kept is None or kept.image is None:
            return None
        kept.shown = True
        return kept.image

    def document(self, href: str) -> LibraryDocument | None:
        kept = self._keep(href)
        if kept is None or kept.document is None:
            return None
        kept.shown = True
        return kept.document

    # -- What the import counts ---

    def gather(self, refs: tuple[MediaRef, ...]) -> None:
        """Put into the library every file the text refers to; call it before composing."""
        for ref in refs:
            if ref.kind == "image" and ref.alt:
                self.alternatives.setdefault(self._path(ref.path), ref.alt)
        for ref in refs:
            self._keep(ref.path)

    def count(self, refs: tuple[MediaRef, ...], file: str) -> None:
        """Count each reference, with what became of its file; call it once the lessons are composed."""
        for ref in refs:
            kept = self._keep(ref.path)
            if kept is None:
                self.report.count("media", file, ref.line, [("file-missing", ref.path)], refused=True)
                continue
            notes = list(kept.notes)
            if ref.kind == "image" and not ref.alt:
                notes.append(("alt-missing", ref.path))
            if not kept.is_refused and not kept.shown:
                notes.append(("file-shown-nowhere", kept.path))
            if kept.path != self._path(ref.path):
                notes.append(("file-case", kept.path))
            self.report.count("media", file, ref.line, notes, refused=kept.is_refused)

    def count_rest(self, paths: list[str], note: str = "unreferenced") -> None:
        """Put into the library files that no text refers to, and say so."""
        for path in paths:
            kept = self._keep_path(path)
            self.report.count("media", path, 0, [*kept.notes, (note, path)], refused=kept.is_refused)

    @property
    def used_paths(self) -> set[str]:
        return set(self.kept)

    # -- Inside ---

    def _path(self, href: str) -> str:
        path = unquote(urlsplit(href).path).replace("\\", "/")
        return unicodedata.normalize("NFC", posixpath.normpath(posixpath.join(self.folder, path)))

    def _find(self, href: str) -> str | None:
        parts = urlsplit(href)
        if parts.scheme or parts.netloc or not parts.path:
            return None
        return self.names.get(self._path(href).casefold())

    def _keep(self, href: str) -> Kept | None:
        try:
            path = self._find(href)
        except ValueError:  # an address that no parser reads
            return None
        return self._keep_path(path) if path else None

    def _keep_path(self, path: str) -> Kept:
        if path not in self.kept:
            self.kept[path] = self._add(path)
        return self.kept[path]

    def _add(self, path: str) -> Kept:
        kept = Kept(path)
        name = posixpath.basename(path)
        source = f"{self.source}/{path.removeprefix(self.prefix)}"[-255:]
        try:
            data = self.tree.read(path)
            if is_image_name(name):
                alt = self.alternatives.get(path, "")
                title = posixpath.splitext(name)[0]
                kept.image, created = add_image(
                    data=data, name=name, title=title, alt=alt, source=source, actor=self.actor
                )
                if created:
                    self.report.created(kept.image)
                return kept
            if name.lower().endswith(_READ_AS_SOURCE):
                kept.notes.append(("markup-as-source", name))
                name = f"{name}.txt"
            kept.document, created = add_document(data=data, name=name, title=name, source=source, actor=self.actor)
            if created:
                self.report.created(kept.document)
        except DomainError as refusal:
            kept.notes = [("file-refused", str(refusal))]
        return kept
