"""What the library asks of a picture sent by hand."""

import io
from typing import Any

import willow
from django.core.exceptions import ValidationError
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from lms.kit.errors import DomainError
from lms.kit.pictures import without_metadata
from lms.kit.sanitize import clean_svg


class WholeImageField(WagtailImageField):
    """Wagtail's field; it refuses a picture cut short, on which Wagtail's crashes."""

    def to_python(self, data: Any) -> Any:
        try:
            return super().to_python(data)
        except (OSError, SyntaxError, ValueError) as error:
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error


class CleanImageForm(BaseImageForm):
    """Wagtail's form; a picture is stored as an imported one is: a drawing keeps only what draws, a photo says nothing.

    What Wagtail's own field refuses (kind, weight, pixels) does not come this far.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Some of Wagtail's forms leave the file out: declared on the class, it would come back there.
        if field := self.fields.get("file"):
            self.fields["file"] = WholeImageField(label=field.label, widget=field.widget, required=field.required)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return file
        try:
            cleaned = (clean_svg if file.name.lower().endswith(".svg") else without_metadata)(file.read())
        except DomainError as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal
        # In its place: Wagtail keeps the file that was sent, aside, when another field of the form is wrong.
        file.seek(0)
        file.truncate()
        file.write(cleaned)
        file.seek(0)
        file.size = len(cleaned)
        file.image = willow.Image.open(io.BytesIO(cleaned))  # what Wagtail reads the size from
        return file
