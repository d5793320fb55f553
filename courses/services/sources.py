"""Reads the course files of a tree: which they are, in what order, in which encoding."""

import re
from typing import Any

from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from courses.formats import escapad
from courses.formats.escapad import CourseFile, NotACourse
from courses.formats.messages import FormatError
from lms.kit.archives import Tree
from lms.kit.errors import DomainError

_MOST_MODULES = 100
_MOST_TEXT = 20 * 1024 * 1024  # bytes of course files, all together


class ImportRefused(DomainError):
    """Nothing was imported: `no-course`, `not-text`, `too-much`, `not-a-course`…"""


def decoded(data: bytes, name: str) -> str:
    try:
        return escapad.decode(data)[0]
    except FormatError as error:
        raise ImportRefused(error.code, lazystr(f"{name}: {error.translated()}")) from error


def course_files(tree: Tree) -> list[CourseFile]:
    """The files with a course header, in the order of their paths, `module2` before `module10`."""
    files: list[CourseFile] = []
    read = 0
    for path in sorted((p for p in tree.names() if p.lower().endswith((".md", ".markdown"))), key=natural_order):
        data = tree.read(path)
        read += len(data)
        if read > _MOST_TEXT or len(files) > _MOST_MODULES:
            raise ImportRefused("too-much", _("There is too much text here for one course. Import it in parts."))
        text = decoded(data, path)
        try:
            file = escapad.parse(text, path=path)
        except NotACourse:
            continue
        if file.header.title or file.header.menu_title:
            files.append(file)
    if not files:
        raise ImportRefused(
            "no-course",
            _("There is no course here: no Markdown file begins with the header of a course (TITLE: …)."),
        )
    return files


def natural_order(path: str) -> list[Any]:
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part.casefold()) for part in re.split(r"(\d+)", path)]


def common_folder(names: list[str]) -> str:
    """The folder an archive puts everything in, when it only holds folders: it is the archive's name once more."""
    tops = {name.split("/", 1)[0] for name in names}
    top = next(iter(tops))
    return f"{top}/" if len(tops) == 1 and all(name.count("/") >= 2 for name in names) else ""
