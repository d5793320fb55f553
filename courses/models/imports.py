"""The record of a course import: its file, its report, its state."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.enums import ImportState
from lms.kit.ids import PublicIdModel

from .pages import CoursePage


class CourseImportQuerySet(models.QuerySet["CourseImport"]):
    def interrupted(self, now: datetime) -> "CourseImportQuerySet":
        """Those that have waited for so long that their worker must have been stopped."""
        return self.filter(self._is_interrupted(now))

    def with_interrupted(self, now: datetime) -> "CourseImportQuerySet":
        """All of them, each with `is_interrupted`."""
        return self.annotate(is_interrupted=self._is_interrupted(now))

    def _is_interrupted(self, now: datetime) -> Q:
        return Q(state=ImportState.WAITING, asked_at__lt=now - CourseImport.PATIENCE)


class CourseImport(PublicIdModel):
    """One file sent by an editor: checked first, written only when she says so."""

    PATIENCE: ClassVar = timedelta(minutes=10)  # the three real modules take under ten seconds

    file = models.FileField(_("file"), upload_to="imports/")
    name = models.CharField(_("name of the file"), max_length=255)
    course = models.ForeignKey(
        CoursePage, null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("into the course")
    )
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.WAITING)
    report = models.JSONField(default=dict)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(
        default=timezone.now, help_text=_("When the worker was last asked to check or to write it.")
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = CourseImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("course import")
        verbose_name_plural = _("course imports")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
