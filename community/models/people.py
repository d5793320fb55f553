"""The directory, what people offer one another, and their private messages."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.enums import OfferKind
from lms.kit.ids import PublicIdModel


class Profile(models.Model):
    """What somebody chooses to show in the directory; nobody is in it who has not asked to be."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    is_listed = models.BooleanField(_("show me in the directory"), default=False)
    department = models.CharField(_("department"), max_length=3, blank=True)
    about = models.CharField(_("about me"), max_length=400, blank=True)
    helps_with = models.CharField(_("what I can help with"), max_length=200, blank=True)
    is_mentor = models.BooleanField(_("I am glad to be a mentor"), default=False)
    takes_messages = models.BooleanField(_("people may write to me"), default=True)
    asked_still_there_at = models.DateTimeField(null=True, blank=True)
    still_there_at = models.DateTimeField(null=True, blank=True)
    welcomed_as_alumni_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.person}"


class Offer(PublicIdModel):
    """A job, an event, a hand held out: it leaves the list by itself after `ends_on`.

    `withdrawn_at`: its author took it off; `hidden_at`: a moderator did, or a rule holds it for one.
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=5, choices=OfferKind)
    title = models.CharField(_("title"), max_length=120)
    source = models.TextField(_("text"), max_length=4000)
    html = models.TextField()
    place = models.CharField(_("place"), max_length=120, blank=True)
    department = models.CharField(_("department"), max_length=3, blank=True)
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("until"))
    written_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-written_at"]
        indexes = [models.Index(fields=["ends_on"], name="community_offer_ends")]

    def __str__(self) -> str:
        return self.title


class Conversation(PublicIdModel):
    """Two people who write to each other; `first` has the lower id, so that two people have one."""

    first = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    last_at = models.DateTimeField(default=timezone.now)
    last_number = models.PositiveIntegerField(default=0)
    first_read = models.PositiveIntegerField(default=0)
    second_read = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="community_conversation_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="community_conversation_ordered"),
        ]
        indexes = [
            models.Index(fields=["first", "-last_at"], name="community_conversation_first"),
            models.Index(fields=["second", "-last_at"], name="community_conversation_second"),
        ]

    def __str__(self) -> str:
        return f"{self.first}, {self.second}"


class PrivateMessage(PublicIdModel):
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    source = models.TextField(max_length=4000)
    html = models.TextField()
    sent_at = models.DateTimeField(default=timezone.now)
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="community_privatemessage_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.number}"


class Block(models.Model):
    """`person` wants to hear nothing more from `blocked`; only she knows."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "blocked"], name="community_block_once"),
            models.CheckConstraint(condition=~Q(person=F("blocked")), name="community_block_not_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.blocked_id}"
