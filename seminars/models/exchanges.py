"""What people say in the room: chat, questions with votes, hands, polls."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.kit.ids import PublicIdModel
from seminars.enums import HandState, PollKind

from .breakouts import BreakoutRoom
from .sessions import LiveSession


class ChatMessage(PublicIdModel):
    """One line of the chat; `seq` is the session's own order, without gaps. A deleted one keeps its place only."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="messages")
    breakout = models.ForeignKey(BreakoutRoom, null=True, blank=True, on_delete=models.CASCADE, related_name="messages")
    seq = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    reply_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    pinned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["session", "seq"], name="seminars_chatmessage_order"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}"


class Question(PublicIdModel):
    """A question to the presenter; answered live, in writing, or put aside with a word."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="questions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now)
    votes = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_live = models.BooleanField(default=False)
    answer = models.TextField(blank=True, max_length=2000)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-votes", "at"]

    def __str__(self) -> str:
        return self.text


class QuestionVote(models.Model):
    """One person wants to hear the answer too."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="voters")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "person"], name="seminars_questionvote_once")]

    def __str__(self) -> str:
        return f"{self.person}"


class Hand(PublicIdModel):
    """A raised hand, in the order of the queue."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="hands")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=HandState, default=HandState.RAISED)
    raised_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"],
                condition=~Q(state=HandState.LOWERED),
                name="seminars_hand_one_up",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}"


class SessionPoll(PublicIdModel):
    """A question to the whole room, prepared or asked on the spot. Results are shown when the host says so."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="polls")
    kind = models.CharField(_("kind"), max_length=5, choices=PollKind, default=PollKind.POLL)
    question = models.CharField(_("question"), max_length=300)
    is_multiple = models.BooleanField(_("several answers"), default=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    shown_at = models.DateTimeField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.question


class SessionPollChoice(PublicIdModel):
    poll = models.ForeignKey(SessionPoll, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(max_length=200)
    is_right = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text


class SessionPollAnswer(models.Model):
    """One choice of one person; changed as long as the poll is open."""

    poll = models.ForeignKey(SessionPoll, on_delete=models.CASCADE, related_name="answers")
    choice = models.ForeignKey(SessionPollChoice, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["choice", "person"], name="seminars_sessionpollanswer_once")]

    def __str__(self) -> str:
        return f"{self.choice_id}"
