"""What an import found and what became of each thing: nothing is lost without a line saying so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext, gettext_noop, pgettext

from courses.formats.messages import REASONS as FORMAT_REASONS
from courses.formats.messages import Message

KINDS = ("sections", "subsections", "media", "videos", "fences", "questions")

# `{detail}` is what the sentence is about. Sentences about the file's form are in `courses.formats.messages`.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "alt-missing": gettext_noop("The picture “{detail}” has no text alternative: write one."),
        "bank-only": gettext_noop("The questions of “{detail}” go into the bank; no lesson asks them yet."),
        "cell-simplified": gettext_noop("Marks and links inside a table cell become plain words: “{detail}”."),
        "code-in-text": gettext_noop("Code inside a question becomes lines of text."),
        "cut": gettext_noop("This text is too long for its field and is cut: “{detail}”."),
        "description-as-text": gettext_noop("“{detail}” asks nothing: it is shown as text before the questions."),
        "edited-by-hand": gettext_noop("“{detail}” was edited here since the last import: it is kept as it is."),
        "fence-empty": gettext_noop("The block “{detail}” holds no question that could be kept."),
        "file-case": gettext_noop("The file is named “{detail}”, with other capitals."),
        "file-missing": gettext_noop("The file “{detail}” is not there."),
        "file-refused": gettext_noop("This file is refused: {detail}"),
        "file-shown-nowhere": gettext_noop("“{detail}” is in the library, and shown in no lesson."),
        "heading-as-bold": gettext_noop("A heading this deep becomes a line in bold: “{detail}”."),
        "lesson-gone": gettext_noop("“{detail}” is no longer in the source: the lesson is kept here."),
        "link-dropped": gettext_noop("The link to “{detail}” leads nowhere here: its words are kept."),
        "link-of-picture": gettext_noop("The link around a picture is taken away: {detail}."),
        "list-split": gettext_noop("A numbered list holds a picture or a table: its numbers start again after it."),
        "markup-as-source": gettext_noop("“{detail}” is a web page: it is offered as text, to read its source."),
        "module-gone": gettext_noop("“{detail}” is no longer in the source: the module is kept here."),
        "name-twice": gettext_noop("Two questions of the lesson are named “{detail}”."),
        "not-a-module": gettext_noop("“{detail}” has no course header: it is kept as a document."),
        "not-a-question": gettext_noop("“{detail}” asks nothing: put this text in a lesson."),
        "not-answerable": gettext_noop("As it stands, nobody can answer this question: {detail}"),
        "number-rounded": gettext_noop("The number {detail} is rounded to what the bank can hold."),
        "picture-as-words": gettext_noop("A picture could not be shown; its words are kept: “{detail}”."),
        "picture-elsewhere": gettext_noop("The picture is on another site; a link to it is kept: {detail}."),
        "quote-in-text": gettext_noop("A quotation inside a question becomes ordinary text."),
        "read-as-markdown": gettext_noop("This text names no format and is read as Markdown, which it looks like."),
        "section-empty": gettext_noop("“{detail}” holds nothing: an empty lesson waits for its text."),
        "strike-lost": gettext_noop("Struck-out words become ordinary ones: “{detail}”."),
        "table-as-list": gettext_noop("A table becomes lines of text: “{detail}”."),
        "table-caption": gettext_noop("A table has no caption: the nearest heading is used, “{detail}”."),
        "unreferenced": gettext_noop("No text refers to “{detail}”: it is in the library, and in no lesson."),
        "video-elsewhere": gettext_noop("This site is not one we can frame; learners open the video there: {detail}."),
        "video-refused": gettext_noop("This is not the address of a video: {detail}. It is kept as words."),
    }
)


def sentence(code: str, detail: str) -> str:
    """The reason in the reader's language."""
    msgid = REASONS.get(code) or FORMAT_REASONS[code]
    return gettext(msgid).replace("{detail}", detail)


type Note = tuple[str, str]


@dataclass(slots=True)
class Tally:
    """How many were found of a kind, by what became of them."""

    imported: int = 0
    warned: int = 0
    refused: int = 0

    @property
    def found(self) -> int:
        return self.imported + self.warned + self.refused


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of the report; `line` counts from 1, 0 when it is about the whole file."""

    kind: str
    file: str
    line: int
    code: str
    detail: str = ""

    @property
    def reason(self) -> str:
        return sentence(self.code, self.detail)


@dataclass(slots=True)
class Report:
    """Counts, remarks, and the rows that were written: what `undoing` goes by."""

    tallies: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    remarks: list[Remark] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)

    def count(
        self, kind: str, file: str, line: int, notes: Iterable[Note | Message] = (), *, refused: bool = False
    ) -> None:
        """Count one thing found: imported when there is nothing to say of it."""
        told = self.say(kind, file, line, notes)
        tally = self.tallies[kind]
        if refused:
            tally.refused += 1
        elif told:
            tally.warned += 1
        else:
            tally.imported += 1

    def say(self, kind: str, file: str, line: int, notes: Iterable[Note | Message]) -> bool:
        """Add remarks without counting; say whether there was any."""
        remarks = [
            Remark(kind, file, note.line, note.code, note.detail)
            if isinstance(note, Message)
            else Remark(kind, file, line, note[0], note[1])
            for note in notes
        ]
        self.remarks += dict.fromkeys(remarks)
        return bool(remarks)

    def created(self, row: Any) -> None:
        self.changes.append({"model": row._meta.label_lower, "pk": row.pk, "created": True})

    def updated(self, row: Any, *, before: int | None) -> None:
        self.changes.append({"model": row._meta.label_lower, "pk": row.pk, "created": False, "before": before})

    def as_json(self) -> dict[str, Any]:
        """The object that `--report json` prints, and that an import keeps."""
        counts: dict[str, Any] = {
            kind: {
                "found": tally.found,
                "imported": tally.imported,
                "warned": tally.warned,
                "refused": tally.refused,
            }
            for kind, tally in self.tallies.items()
        }
        return counts | {
            "messages": [
                {
                    "kind": remark.kind,
                    "file": remark.file,
                    "line": remark.line,
                    "reason": remark.reason,
                    "code": remark.code,
                    "detail": remark.detail,
                }
                for remark in self.remarks
            ]
        }

    def as_text(self) -> str:
        """The report for a terminal, in the active language."""
        names = kind_names()
        lines = [
            gettext("%(name)s: %(found)d in all; imported %(imported)d; with a warning %(warned)d; refused %(refused)d")
            % {
                "name": names[kind],
                "found": tally.found,
                "imported": tally.imported,
                "warned": tally.warned,
                "refused": tally.refused,
            }
            for kind, tally in self.tallies.items()
            if tally.found
        ]
        lines += [f"{remark.file}:{remark.line}: {remark.reason}" for remark in self.remarks]
        return "\n".join(lines)


def kind_names() -> dict[str, str]:
    """The kinds in words, in the active language."""
    return {
        "sections": gettext("Sections"),
        "subsections": gettext("Sub-sections"),
        "media": gettext("Files and pictures"),
        "videos": gettext("Hosted videos"),
        "fences": pgettext("of a course file", "Blocks of questions or code"),
        "questions": gettext("Questions"),
    }
