"""The record of an import: its file, its report, its state."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.enums import ImportState
from lms.kit.ids import PublicIdModel

from .pages import CoursePage


class ImportQuerySet[Record: "ImportRecord"](models.QuerySet[Record]):
    def interrupted(self, now: datetime) -> Self:
        """Those that have waited for so long that their worker must have been stopped."""
        return self.filter(self._is_interrupted(now))

    def with_interrupted(self, now: datetime) -> Self:
        """All of them, each with `is_interrupted`."""
        return self.annotate(is_interrupted=self._is_interrupted(now))

    def _is_interrupted(self, now: datetime) -> Q:
        return Q(state=ImportState.WAITING, asked_at__lt=now - ImportRecord.PATIENCE)


class ImportRecord(PublicIdModel):
    """One file sent in the admin: checked first, written only when who sent it says so."""

    PATIENCE: ClassVar = timedelta(minutes=10)  # the three real modules take under ten seconds

    file = models.FileField(_("file"), upload_to="imports/")
    name = models.CharField(_("name of the file"), max_length=255)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.WAITING)
    report = models.JSONField(default=dict)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(
        default=timezone.now, help_text=_("When the worker was last asked to check or to write it.")
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name


class CourseImport(ImportRecord):
    """A course or a file of questions, sent by an editor."""

    course = models.ForeignKey(
        CoursePage, null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("into the course")
    )

    class Meta(ImportRecord.Meta):
        verbose_name = _("course import")
        verbose_name_plural = _("course imports")
