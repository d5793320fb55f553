"""A quiz: one question a screen, graded by the server, every answer saved as it is given."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import grading, rules
from courses.enums import QuestionKind
from courses.forms import read_response
from courses.models import Question, QuizAnswer, QuizAttempt
from courses.queries.outline import outline_of
from courses.queries.passages import Place, places_to_review
from courses.queries.quizzes import questions_of, quizzes_in, standings
from courses.services.quizzes import answer_question, save_draft, start_attempt
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.kit.errors import DomainError

from .access import learner_reading_or_404


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One line of a result: what was asked, what was answered, what the server says of it, where to read again."""

    rank: int
    question: Question
    answer: QuizAnswer
    mark: grading.Mark
    place: Place | None


@login_required
@require_POST
def start(request: SignedInRequest, public_id: UUID, quiz_id: UUID) -> HttpResponse:
    reading = learner_reading_or_404(request.user, public_id)
    spec = next((spec for spec in quizzes_in(reading.lesson) if spec.id == quiz_id), None)
    if spec is None or reading.path is None:
        raise Http404
    try:
        attempt = start_attempt(enrolment=reading.path.enrolment, lesson=reading.lesson, spec=spec, now=timezone.now())
    except DomainError as refusal:
        messages.warning(request, refusal.message)
        return redirect(reading.lesson.get_absolute_url())
    answered = attempt.answers.filter(final_at__isnull=False).values_list("question_id", flat=True)
    rank = next((i for i, pk in enumerate(attempt.question_ids, 1) if pk not in set(answered)), 1)
    return redirect("courses:quiz-question", attempt.public_id, rank)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: SignedInRequest, public_id: UUID, rank: int) -> HttpResponse:
    """GET shows question `rank`; POST saves a draft (`save`) or makes the answer final."""
    attempt = _attempt_or_404(request.user, public_id)
    if not 1 <= rank <= len(attempt.question_ids):
        raise Http404
    asked = get_object_or_404(Question.objects.prefetch_related("answers"), pk=attempt.question_ids[rank - 1])
    if request.method != "POST":
        answer = QuizAnswer.objects.filter(attempt=attempt, question=asked).first()
        return _show(request, attempt, rank, asked, answer)
    response = read_response(asked, request.POST)
    if "save" in request.POST:
        save_draft(attempt=attempt, question=asked, response=response, now=timezone.now())
        return HttpResponse(status=204)
    try:
        answer_question(attempt=attempt, question=asked, response=response, actor=request.user, now=timezone.now())
    except DomainError as refusal:
        draft = QuizAnswer.objects.filter(attempt=attempt, question=asked).first()
        if draft is None or draft.final_at is None:
            draft = QuizAnswer(attempt=attempt, question=asked, response=response)
        return _show(request, attempt, rank, asked, draft, refusal=refusal, status=422)
    return redirect("courses:quiz-question", attempt.public_id, rank)


@login_required
@require_safe
def result(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    attempt = _attempt_or_404(request.user, public_id)
    if attempt.finished_at is None:
        return redirect("courses:quiz-question", attempt.public_id, 1)
    questions = questions_of(attempt)
    given = {answer.question_id: answer for answer in attempt.answers.all()}
    marks = {pk: grading.mark(questions[pk], given[pk].response) for pk in questions if pk in given}
    places = places_to_review(attempt, [questions[pk] for pk, mark in marks.items() if not mark.is_right])
    rows = [
        ResultRow(rank, questions[pk], given[pk], marks[pk], places.get(pk))
        for rank, pk in enumerate(attempt.question_ids, 1)
        if pk in marks
    ]
    marked = [row for row in rows if row.mark.fraction is not None]
    spec = next((spec for spec in quizzes_in(attempt.lesson) if spec.id == attempt.quiz_id), None)
    return htmx.render(
        request,
        "courses/quiz_result.html",
        {
            "attempt": attempt,
            "lesson": attempt.lesson,
            "language": outline_of(attempt.enrolment.cohort.track_id).language_of(attempt.lesson_id),
            "rows": rows,
            # What only a person could judge is kept, not counted: neither is it in the score.
            "right": sum(row.mark.is_right for row in marked),
            "partly": sum(row.mark.is_partly_right for row in marked),
            "marked": len(marked),
            "to_review": [row for row in rows if not row.mark.is_right],
            "spec": spec,
            "standing": standings(attempt.enrolment, [spec])[spec.id] if spec else None,
        },
    )


def _attempt_or_404(user: Any, public_id: UUID) -> QuizAttempt:
    attempt = get_object_or_404(QuizAttempt.objects.select_related("enrolment__cohort", "lesson"), public_id=public_id)
    if not rules.can_answer(user, attempt):
        raise Http404
    return attempt


def _show(
    request: HttpRequest,
    attempt: QuizAttempt,
    rank: int,
    asked: Question,
    answer: QuizAnswer | None,
    *,
    refusal: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    final = answer is not None and answer.final_at is not None
    response = answer.response if answer else {}
    total = len(attempt.question_ids)
    spec = next((spec for spec in quizzes_in(attempt.lesson) if spec.id == attempt.quiz_id), None)
    answers = grading.shuffled(
        list(asked.answers.all()),
        seed=attempt.seed,
        salt=asked.pk,
        shuffle=asked.shuffle and asked.kind != QuestionKind.TRUE_FALSE,
    )
    mark = grading.mark(asked, response) if final else None
    missed = [asked] if mark and not mark.is_right else []
    context = {
        "attempt": attempt,
        "lesson": attempt.lesson,
        "language": outline_of(attempt.enrolment.cohort.track_id).language_of(attempt.lesson_id),
        "spec": spec,
        "question": asked,
        "answers": answers,
        "matches": sorted({answer.match for answer in answers if answer.match}, key=str.casefold),
        "response": response,
        "chosen": {response.get("choice"), *(response.get("choices") or [])},
        "pairs": {int(pk): match for pk, match in (response.get("pairs") or {}).items()},
        "answer": answer,
        "final": final,
        "mark": mark,
        "place": places_to_review(attempt, missed).get(asked.pk),
        "rank": rank,
        "total": total,
        "next_url": (
            reverse("courses:quiz-question", args=[attempt.public_id, rank + 1])
            if rank < total
            else reverse("courses:quiz-result", args=[attempt.public_id])
        ),
        "refusal": refusal,
    }
    return htmx.render(request, "courses/quiz_question.html", context, partial="question", status=status)
