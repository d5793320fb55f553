"""What editors upload: images, documents, recordings."""

import math

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage
from wagtailmedia.models import AbstractMedia

from lms.kit.ids import PublicIdModel


class LibraryImage(AbstractImage):
    """An image of the library; its `description` is the alternative text proposed wherever it is used."""

    source = models.CharField(
        _("source"), max_length=255, blank=True, help_text=_("Where an imported image comes from."), editable=False
    )
    credit = models.CharField(_("credit"), max_length=255, blank=True, help_text=_("Author and licence."))

    admin_form_fields = (*WagtailImage.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")


class LibraryRendition(AbstractRendition):
    """One size of an image, made on first demand."""

    image = models.ForeignKey(LibraryImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("image", "filter_spec", "focal_point_key"), name="media_rendition_unique")
        ]


class LibraryDocument(PublicIdModel, AbstractDocument):
    """A file to download; delivered by `media.views.document` to signed-in people only."""

    source = models.CharField(max_length=255, blank=True, editable=False)

    admin_form_fields = WagtailDocument.admin_form_fields

    class Meta(AbstractDocument.Meta):
        pass

    @property
    def url(self) -> str:
        return reverse("media:document", args=[self.public_id])


class Recording(PublicIdModel, AbstractMedia):
    """A sound or a video of the library, with its transcript."""

    transcript = models.TextField(
        _("transcript"), blank=True, help_text=_("What is said, for people who cannot listen or prefer to read.")
    )
    captions = models.TextField(
        _("captions"), blank=True, help_text=_("WebVTT: what is said, shown over the video at the right time.")
    )

    admin_form_fields = ("title", "file", "collection", "duration", "thumbnail", "captions", "transcript", "tags")

    @property
    def url(self) -> str:
        return reverse("media:recording", args=[self.public_id])

    @property
    def minutes(self) -> int:
        """Its length, a minute begun counting as one; 0 where it is not known."""
        return math.ceil((self.duration or 0) / 60)
