"""The learner's path: all its modules, and one of them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses import rules
from courses.models import LessonPage, ModulePage
from courses.queries.offline import plan_of
from courses.queries.outline import language_of
from courses.queries.path import ModuleStep, path_of
from lms.evidence.queries import course_attestations_of, totals
from lms.kit import htmx
from lms.kit.templatetags.kit import file_size
from lms.programmes.queries import roles_of


@login_required
@require_safe
def my_path(request: HttpRequest) -> HttpResponse:
    """The modules of the learner's track, the one she is in already open."""
    enrolments = [enrolment for enrolment in roles_of(request.user).enrolments if enrolment.is_open]
    if not enrolments:
        return htmx.render(request, "courses/path_empty.html", {"enrolments": roles_of(request.user).enrolments})
    enrolment = enrolments[0]
    path = path_of(enrolment, timezone.localdate())
    context = {
        "enrolment": enrolment,
        "path": path,
        "totals": totals(enrolment),
        "has_attestation": path.current is None and course_attestations_of(enrolment).exists(),
        "others": enrolments[1:],
    }
    return htmx.render(request, "courses/path.html", context)


@login_required
@require_safe
def module(
    request: HttpRequest, public_id: UUID | None = None, *, page: ModulePage | None = None, preview: bool = False
) -> HttpResponse:
    """A module: its objectives, its lessons. For staff, its lessons without anybody's progress."""
    shown = page or get_object_or_404(ModulePage.objects.live(), public_id=public_id)
    enrolment = None if preview else rules.enrolment_for(request.user, shown.pk)
    if enrolment is None and not preview and not rules.can_read_as_staff(request.user, shown.pk):
        raise Http404
    if page is not None and not preview:
        return redirect(reverse("courses:module", args=[shown.public_id]))
    path = path_of(enrolment, timezone.localdate()) if enrolment else None
    module_step = path.module(shown.public_id) if path else None
    context = {
        "page": shown,
        "path": path,
        "module": module_step,
        "language": module_step.node.language if module_step else language_of(shown),
        "competencies": _competencies(module_step) if module_step else [],
        "lessons": [] if path else LessonPage.objects.live().child_of(shown).order_by("path"),
    }
    return htmx.render(request, "courses/module.html", context)


@login_required
@require_safe
def module_offline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What a browser keeps of a module for when there is no network; asked once its learner wants it, as JSON.

    `parts` come in the order to fetch them in: whatever stands before a break is of use. A part is the same as long as
    its `version` is.
    """
    shown = get_object_or_404(ModulePage.objects.live(), public_id=public_id)
    enrolment = rules.enrolment_for(request.user, shown.pk)
    module = path_of(enrolment, timezone.localdate()).module(public_id) if enrolment else None
    if enrolment is None or module is None:
        raise Http404
    parts = plan_of(enrolment, module)
    return JsonResponse(
        {
            "title": module.node.title,
            "number": module.node.number,
            "language": module.node.language,
            "size": file_size(sum(part.size for part in parts)),
            "lessons": [
                {"url": step.node.url, "title": f"{step.node.number} {step.node.title}"} for step in module.open_lessons
            ],
            "parts": [{"url": part.url, "version": part.version} for part in parts],
        }
    )


def _competencies(module: ModuleStep) -> list[str]:
    """What the lessons of a module cover, each once."""
    return list(dict.fromkeys(title for step in module.lessons for title in step.node.competencies))
