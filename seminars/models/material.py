"""What is shown in the room and handed out before: slides, documents, captions."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.kit.ids import PublicIdModel
from media.models import LibraryDocument

from .sessions import LiveSession


class Deck(PublicIdModel):
    """A PDF turned into pages by the worker: an image and its text each. `trouble` says why it could not be."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="decks")
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(upload_to="seminars/decks/")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class Slide(models.Model):
    """One page of a deck."""

    deck = models.ForeignKey(Deck, on_delete=models.CASCADE, related_name="slides")
    number = models.PositiveSmallIntegerField()
    image = models.FileField(upload_to="seminars/slides/")
    width = models.PositiveSmallIntegerField(default=0)
    height = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(blank=True, help_text=_("What the page says, for people who do not see it."))

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["deck", "number"], name="seminars_slide_once")]

    def __str__(self) -> str:
        return f"{self.deck}, {self.number}"


class Handout(PublicIdModel):
    """A document given out before or after, with a text that says the same."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="handouts")
    document = models.ForeignKey(LibraryDocument, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    alternative = models.TextField(_("the same as text"), max_length=10_000)
    order = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class SlideTurn(models.Model):
    """When a page came on stage: the chapters of the replay."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="slide_turns")
    deck = models.ForeignKey(Deck, on_delete=models.CASCADE, related_name="+")
    page = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.page}"


class Caption(PublicIdModel):
    """One caption, typed in the room or read from an uploaded file; `until` is when it leaves the screen."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="captions")
    speaker = models.CharField(max_length=100, blank=True)
    text = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text
