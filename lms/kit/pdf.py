"""Papers: a typst template and its data in, an accessible PDF (PDF/UA-1) out."""

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext_lazy as _

from lms.kit.errors import DomainError

if TYPE_CHECKING:
    import typst

_ROOT = Path(__file__).resolve().parents[2]
_MISSING_GLYPHS = re.compile(r"the text `(\".*\")` could not be displayed", re.DOTALL)
# Controls print nothing; direction overrides would let a name turn the words around it.
_UNPRINTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# What only makes sense between the parts of a pictograph.
_JOINERS = frozenset("\u200d\u20e3\ufe0e\ufe0f")
_MAX_TRIES = 50


class UnprintableText(DomainError):
    """The data holds letters no font of the papers has; `message` names them."""


def render(
    template: str,
    data: dict[str, Any],
    *,
    lang: Literal["fr", "en"],
    title: str,
    created: dt.datetime,
) -> bytes:
    """Return the PDF of `template` ("package:name" for `typst/name.typ` in that package) filled with `data`.

    The template reads `sys.inputs.lang`, `sys.inputs.title` and `json(bytes(sys.inputs.data))`: data is never typst
    source, so nothing in it can be a command. `data` is what JSON can say. The same arguments give the same bytes:
    only the fonts inside typst are used and `created` (aware) is the file's date. Pictographs no font has are left out.

    Raises:
        UnprintableText: `unprintable-text`, for letters no font has; a name is not to be altered silently.
        typst.TypstError: the template is wrong.
    """
    import typst  # 7 MB of memory that a process without papers does not need

    package, _colon, name = template.partition(":")
    printable = _printable(data)
    inputs = {"lang": lang, "title": _printable(title)}
    with as_file(files(package) / "typst" / f"{name}.typ") as source:
        for _try in range(_MAX_TRIES):
            try:
                return typst.compile(
                    source,
                    root=_ROOT,
                    format="pdf",
                    sys_inputs={**inputs, "data": json.dumps(printable, ensure_ascii=False)},
                    font_paths=_fonts(),
                    ignore_system_fonts=True,
                    pdf_standards=["ua-1"],
                    timestamp=created,
                )
            except typst.TypstError as error:
                missing = _missing_glyphs(error)
                if not missing:
                    raise
                letters = "".join(char for char in missing if unicodedata.category(char)[0] in "LN")
                if letters:
                    raise UnprintableText(
                        "unprintable-text",
                        _("These letters cannot be printed: %(letters)s. Write them in Latin letters.")
                        % {"letters": letters},
                    ) from error
                inputs["title"] = _without(inputs["title"], missing)
                printable = _without(printable, missing)
    raise UnprintableText("unprintable-text", _("This text holds too many signs that cannot be printed."))


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False)


def _missing_glyphs(error: "typst.TypstError") -> frozenset[str]:
    found = _MISSING_GLYPHS.search(error.message)
    if not found:
        return frozenset()
    # typst quotes like Rust: \u{1f600} for what a terminal might not show.
    quoted = re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), found[1][1:-1])
    return frozenset(quoted)


def _printable(value: Any) -> Any:
    return _mapped(value, lambda text: _UNPRINTED.sub("", text))


def _without(value: Any, missing: frozenset[str]) -> Any:
    def cut(text: str) -> str:
        return "".join(char for char in text if char not in missing | _JOINERS) if missing & set(text) else text

    return _mapped(value, cut)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """`value` (what JSON can say) with every string in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _mapped(inner, change) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(inner, change) for inner in value]
    return value
