"""The record of a forum that is moved in from the admin."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import ImportRecord


class ForumImport(ImportRecord):
    """A forum, or a part of one. `source` names it, the same at each import: what is here already is known by it."""

    source = models.CharField(_("name of the forum"), max_length=60)

    class Meta(ImportRecord.Meta):
        verbose_name = _("forum import")
        verbose_name_plural = _("forum imports")
