"""What the library asks of a picture sent by hand."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.images.forms import BaseImageForm

from lms.kit.sanitize import UnsafeSvg, clean_svg


class CleanImageForm(BaseImageForm):
    """Wagtail's form; a drawing (SVG) keeps only what draws, as an imported one does."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if "file" in self.changed_data and file.name.lower().endswith(".svg"):
            try:
                cleaned = clean_svg(file.read())
            except UnsafeSvg as refusal:
                raise ValidationError(str(refusal), code=refusal.code) from refusal
            kept = ContentFile(cleaned, name=file.name)
            # Wagtail reads the size from what it opened.
            kept.image = file.image  # type: ignore[attr-defined]
            return kept
        return file
