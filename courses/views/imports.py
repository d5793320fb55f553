"""Imports in Wagtail's admin: send a file, read what it holds, import it, take it back."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, ListView, TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from courses.enums import ImportState
from courses.forms import ImportForm
from courses.models import CourseImport, ImportRecord
from courses.rules import can_import
from courses.services.imports import receive_file
from courses.services.reports import KINDS, kind_names, sentence
from lms.kit.errors import DomainError


class ImportersOnly:
    """For editors and administrators; other people of the admin do not learn that these pages exist. Another sort of
    import says what is its own below."""

    names = "course_imports"
    records: type[ImportRecord] = CourseImport
    may_import = staticmethod(can_import)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may_import(request.user):
            raise Http404
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class ImportPage(ImportersOnly, WagtailAdminTemplateMixin):
    header_icon = "upload"
    page_title = gettext_lazy("Imports")
    index_title = gettext_lazy("Imports")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse(f"{self.names}:index"), "label": self.index_title}
        here = [{"url": "", "label": self.here}] if self.here else []
        return [*super().get_breadcrumbs_items(), index, *here]

    @property
    def here(self) -> Any:
        """The page's own name, where it is not the list's."""
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"names": self.names}


class ImportList(ImportPage, ListView[Any]):
    template_name = "courses/admin/imports.html"
    context_object_name = "imports"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Any]:
        return self.records.objects.with_interrupted(timezone.now()).select_related("actor")


class SendFile(ImportPage, FormView[Any]):
    template_name = "courses/admin/import_send.html"
    form_class: type[Form] = ImportForm
    page_title = gettext_lazy("Import a file")

    @property
    def here(self) -> Any:
        return self.page_title

    def form_valid(self, form: Any) -> HttpResponse:
        record = self.receive(**form.cleaned_data, actor=self.request.user, now=timezone.now())
        return redirect(f"{self.names}:report", record.public_id)

    def receive(self, **sent: Any) -> ImportRecord:
        return receive_file(**sent)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ImportReport(ImportPage, TemplateView):
    template_name = "courses/admin/import_report.html"
    kinds: Sequence[str] = KINDS
    counts: ClassVar = {
        "found": gettext_lazy("Found"),
        "imported": gettext_lazy("Imported"),
        "warned": gettext_lazy("With a warning"),
        "refused": gettext_lazy("Refused"),
    }

    @property
    def here(self) -> Any:
        return str(self.record)

    def get_page_subtitle(self) -> str:
        return str(self.here)

    @property
    def record(self) -> Any:
        records = self.records.objects.with_interrupted(timezone.now())
        return get_object_or_404(records, public_id=self.kwargs["public_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record = self.record
        report = record.report
        kind_names = self.kind_names()
        rows = [kind for kind in self.kinds if kind in report]
        return super().get_context_data(**kwargs) | {
            "record": record,
            "states": ImportState,
            "open": self.where_it_went(report),
            "columns": list(self.counts.values()),
            "counts": [(kind_names[kind], [report[kind][count] for count in self.counts]) for kind in rows],
            # Told again here, in the reader's language.
            "messages_said": [
                told | {"kind": kind_names[told["kind"]], "reason": self.sentence(told)}
                for told in report.get("messages", [])
            ],
        }

    def kind_names(self) -> dict[str, str]:
        return kind_names()

    def sentence(self, told: dict[str, Any]) -> str:
        return sentence(told["code"], told["detail"])

    def where_it_went(self, report: dict[str, Any]) -> str:
        """The address of the highest page an import wrote: where an editor goes on from its report."""
        written = [change["pk"] for change in report.get("changes", []) if change["model"].endswith("page")]
        page = Page.objects.filter(pk__in=written).order_by("path").first()
        return reverse("wagtailadmin_explore", args=[page.pk]) if page else ""


class ImportStep(ImportersOnly, View):
    """One button of the report: write it, start again, take it back."""

    http_method_names = ["post"]
    step: Any = None

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        record = get_object_or_404(self.records, public_id=public_id)
        try:
            done = self.step(record=record, actor=request.user, now=timezone.now())
        except DomainError as refusal:
            messages.warning(request, refusal.message)
        else:
            if done is not None:
                messages.success(request, self.taken_back(done))
        return redirect(f"{self.names}:report", record.public_id)

    def taken_back(self, done: dict[str, int]) -> str:
        return _("Taken back: %(removed)d drafts removed, %(restored)d given back as they were, %(kept)d kept.") % done
