"""What became of each thing of an imported forum: every count adds up, nothing is lost without a line saying so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from community.formats.forum_pieces import Note, Piece

KINDS = ("spaces", "people", "threads", "posts", "lines")

# `{detail}` is what the sentence is about.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "audience-unknown": gettext_noop("“{detail}” is no audience that an import may ask for."),
        "author-unknown": gettext_noop("Nobody here has this address: the messages of “{detail}” keep the name alone."),
        "cut": gettext_noop("This is too long for its field and is cut: “{detail}”."),
        "date-future": gettext_noop("“{detail}” is in the future."),
        "date-unread": gettext_noop("“{detail}” is not a date and time that can be read."),
        "deleted-there": gettext_noop("This message was deleted on the other forum."),
        "empty": gettext_noop("This message is empty."),
        "hidden-there": gettext_noop("This message was hidden on the other forum."),
        "id-twice": gettext_noop("“{detail}” is there twice: the first one counts."),
        "kind-unknown": gettext_noop("“{detail}” is no kind of thread."),
        "line-too-long": gettext_noop("This line is longer than 256 KB."),
        "link-dropped": gettext_noop("The link to “{detail}” leads nowhere here: its words are kept."),
        "missing": gettext_noop("“{detail}” is missing."),
        "no-post": gettext_noop("No message of the thread “{detail}” could be imported."),
        "no-type": gettext_noop("This line is not an object with a “type”."),
        "not-a-message": gettext_noop("This is a line of the other forum’s journal, not a message."),
        "not-a-topic": gettext_noop("This file is not a topic of Discourse."),
        "not-categories": gettext_noop("This file is not the list of categories of Discourse."),
        "not-in-files": gettext_noop("The topic announces the message {detail}, and no file holds it."),
        "not-json": gettext_noop("This is not JSON."),
        "not-text": gettext_noop("“{detail}” is not a text or a number."),
        "picture-as-link": gettext_noop("The picture is on another site; a link to it is kept: {detail}."),
        "picture-lost": gettext_noop("A picture could not be fetched; its words are kept: “{detail}”."),
        "private": gettext_noop("This was not public on the other forum."),
        "reply-unknown": gettext_noop("The message answered, “{detail}”, is not here: the link to it is lost."),
        "space-made": gettext_noop("The space “{detail}” is new and closed: a moderator says who comes in."),
        "space-unknown": gettext_noop("The space “{detail}” was not named before: these threads wait in a closed one."),
        "thread-unknown": gettext_noop("The thread “{detail}” was not imported."),
        "too-long": gettext_noop("This is too long: “{detail}”."),
        "type-unknown": gettext_noop("“{detail}” is no type of line."),
    }
)


@dataclass(slots=True)
class Tally:
    """How many of a kind, by what became of them; `known`: imported by an earlier run, left as they are here."""

    imported: int = 0
    warned: int = 0
    known: int = 0
    refused: int = 0

    @property
    def found(self) -> int:
        return self.imported + self.warned + self.known + self.refused


@dataclass(frozen=True, slots=True)
class Remark:
    kind: str
    file: str
    line: int
    code: str
    detail: str = ""

    @property
    def reason(self) -> str:
        return sentence(self.code, self.detail)


@dataclass(slots=True)
class ForumReport:
    tallies: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    remarks: list[Remark] = field(default_factory=list)
    changes: dict[str, list[int]] = field(default_factory=dict)
    """Ids of the rows that were written, by kind: what can be taken back."""

    @property
    def refused(self) -> int:
        return sum(tally.refused for tally in self.tallies.values())

    def imported(self, kind: str, piece: Piece, notes: Iterable[Note] = ()) -> None:
        """One thing written; with a warning when there is something to say of it."""
        if self._say(kind, piece, notes):
            self.tallies[kind].warned += 1
        else:
            self.tallies[kind].imported += 1

    def wrote(self, kind: str, pk: int) -> None:
        self.changes.setdefault(kind, []).append(pk)

    def known(self, kind: str) -> None:
        self.tallies[kind].known += 1

    def refuse(self, kind: str, piece: Piece, code: str, detail: str = "") -> None:
        self._say(kind, piece, [(code, detail)])
        self.tallies[kind].refused += 1

    def as_json(self) -> dict[str, Any]:
        """The object that `--report json` prints."""
        counts: dict[str, Any] = {
            kind: {
                "found": tally.found,
                "imported": tally.imported,
                "warned": tally.warned,
                "known": tally.known,
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
            _(
                "%(name)s: %(found)d found, %(imported)d imported, %(warned)d with a warning, %(known)d already here, "
                "%(refused)d refused"
            )
            % {
                "name": names[kind],
                "found": tally.found,
                "imported": tally.imported,
                "warned": tally.warned,
                "known": tally.known,
                "refused": tally.refused,
            }
            for kind, tally in self.tallies.items()
            if tally.found
        ]
        lines += [f"{remark.file}:{remark.line}: {remark.reason}" for remark in self.remarks]
        return "\n".join(lines)

    def _say(self, kind: str, piece: Piece, notes: Iterable[Note]) -> bool:
        remarks = [Remark(kind, piece.file, piece.line, code, _short(detail)) for code, detail in notes]
        self.remarks += remarks
        return bool(remarks)


def sentence(code: str, detail: str) -> str:
    """Why, in the active language."""
    return _(REASONS[code]).replace("{detail}", detail)


def kind_names() -> dict[str, str]:
    """The kinds in words, in the active language."""
    return {
        "spaces": _("Spaces"),
        "people": _("People"),
        "threads": _("Threads"),
        "posts": pgettext("of a forum", "Messages"),
        "lines": _("Lines that could not be read"),
    }


def _short(detail: str) -> str:
    plain = "".join(sign if sign.isprintable() else " " for sign in detail)
    shown = " ".join(plain.split())
    return shown if len(shown) <= 80 else f"{shown[:79]}…"
