"""How the library is chosen from, in Wagtail's admin."""

from wagtail.documents.views import chooser as documents
from wagtail.images.views import chooser as images

from lms.kit.numbered import NumberedChosen, NumberedChosenMultiple


class ImageChosenView(NumberedChosen, images.ImageChosenView):
    pass


class ImageChosenMultipleView(NumberedChosenMultiple, images.ImageChosenMultipleView):
    pass


class DocumentChosenView(NumberedChosen, documents.DocumentChosenView):
    pass


class DocumentChosenMultipleView(NumberedChosenMultiple, documents.DocumentChosenMultipleView):
    pass
