"""A lesson: read it, come back to the exact place, say it is finished."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.enums import Finish, LessonState
from courses.forms import BackForm, NoteForm, TouchForm
from courses.models import LessonPage, Reflection
from courses.queries.quizzes import quizzes_in, standings
from courses.registry import lesson_links
from courses.rendering import Part, body_parts
from courses.services.progress import complete_lesson, touch_lesson, write_reflection
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.kit.errors import DomainError
from lms.kit.prepared import Prepared

from .access import Reading, learner_reading_or_404, reading_of, reading_or_404

_reflections = Prepared(lambda learner, lesson: Reflection.objects.filter(learner=learner, lesson=lesson), int, int)


@login_required
@require_safe
def lesson(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    return _show(request, reading_or_404(request.user, public_id))


def lesson_page(request: HttpRequest, *, page: LessonPage, preview: bool = False) -> HttpResponse:
    """What Wagtail calls: the tree's own address for the published lesson, and the editor's preview."""
    if preview:
        return _show(request, Reading(page), fresh=True)
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?next={page.get_absolute_url()}")
    return redirect(reading_of(request.user, page).lesson.get_absolute_url())


@login_required
@require_POST
def touch(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A heartbeat of the open page: seconds in sight since the last one, and the block being read."""
    reading = learner_reading_or_404(request.user, public_id)
    form = TouchForm(request.POST)
    if reading.path is None or reading.step is None or not reading.step.is_open or not form.is_valid():
        return HttpResponse(status=422)
    touch_lesson(
        enrolment=reading.path.enrolment,
        lesson=reading.lesson,
        position=form.cleaned_data["position"],
        seconds=form.cleaned_data["seconds"] or 0,
        now=timezone.now(),
    )
    return HttpResponse(status=204)


@login_required
@require_POST
def complete(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """“I have finished”; sent by the page's script, it may come later than it was said."""
    reading = learner_reading_or_404(request.user, public_id)
    assert reading.path is not None  # noqa: S101 - learner_reading_or_404 says so
    try:
        complete_lesson(enrolment=reading.path.enrolment, lesson=reading.lesson, actor=request.user, now=timezone.now())
    except DomainError as refusal:
        messages.warning(request, refusal.message)
        done = ""
    else:
        done = "#finished"
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)  # the script opens the lesson again, which says how it went
    return redirect(f"{reading.lesson.get_absolute_url()}{done}")


@login_required
@require_POST
def note(request: SignedInRequest, public_id: UUID, block_id: UUID) -> HttpResponse:
    """Save a private note; the page saves it by itself while it is written, the button does without JavaScript."""
    reading = learner_reading_or_404(request.user, public_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("This note is too long: 20,000 characters at most."), status=422)
    try:
        write_reflection(
            learner=request.user,
            lesson=reading.lesson,
            block_id=block_id,
            text=form.cleaned_data["text"],
            now=timezone.now(),
        )
    except DomainError as refusal:
        return HttpResponse(refusal.message, status=422)
    if request.htmx or request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect(f"{reading.lesson.get_absolute_url()}#b-{block_id}")


def _show(request: HttpRequest, reading: Reading, *, fresh: bool = False) -> HttpResponse:
    if reading.step is not None and not reading.step.is_open:
        return htmx.render(request, "courses/lesson_locked.html", _frame(reading))
    saver = bool(getattr(request.user, "data_saver", False))
    frame = _frame(reading)
    parts = body_parts(reading.lesson, language=frame["language"], saver=saver, fresh=fresh)
    return htmx.render(
        request,
        "courses/lesson.html",
        frame
        | _personal(request.user, reading, parts)
        | {
            "parts": parts,
            "headings": [heading for part in parts for heading in part.headings],
            "links": lesson_links(request.user),
            "competencies": _competencies(reading),
            "back_url": _back_url(request) if reading.path else "",
        },
    )


def _frame(reading: Reading) -> dict[str, Any]:
    before, after = reading.path.neighbours(reading.lesson.pk) if reading.path else (None, None)
    return {
        "lesson": reading.lesson,
        "language": reading.language,
        "path": reading.path,
        "step": reading.step,
        "module": reading.module,
        "before": before,
        "after": after,
        "is_done": reading.step is not None and reading.step.state == LessonState.DONE,
    }


def _back_url(request: HttpRequest) -> str:
    """The answers that sent the reader here, which open to nobody but their author."""
    form = BackForm(request.GET)
    if not form.is_valid():
        return ""
    attempt, question = form.cleaned_data["attempt"], form.cleaned_data["question"]
    return (
        reverse("courses:quiz-question", args=[attempt, question])
        if question
        else reverse("courses:quiz-result", args=[attempt])
    )


def _competencies(reading: Reading) -> list[str]:
    if reading.step is not None:
        return list(reading.step.node.competencies)
    # As the editor has it, who may not have saved it yet.
    return [competency.title for competency in reading.lesson.competencies.all()]


def _personal(user: Any, reading: Reading, parts: list[Part]) -> dict[str, Any]:
    specs = quizzes_in(reading.lesson)
    enrolment = reading.path.enrolment if reading.path else None
    quizzes = standings(enrolment, specs) if enrolment and specs else {}
    notes = {}
    if enrolment and any(part.kind == "reflection" for part in parts):
        notes = {str(row.block_id): row.text for row in _reflections(user.pk, reading.lesson.pk)}
    waiting = [standing for standing in quizzes.values() if not standing.passed]
    return {
        "specs": {str(spec.id): spec for spec in specs},
        "quizzes": {str(key): standing for key, standing in quizzes.items()},
        "notes": notes,
        "question_count": sum(len(spec.question_ids) for spec in specs),
        "by_quiz": reading.lesson.finish == Finish.QUIZ,
        "next_quiz": next((standing for standing in waiting if standing.may_start), None),
        "no_attempt_left": any(not standing.may_start for standing in waiting),
    }
