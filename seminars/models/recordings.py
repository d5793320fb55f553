"""What was recorded, the replay made of it, and what people thought."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.kit.ids import PublicIdModel
from lms.programmes.models import Enrolment
from media.models import Recording
from seminars.enums import RecordingState, Trouble

from .sessions import LiveSession


class SessionRecording(PublicIdModel):
    """What the room recorded between two instants, and its replay once the worker has made one.

    `folder` holds the raw files, under `VAR_DIR/recordings`; `video`, `audio` and `playlist` (the HLS master) are in
    the media storage. Without them the replay is what was shown and written. `published` is its copy in the library.
    `given_cues`: captions of a host’s file, as `formats.captions.Cue`; they stand for those typed in the room.
    `chapters`: [{"at": seconds, "title": …, "page": …}]. `kept_until` is its retention date.
    """

    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="recordings")
    state = models.CharField(max_length=8, choices=RecordingState, default=RecordingState.RUNNING)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    folder = models.CharField(max_length=200)
    video = models.FileField(upload_to="seminars/replays/", blank=True)
    audio = models.FileField(upload_to="seminars/replays/", blank=True)
    playlist = models.CharField(max_length=200, blank=True)
    captions = models.TextField(blank=True, help_text=_("WebVTT, timed from the start of the replay."))
    given_cues = models.JSONField(default=list, blank=True)
    chapters = models.JSONField(default=list, blank=True)
    seconds = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    published = models.ForeignKey(Recording, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    kept_until = models.DateField()

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(state=RecordingState.RUNNING),
                name="seminars_sessionrecording_one_running",
            )
        ]

    @property
    def trouble_words(self) -> str:
        """What kept it from being a film, as a sentence."""
        return str(Trouble(self.trouble).label) if self.trouble in Trouble.values else self.trouble

    @property
    def minutes(self) -> int:
        """A minute begun counts as one."""
        return -(-self.seconds // 60)

    def __str__(self) -> str:
        return f"{self.session}, {self.started_at:%Y-%m-%d %H:%M}"


class ReplayWatching(models.Model):
    """What one person has seen of one replay: a character for each piece of ten seconds, `1` where she saw it.

    A piece counts once, however often she sees it; `seconds` is their sum.
    """

    recording = models.ForeignKey(SessionRecording, on_delete=models.CASCADE, related_name="watchings")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    pieces = models.TextField(default="")
    seconds = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0, help_text=_("Seconds from the start: where she was last."))
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "enrolment"], name="seminars_replaywatching_once")]

    def __str__(self) -> str:
        return f"{self.enrolment}, {self.seconds} s"


class SurveyAnswer(PublicIdModel):
    """What one person thought of a session, once (Qualiopi, indicator 30): marks from 1 to 5, and her words."""

    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="survey_answers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    useful = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    clear = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    comfortable = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    words = models.TextField(_("in your words"), max_length=2000, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="seminars_surveyanswer_once")]

    def __str__(self) -> str:
        return f"{self.session}"
