"""The record of a course import: its file, its report, its state."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.enums import ImportState
from lms.kit.ids import PublicIdModel

from .pages import CoursePage


class CourseImport(PublicIdModel):
    """One file sent by an editor: checked first, written only when she says so."""

    file = models.FileField(_("file"), upload_to="imports/")
    name = models.CharField(_("name of the file"), max_length=255)
    course = models.ForeignKey(
        CoursePage, null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("into the course")
    )
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.WAITING)
    report = models.JSONField(default=dict)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("course import")
        verbose_name_plural = _("course imports")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
