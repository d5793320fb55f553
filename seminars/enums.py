"""States and choices of live seminars."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(models.TextChoices):
    """Who may register."""

    ACADEMY = "academy", pgettext_lazy("who may register", "Everybody in the academy")
    TRACK = "track", pgettext_lazy("who may register", "One track")
    COHORT = "cohort", pgettext_lazy("who may register", "One cohort")
    PARTNER = "partner", pgettext_lazy("who may register", "One partner")
    ALUMNI = "alumni", pgettext_lazy("who may register", "Alumni")
    PUBLIC = "public", pgettext_lazy("who may register", "Anybody with the link")


class SessionState(models.TextChoices):
    """A live session from its first draft to its end; `live` begins when a host opens the room."""

    DRAFT = "draft", pgettext_lazy("a live session", "Draft")
    ANNOUNCED = "announced", pgettext_lazy("a live session", "Announced")
    LIVE = "live", pgettext_lazy("a live session", "Live")
    ENDED = "ended", pgettext_lazy("a live session", "Over")
    CANCELLED = "cancelled", pgettext_lazy("a live session", "Cancelled")


class RoomRole(models.TextChoices):
    """What somebody may do in the room. Whoever has no other role is a participant."""

    HOST = "host", pgettext_lazy("in a live room", "Host")
    PRESENTER = "presenter", pgettext_lazy("in a live room", "Presenter")
    MODERATOR = "moderator", pgettext_lazy("in a live room", "Moderator")
    PARTICIPANT = "participant", pgettext_lazy("in a live room", "Participant")


class RegistrationState(models.TextChoices):
    REGISTERED = "registered", pgettext_lazy("for a seminar", "Registered")
    WAITING = "waiting", pgettext_lazy("for a seminar", "On the waiting list")
    CANCELLED = "cancelled", pgettext_lazy("for a seminar", "Cancelled")


class HandState(models.TextChoices):
    """A raised hand from its place in the queue to its end."""

    RAISED = "raised", pgettext_lazy("a hand", "Raised")
    INVITED = "invited", pgettext_lazy("a hand", "Invited to speak")
    SPEAKING = "speaking", pgettext_lazy("a hand", "Speaking")
    LOWERED = "lowered", pgettext_lazy("a hand", "Lowered")


class PollKind(models.TextChoices):
    POLL = "poll", _("Poll")
    QUIZ = "quiz", _("Quiz, with right answers")


class HalfDay(models.TextChoices):
    """Attendance is signed by half-day."""

    MORNING = "am", _("Morning")
    AFTERNOON = "pm", _("Afternoon")


class AttendanceVerdict(models.TextChoices):
    """What a session is worth to somebody, once it is over."""

    GOING_ON = "going_on", pgettext_lazy("attendance", "Not counted yet")
    ATTENDED = "attended", pgettext_lazy("attendance", "Present")
    TOO_SHORT = "too_short", pgettext_lazy("attendance", "Present for too short a time")
    ABSENT = "absent", pgettext_lazy("attendance", "Absent")


class RecordingState(models.TextChoices):
    """A recording from its first second to its deletion date."""

    RUNNING = "running", pgettext_lazy("a recording", "Recording")
    WAITING = "waiting", pgettext_lazy("a recording", "Waiting to be made into a replay")
    READY = "ready", pgettext_lazy("a recording", "Replay ready")
    FAILED = "failed", pgettext_lazy("a recording", "Could not be made into a replay")
    DELETED = "deleted", pgettext_lazy("a recording", "Deleted at its retention date")


class Trouble(models.TextChoices):
    """Why a recording gave no film, or will give none."""

    NO_SERVER = "no-server", _("The media server did not answer: sound and picture may be missing.")
    NOT_RECORDED = (
        "not-recorded",
        _(
            "The academy has no media server: sound and picture are not recorded. The replay will be the slides, the"
            " chat and the captions."
        ),
    )
    NO_MEDIA = (
        "no-media",
        _("No sound or picture was recorded. The replay is the slides, the chat and the captions."),
    )
    NO_TOOLS = (
        "no-tools",
        _("The film could not be made: ffmpeg or janus-pp-rec is missing on the server. Once there, make it again."),
    )
    UNUSABLE = (
        "unusable",
        _("The film could not be made from what was recorded. The log of the worker says why."),
    )
