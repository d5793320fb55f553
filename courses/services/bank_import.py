"""Puts the questions of a GIFT text into the bank, and counts them."""

import re
from collections import Counter
from datetime import datetime

from courses.formats import gift
from courses.formats.messages import Message
from lms.accounts.models import User

from .drafts import source_key
from .lesson_import import record
from .question_bank import save_question
from .reports import Note, Report


def write_questions(
    text: str, file: str, key: str, category: str, report: Report, actor: User | None, now: datetime
) -> None:
    """Save each question under `category` and its own `$CATEGORY`; `key` says where they come from."""
    parsed = gift.parse(text)
    names: Counter[str] = Counter()
    for question in parsed.questions:
        path = "/".join(part for part in (category, _without_top(question.category)) if part)
        names[f"{path}#{question.name}"] += 1
        rank = names[f"{path}#{question.name}"]
        saved = save_question(
            parsed=question,
            category=path,
            source_key=source_key(key, path, question.name, *([rank] if rank > 1 else [])),
            actor=actor,
            now=now,
        )
        record(report, saved)
        notes: list[Note | Message] = [*question.warnings, *saved.notes]
        if rank > 1:
            notes.append(("name-twice", question.name))
        report.count("questions", file, question.line, notes, refused=saved.question is None)
    for refused in parsed.refused:
        report.count("questions", file, refused.line, [refused], refused=True)


def _without_top(category: str) -> str:
    """Moodle writes `$course$/top/Module 1`: where the file came from says nothing here."""
    return re.sub(r"^(\$[a-z]+\$/)?(top/)?", "", category).strip("/ ")
