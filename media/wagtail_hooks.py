"""Puts our views into Wagtail's own choosers of images and documents."""

from wagtail.documents.views import chooser as documents
from wagtail.images.views import chooser as images

from .viewsets import DocumentChosenMultipleView, DocumentChosenView, ImageChosenMultipleView, ImageChosenView

images.viewset.chosen_view_class = ImageChosenView
images.viewset.chosen_multiple_view_class = ImageChosenMultipleView
documents.viewset.chosen_view_class = DocumentChosenView
documents.viewset.chosen_multiple_view_class = DocumentChosenMultipleView
