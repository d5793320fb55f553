"""Keeps questions read from a file as drafts of the bank, and publishes those that a published lesson asks."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from courses.enums import QuestionKind
from courses.formats.gift import Kind, Rich
from courses.formats.gift import Question as ParsedQuestion
from courses.formats.prose import Picture, Resolve, external_link, flat, shape
from courses.models import LessonPage, Question, QuestionAnswer
from courses.models.questions import FEEDBACK_PROSE, QUESTION_PROSE
from courses.queries.quizzes import quizzes_in
from lms.accounts.models import User
from lms.kit.sanitize import clean_html, render_markdown, render_plain, to_text

from .drafts import as_edited, digest, without_keys

_ANSWER_PROSE = ["bold", "italic", "code", "superscript", "subscript"]
_TRUE_FALSE = {"fr": {"true": "Vrai", "false": "Faux"}, "en": {"true": "True", "false": "False"}}
_PERCENT = Decimal("0.00001")
_NUMBER = Decimal("0.000001")
_HUGE = Decimal(10) ** 14  # what `minimum` and `maximum` hold
# Authors forget `[markdown]`: a text without a format that holds these, and no HTML, was written in Markdown.
_MARKDOWN = re.compile(r"!?\[[^\]\n]+\]\([^()\s]+\)|\*\*[^*\n]+\*\*|^#{1,6} |`[^`\n]+`", re.MULTILINE)
_HTML = re.compile(r"</?(?:p|br|div|span|b|i|em|strong|a|img|ul|ol|li|h[1-6])\b[^<>]*>", re.IGNORECASE)


class Outcome(StrEnum):
    """What became of something read from a file."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # edited by hand since the last import: the file's version is left aside
    REFUSED = "refused"


@dataclass(slots=True)
class Saved:
    """A question of the bank after an import; `notes` are names of `reports.REASONS` with their detail."""

    outcome: Outcome
    question: Question | None
    notes: list[tuple[str, str]] = field(default_factory=list)
    previous_revision_id: int | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a question comes from: how its links and pictures are found, and the language it speaks."""

    language: str = "fr"
    resolve: Resolve = external_link
    picture: Callable[[Picture], str] | None = None
    is_local: Callable[[str], bool] = lambda _href: False
    is_picture: Callable[[str], bool] = lambda _href: False


def save_question(
    *,
    parsed: ParsedQuestion,
    category: str,
    source_key: str,
    actor: User | None,
    now: datetime,
    surroundings: Surroundings = Surroundings(),
) -> Saved:
    """Create or update a question as a draft; what learners see does not change before it is published.

    A question whose draft a person has changed since the last import is kept as it is. Text that only informs
    (`description`) is not a question, and is refused here: `composition` shows it in the lesson.
    """
    if parsed.kind == Kind.DESCRIPTION:
        return Saved(Outcome.REFUSED, None, [("not-a-question", parsed.name)])
    reading = _Reading(surroundings)
    content = reading.content_of(parsed, category)
    new_digest = digest(content)
    row = Question.objects.filter(source_key=source_key).first()
    if row is None:
        question = Question(source_key=source_key, live=False)
        _fill(question, content, new_digest)
        question.save()
        question.save_revision(user=actor, clean=False)  # a draft may be incomplete
        _check(question, reading.notes)
        return Saved(Outcome.CREATED, question, reading.notes)
    if row.source_digest == new_digest:
        return Saved(Outcome.UNCHANGED, row, reading.notes)
    draft = row.get_latest_revision_as_object()
    if digest(content_of_question(draft)) != row.source_digest:
        return Saved(Outcome.KEPT, row, [*reading.notes, ("edited-by-hand", parsed.name)])
    previous = row.latest_revision_id
    _fill(draft, content, new_digest)
    draft.save_revision(user=actor, clean=False)
    Question.objects.filter(pk=row.pk).update(source_digest=new_digest)
    _check(draft, reading.notes)
    return Saved(Outcome.UPDATED, row, reading.notes, previous)


def content_of_question(question: Question) -> dict[str, Any]:
    """Everything an editor can change in a question, in a form that compares."""
    return {
        "kind": str(question.kind),
        "name": question.name,
        "category": question.category,
        "stem": without_keys(question.stem),
        "general_feedback": without_keys(question.general_feedback),
        "shuffle": question.shuffle,
        "answers": [
            {
                "text": without_keys(answer.text),
                "fraction": _written(answer.fraction),
                "feedback": without_keys(answer.feedback),
                "match": answer.match,
                "minimum": _written(answer.minimum),
                "maximum": _written(answer.maximum),
            }
            for answer in question.answers.all()
        ],
    }


def publish_questions_of(lesson: LessonPage) -> list[Question]:
    """Publish what a lesson asks: questions never published, and drafts that an import wrote and nobody changed.

    A draft that a person is working on stays hers, and a question nobody could answer stays a draft. Returns the
    questions published.
    """
    asked = [pk for quiz in quizzes_in(lesson) for pk in quiz.question_ids]
    published = []
    for row in Question.objects.filter(Q(live=False) | Q(has_unpublished_changes=True), pk__in=asked):
        revision = row.get_latest_revision()
        draft: Question = revision.as_object() if revision else row
        if row.live and digest(content_of_question(draft)) != row.source_digest:
            continue
        try:
            draft.clean()
        except ValidationError:
            continue
        (revision or row.save_revision()).publish()
        published.append(row)
    return published


def _check(question: Question, notes: list[tuple[str, str]]) -> None:
    try:
        question.clean()
    except ValidationError as problem:
        notes.append(("not-answerable", " ".join(problem.messages)))


def _fill(question: Question, content: dict[str, Any], new_digest: str) -> None:
    for name in ("kind", "name", "category", "stem", "general_feedback", "shuffle"):
        setattr(question, name, content[name])
    question.source_digest = new_digest
    answers = [
        QuestionAnswer(
            sort_order=rank,
            text=answer["text"],
            fraction=Decimal(answer["fraction"]),
            feedback=answer["feedback"],
            match=answer["match"],
            minimum=None if answer["minimum"] is None else Decimal(answer["minimum"]),
            maximum=None if answer["maximum"] is None else Decimal(answer["maximum"]),
        )
        for rank, answer in enumerate(content["answers"])
    ]
    setattr(question, "answers", answers)  # noqa: B010 - modelcluster's way to replace them all, which types do not know


def _written(number: Decimal | float | None) -> str | None:
    return None if number is None else f"{Decimal(number).normalize():f}"


@dataclass(slots=True)
class _Reading:
    """A parsed question turned into the bank's fields; `notes` gathers what was simplified."""

    surroundings: Surroundings
    notes: list[tuple[str, str]] = field(default_factory=list)

    def content_of(self, parsed: ParsedQuestion, category: str) -> dict[str, Any]:
        return {
            "kind": QuestionKind(parsed.kind.value).value,
            "name": self.cut(parsed.name, 200),
            "category": self.cut(category, 250),
            "stem": self.rich(parsed.stem, QUESTION_PROSE, picture=self.surroundings.picture),
            "general_feedback": self.rich(
                parsed.general_feedback, QUESTION_PROSE, picture=self.surroundings.picture
            ),
            "shuffle": parsed.kind != Kind.TRUE_FALSE,
            "answers": list(self.answers(parsed)),
        }

    def answers(self, parsed: ParsedQuestion) -> Iterator[dict[str, Any]]:
        words = _TRUE_FALSE.get(self.surroundings.language, _TRUE_FALSE["fr"])
        for choice in parsed.choices:
            text = Rich(words[choice.text.text], "plain") if parsed.kind == Kind.TRUE_FALSE else choice.text
            yield _answer(
                text=self.accepted(text) if parsed.kind == Kind.SHORT else self.rich(text, _ANSWER_PROSE),
                fraction=choice.fraction,
                feedback=self.rich(choice.feedback, FEEDBACK_PROSE),
            )
        for pair in parsed.pairs:
            right = self.plain(Rich(pair.right, pair.left.format))
            yield _answer(text=self.rich(pair.left, _ANSWER_PROSE), match=self.cut(right, 255))
        for span in parsed.spans:
            yield _answer(
                minimum=self.number(span.minimum),
                maximum=self.number(span.maximum),
                fraction=span.fraction,
                feedback=self.rich(span.feedback, FEEDBACK_PROSE),
            )
        if parsed.otherwise:
            said = self.rich(parsed.otherwise, FEEDBACK_PROSE)
            if parsed.kind == Kind.SHORT:
                yield _answer(text=self.accepted(Rich("*", "plain")), feedback=said)
            else:
                yield _answer(minimum=-_HUGE + 1, maximum=_HUGE - 1, feedback=said)

    def rich(self, rich: Rich | None, features: list[str], picture: Callable[[Picture], str] | None = None) -> str:
        """A text in any of GIFT's formats, as the field's editor stores it."""
        if rich is None:
            return ""
        if is_forgotten_markdown(rich):
            self.note("read-as-markdown", "")
        around = self.surroundings
        shaped = shape(
            clean_of(rich),
            features=features,
            resolve=around.resolve,
            is_local=around.is_local,
            is_picture=around.is_picture,
        )
        html, notes = flat(shaped, picture=picture)
        for code, detail in notes:
            self.note(code, detail)
        return as_edited(html, features)

    def note(self, code: str, detail: str) -> None:
        if (code, detail) not in self.notes:
            self.notes.append((code, detail))

    def accepted(self, rich: Rich) -> str:
        """The words a learner must type, without marks."""
        return as_edited(render_plain(self.plain(rich)), _ANSWER_PROSE)

    def plain(self, rich: Rich) -> str:
        return rich.text if rich.format == "plain" else to_text(clean_of(rich))

    def cut(self, words: str, length: int) -> str:
        words = " ".join(words.split())
        if len(words) <= length:
            return words
        self.note("cut", words[:60])
        return words[: length - 1] + "…"

    def number(self, number: Decimal) -> Decimal:
        try:
            kept = number.quantize(_NUMBER)
        except InvalidOperation:
            kept = number
        if abs(kept) >= _HUGE:
            kept = (_HUGE - 1).copy_sign(number)
        if kept != number:
            self.note("number-rounded", str(number))
        return kept


def clean_of(rich: Rich) -> str:
    """A text in any of GIFT's formats as clean HTML."""
    match "markdown" if is_forgotten_markdown(rich) else rich.format:
        case "markdown":
            return render_markdown(rich.text, allow_html=True)
        case "plain":
            return render_plain(rich.text)
        case "moodle":  # light HTML whose line breaks count
            return clean_html(rich.text.replace("\n", "<br>\n"))
        case _:
            return clean_html(rich.text)


def is_forgotten_markdown(rich: Rich) -> bool:
    return rich.format == "moodle" and bool(_MARKDOWN.search(rich.text)) and not _HTML.search(rich.text)


def _answer(**given: Any) -> dict[str, Any]:
    fraction = Decimal(given.get("fraction", 0)).quantize(_PERCENT)
    return {
        "text": given.get("text", ""),
        "fraction": _written(fraction),
        "feedback": given.get("feedback", ""),
        "match": given.get("match", ""),
        "minimum": _written(given.get("minimum")),
        "maximum": _written(given.get("maximum")),
    }
