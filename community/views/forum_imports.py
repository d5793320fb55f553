"""A forum moved in from Wagtail's admin: the pages of a course import, with a forum's own form, counts and words."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.forms.records import ForumImportForm
from community.models import ForumImport, Space
from community.rules import can_import_forum
from community.services.forum_imports import receive_file
from community.services.import_report import KINDS, kind_names, sentence
from courses.views import imports


class AdministratorsOnly(imports.ImportersOnly):
    names = "forum_imports"
    records = ForumImport
    may_import = staticmethod(can_import_forum)
    page_title = index_title = gettext_lazy("Forum imports")


class ImportList(AdministratorsOnly, imports.ImportList):
    template_name = "community/admin/forum_imports.html"


class SendFile(AdministratorsOnly, imports.SendFile):
    form_class = ForumImportForm
    page_title = gettext_lazy("Import a forum")

    def receive(self, **sent: Any) -> ForumImport:
        return receive_file(**sent)


class ImportReport(AdministratorsOnly, imports.ImportReport):
    template_name = "community/admin/forum_import_report.html"
    kinds = KINDS
    counts: ClassVar = {**imports.ImportReport.counts, "known": gettext_lazy("Already here")}

    def kind_names(self) -> dict[str, str]:
        return kind_names()

    def sentence(self, told: dict[str, Any]) -> str:
        return sentence(told["code"], told["detail"])

    def where_it_went(self, report: dict[str, Any]) -> str:
        """The space that is new, where there is one; else the community."""
        space = Space.objects.filter(pk__in=report.get("changes", {}).get("spaces", ())).order_by("pk").first()
        return reverse("community:space", args=[space.slug]) if space else reverse("community:home")


class ImportStep(AdministratorsOnly, imports.ImportStep):
    def taken_back(self, done: dict[str, int]) -> str:
        return _("Taken back: %(removed)d things removed, %(kept)d kept.") % done
