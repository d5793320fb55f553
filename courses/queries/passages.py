"""Where an answer is explained: the place an editor chose for a question, or what stands before its quiz."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from wagtail.models import ReferenceIndex

from courses.models import LessonPage, ModulePage, Question, QuizAttempt
from courses.passages import Passage, before_quiz, passages_of

from .outline import LessonNode, outline_of


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a lesson to read again; `anchor` is empty for the lesson from its start."""

    lesson_url: str
    anchor: str
    words: str
    language: str


def places_to_review(attempt: QuizAttempt, questions: Iterable[Question]) -> dict[int, Place]:
    """By question, where its answer is explained. One query, where a place is in another lesson of the track."""
    questions = list(questions)
    nodes = {node.public_id: node for m in outline_of(attempt.enrolment.cohort.track_id).modules for node in m.lessons}
    own = nodes.get(attempt.lesson.public_id)
    if own is None:
        return {}  # the lesson has left the track: she cannot read it again
    read = {own.pk: passages_of(attempt.lesson.body.raw_data)}
    chosen = {question.pk: _chosen(question.place, own, nodes, read[own.pk]) for question in questions}
    others = {place[0].pk for place in chosen.values() if place} - {own.pk}
    if others:
        for lesson in LessonPage.objects.live().filter(pk__in=others):
            read[lesson.pk] = passages_of(lesson.body.raw_data)
    default = _place(own, before_quiz(read[own.pk], str(attempt.quiz_id)))
    return {question.pk: _found(read, chosen[question.pk]) or default for question in questions}


def passages_to_choose(question: Question) -> list[tuple[LessonPage, bool, list[Passage]]]:
    """Lessons that ask a question, as they are being edited, then the others of their modules, with their passages.

    The flag says that the lesson asks it. Empty while none does.
    """
    if question.pk is None:
        return []
    references = ReferenceIndex.get_references_to(question).filter(content_type__model=LessonPage._meta.model_name)
    asking_ids = {int(pk) for pk in references.values_list("object_id", flat=True)}
    asking = [lesson.get_latest_revision_as_object() for lesson in LessonPage.objects.filter(pk__in=asking_ids)]
    modules = {module.pk: module for lesson in asking for module in ModulePage.objects.parent_of(lesson)}
    beside = [
        lesson
        for module in modules.values()
        for lesson in LessonPage.objects.live().child_of(module).order_by("path")
        if lesson.pk not in asking_ids
    ]
    return [(lesson, lesson.pk in asking_ids, passages_of(lesson.body.raw_data)) for lesson in [*asking, *beside]]


def _chosen(
    place: str, own: LessonNode, nodes: dict[UUID, LessonNode], here: list[Passage]
) -> tuple[LessonNode, str, str] | None:
    """The lesson, the block and the anchor that a stored place names, where this learner can read them."""
    try:
        lesson, block_id, anchor = place.split("/")
        node = nodes.get(UUID(lesson))
    except ValueError:
        return None
    if any(passage.block_id == block_id for passage in here):
        node = own  # a copied lesson explains its own questions
    return (node, block_id, anchor) if node else None


def _found(read: dict[int, list[Passage]], chosen: tuple[LessonNode, str, str] | None) -> Place | None:
    """The passage itself, else the block it was in; None where both are gone."""
    if chosen is None:
        return None
    node, block_id, anchor = chosen
    passages = read.get(node.pk, [])
    exact = next((passage for passage in passages if passage.anchor == anchor), None)
    near = exact or next((passage for passage in passages if passage.block_id == block_id), None)
    return _place(node, near) if near else None


def _place(node: LessonNode, passage: Passage | None) -> Place:
    if passage is None:
        return Place(node.url, "", node.title, node.language)
    return Place(node.url, passage.anchor, passage.words or node.title, node.language)
