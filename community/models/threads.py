"""Threads and posts, and everything that hangs on a post."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.enums import CardState, FileKind, ReactionKind, ThreadKind
from courses.models import LessonPage
from lms.kit.ids import PublicIdModel

from .spaces import Space

LONGEST_POST = 20_000
"""Characters of Markdown."""


class ThreadQuerySet(models.QuerySet["Thread"]):
    def standing(self) -> "ThreadQuerySet":
        """Neither hidden, nor merged into another."""
        return self.filter(hidden_at=None, merged_into=None)


class Thread(PublicIdModel):
    """One conversation. `last_number`, `post_count` and `last_post_at` are kept by the services that write posts.

    `closed_at`: no new answers; `locked_at`: nothing can be changed any more either.
    """

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="threads")
    kind = models.CharField(max_length=12, choices=ThreadKind)
    title = models.CharField(_("title"), max_length=160)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lesson = models.ForeignKey(LessonPage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    last_post_at = models.DateTimeField(default=timezone.now)
    last_number = models.PositiveIntegerField(default=0, help_text="The highest number of a post that is there.")
    numbers_given = models.PositiveIntegerField(
        default=0, help_text="Posts up to this number were held, removed or split off: it is given to no other."
    )
    post_count = models.PositiveIntegerField(default=0, help_text="Posts that are still there.")
    accepted = models.ForeignKey("Post", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    pinned_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    slow_mode_seconds = models.PositiveIntegerField(default=0)
    hidden_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    imported_from = models.CharField(max_length=200, blank=True, help_text="Where an import found it.")

    objects = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ["-last_post_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["imported_from"], condition=~Q(imported_from=""), name="community_thread_imported_once"
            )
        ]
        indexes = [
            models.Index(fields=["space", "-last_post_at"], name="community_thread_recent"),
            models.Index(fields=["author", "-created_at"], name="community_thread_author"),
            models.Index(
                fields=["space", "created_at"],
                condition=Q(kind=ThreadKind.QUESTION, accepted=None, hidden_at=None, merged_into=None),
                name="community_thread_unanswered",
            ),
            models.Index(
                fields=["space", "-pinned_at"], condition=Q(pinned_at__isnull=False), name="community_thread_pinned"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def next_number(self) -> int:
        """Of the post that will be written next."""
        return max(self.last_number, self.numbers_given) + 1

    @property
    def answers(self) -> int:
        """Posts that are still there beside the first one."""
        return max(0, self.post_count - 1)


class PostQuerySet(models.QuerySet["Post"]):
    def standing(self) -> "PostQuerySet":
        """Neither hidden by a moderator nor taken back by its author."""
        return self.filter(hidden_at=None, deleted_at=None)


class Post(PublicIdModel):
    """One message: `source` is Markdown as typed, `html` what it became, cleaned, `terms` its stems for search.

    `number` is its rank in the thread, never given twice; a post that moves to another thread gets a new one there.
    A hidden or deleted post keeps its row: readers see that something stood there.
    """

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    source = models.TextField(max_length=LONGEST_POST)
    html = models.TextField()
    terms = models.TextField(blank=True)
    reply_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Guards against overwriting what somebody just saved.")
    by_mail = models.BooleanField(default=False)
    hidden_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    imported_from = models.CharField(max_length=200, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="community_post_numbered"),
            models.UniqueConstraint(
                fields=["imported_from"], condition=~Q(imported_from=""), name="community_post_imported_once"
            ),
        ]
        indexes = [
            models.Index(fields=["author", "-created_at"], name="community_post_author"),
            # The newest of all, where nothing but filters is asked for.
            models.Index(
                fields=["-created_at", "-id"],
                condition=Q(hidden_at=None, deleted_at=None),
                name="community_post_newest",
            ),
            # Whether anybody but its author has written in a thread, asked of thousands of threads.
            models.Index(
                fields=["thread", "author"],
                condition=Q(hidden_at=None, deleted_at=None),
                name="community_post_standing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.number}"

    @property
    def is_standing(self) -> bool:
        return self.hidden_at is None and self.deleted_at is None


class PostVersion(models.Model):
    """A wording that was replaced: who replaced it, when, and why when it was not its author."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160, blank=True, help_text="Of the thread, for its first message.")
    source = models.TextField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="community_postversion_order")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.number}"


class PostFile(PublicIdModel):
    """An image (re-encoded) or a file, sent while writing; it belongs to a post once that is sent. Served by the
    post's own rule; one that no post took is deleted after a day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=5, choices=FileKind)
    file = models.FileField(upload_to="community/%Y/%m/", max_length=200)
    name = models.CharField(max_length=150)
    alt = models.CharField(_("what the image shows"), max_length=250, blank=True)
    size = models.PositiveIntegerField(help_text="Bytes.")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["sent_at"], condition=Q(post=None), name="community_postfile_loose")]

    def __str__(self) -> str:
        return self.name


class Mention(models.Model):
    """Somebody named in a post by `@`."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="community_mention_once")]

    def __str__(self) -> str:
        return f"{self.person}"


class Reaction(models.Model):
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reactions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=ReactionKind)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person", "kind"], name="community_reaction_once")]

    def __str__(self) -> str:
        return self.kind


class Bookmark(PublicIdModel):
    """A post somebody keeps for herself, with a date on which she wants to be reminded of it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="bookmarks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-kept_at"]
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="community_bookmark_once")]
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(reminded_at=None), name="community_bookmark_due"),
            models.Index(fields=["person", "-kept_at"], name="community_bookmark_mine"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.post_id}"


class Poll(PublicIdModel):
    """One question to everybody who reads the post. Results are shown once one has voted, or when it is closed."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="poll")
    question = models.CharField(_("question"), max_length=200)
    several = models.BooleanField(_("several answers"), default=False)
    closes_at = models.DateTimeField(_("closes on"), null=True, blank=True)

    def __str__(self) -> str:
        return self.question


class PollOption(PublicIdModel):
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options")
    text = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["poll", "order"], name="community_polloption_order")]

    def __str__(self) -> str:
        return self.text


class PollVote(models.Model):
    option = models.ForeignKey(PollOption, on_delete=models.CASCADE, related_name="votes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["option", "person"], name="community_pollvote_once")]

    def __str__(self) -> str:
        return f"{self.option_id}"


class Draft(models.Model):
    """What somebody is writing and has not sent, on any of her devices. `place` says where: `space:<public id>`,
    `thread:<public id>`, `post:<public id>` (an edit) or `message:<public id>`."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=60)
    content = models.JSONField(help_text="The form as it was typed: lists of values by field.")
    version = models.PositiveIntegerField(default=1)
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "place"], name="community_draft_once")]

    def __str__(self) -> str:
        return self.place


class ThreadReading(models.Model):
    """Until where somebody has read a thread, and how closely she follows it (empty: as she follows the space)."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    last_read = models.PositiveIntegerField(default=0, help_text="Number of the last post she has seen.")
    level = models.CharField(max_length=10, blank=True)
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "thread"], name="community_threadreading_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.last_read}"


class LinkCard(models.Model):
    """What a public address says of itself, asked once by the worker through `lms.kit.outbound`."""

    url = models.URLField(max_length=500, unique=True)
    state = models.CharField(max_length=10, choices=CardState, default=CardState.WAITING)
    title = models.CharField(max_length=200, blank=True)
    description = models.CharField(max_length=300, blank=True)
    site = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.url


class PostLink(models.Model):
    """A link written alone on its line: shown as a card under the post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="links")
    card = models.ForeignKey(LinkCard, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "card"], name="community_postlink_once")]

    def __str__(self) -> str:
        return f"{self.card}"
