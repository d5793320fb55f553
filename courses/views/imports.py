"""Imports in Wagtail's admin: send a file, read what it holds, import it, take it back."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import FormView, ListView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from courses.enums import ImportState
from courses.forms import ImportForm
from courses.models import CourseImport
from courses.rules import can_import
from courses.services.imports import ask_to_write, receive_file, start_again
from courses.services.reports import KINDS, kind_names, sentence
from courses.services.undoing import undo_import
from lms.kit.errors import DomainError

_COUNTS = ("found", "imported", "warned", "refused")


class ImportersOnly(WagtailAdminTemplateMixin):
    """For editors and administrators; other people of the admin do not learn that these pages exist."""

    header_icon = "upload"
    page_title = gettext_lazy("Imports")
    breadcrumbs_items = [
        *WagtailAdminTemplateMixin.breadcrumbs_items,
        {"url": reverse_lazy("course_imports:index"), "label": gettext_lazy("Imports")},
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_import(request.user):
            raise Http404
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class ImportList(ImportersOnly, ListView[CourseImport]):
    template_name = "courses/admin/imports.html"
    context_object_name = "imports"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[CourseImport]:
        return CourseImport.objects.with_interrupted(timezone.now()).select_related("actor", "course")


class SendFile(ImportersOnly, FormView[ImportForm]):
    template_name = "courses/admin/import_send.html"
    form_class = ImportForm
    page_title = gettext_lazy("Import a file")

    def form_valid(self, form: ImportForm) -> HttpResponse:
        record = receive_file(
            file=form.cleaned_data["file"],
            course=form.cleaned_data["course"],
            actor=self.request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
        return redirect("course_imports:report", record.public_id)

    def form_invalid(self, form: ImportForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ImportReport(ImportersOnly, TemplateView):
    template_name = "courses/admin/import_report.html"

    def get_page_subtitle(self) -> str:
        return str(self.record)

    @property
    def record(self) -> CourseImport:
        records = CourseImport.objects.with_interrupted(timezone.now())
        return get_object_or_404(records, public_id=self.kwargs["public_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record = self.record
        report = record.report
        names = kind_names()
        return super().get_context_data(**kwargs) | {
            "record": record,
            "states": ImportState,
            "first_page": _first_page(report),
            "counts": [(names[kind], [report[kind][count] for count in _COUNTS]) for kind in KINDS if kind in report],
            # Told again here, in the reader's language.
            "messages_said": [
                told | {"kind": names[told["kind"]], "reason": sentence(told["code"], told["detail"])}
                for told in report.get("messages", [])
            ],
        }


def _first_page(report: dict[str, Any]) -> Page | None:
    """The highest page an import wrote: where an editor goes on from its report."""
    written = [change["pk"] for change in report.get("changes", []) if change["model"].endswith("page")]
    return Page.objects.filter(pk__in=written).order_by("path").first()


@require_POST
def write(request: HttpRequest, public_id: UUID) -> HttpResponse:
    record = _record_or_404(request, public_id)
    try:
        ask_to_write(record=record, actor=request.user, now=timezone.now())  # type: ignore[arg-type]
    except DomainError as refusal:
        messages.warning(request, refusal.message)
    return redirect("course_imports:report", record.public_id)


@require_POST
def again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    record = _record_or_404(request, public_id)
    try:
        start_again(record=record, actor=request.user, now=timezone.now())  # type: ignore[arg-type]
    except DomainError as refusal:
        messages.warning(request, refusal.message)
    return redirect("course_imports:report", record.public_id)


@require_POST
def undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    record = _record_or_404(request, public_id)
    try:
        done = undo_import(record=record, actor=request.user, now=timezone.now())  # type: ignore[arg-type]
    except DomainError as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(
            request,
            _("Taken back: %(removed)d drafts removed, %(restored)d given back as they were, %(kept)d kept.") % done,
        )
    return redirect(reverse("course_imports:report", args=[record.public_id]))


def _record_or_404(request: HttpRequest, public_id: UUID) -> CourseImport:
    if not can_import(request.user):
        raise Http404
    return get_object_or_404(CourseImport, public_id=public_id)
