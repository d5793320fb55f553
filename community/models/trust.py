"""Trust, flags, decisions and appeals. A decision is a line of a journal: it is never changed, only answered."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.enums import Action, AppealState, FlagReason, SpamSignal, Trust, Upkeep
from lms.kit.ids import PublicIdModel

from .threads import Post


class Standing(models.Model):
    """One person's place in the community: what she has read and given, and whether she is paused."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="standing")
    trust = models.PositiveSmallIntegerField(choices=Trust, default=Trust.NEW)
    posts_read = models.PositiveIntegerField(default=0)
    days_visited = models.PositiveIntegerField(default=0)
    last_day = models.DateField(null=True, blank=True)
    posts_written = models.PositiveIntegerField(default=0)
    thanks_received = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.person}: {self.get_trust_display()}"


class TrustRule(models.Model):
    """What it takes to reach a level of trust, and what it allows; rows that moderators change.

    An empty limit is none. Limits are for learners and alumni: the team has none.
    """

    trust = models.PositiveSmallIntegerField(_("level"), choices=Trust, unique=True)
    posts_read = models.PositiveIntegerField(_("messages read"), default=0)
    days_visited = models.PositiveIntegerField(_("days present"), default=0)
    thanks_received = models.PositiveIntegerField(_("thanks received"), default=0)
    links = models.PositiveSmallIntegerField(_("links in one message"), null=True, blank=True)
    files = models.PositiveSmallIntegerField(_("images and files in one message"), null=True, blank=True)
    mentions = models.PositiveSmallIntegerField(_("people named in one message"), null=True, blank=True)
    posts_a_day = models.PositiveSmallIntegerField(_("messages in 24 hours"), null=True, blank=True)
    conversations_a_day = models.PositiveSmallIntegerField(
        _("people written to for the first time in 24 hours"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("rule of trust")
        verbose_name_plural = _("rules of trust")
        ordering = ["trust"]

    def __str__(self) -> str:
        return str(self.get_trust_display())


class SpamRule(models.Model):
    """How many points one signal of spam is worth; at 100 a newcomer's post waits for a moderator."""

    signal = models.CharField(_("signal"), max_length=12, choices=SpamSignal)
    word = models.CharField(_("word"), max_length=60, blank=True, help_text=_("For the signal “a word of the list”."))
    points = models.PositiveSmallIntegerField(_("points"), default=50)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("rule against spam")
        verbose_name_plural = _("rules against spam")
        ordering = ["signal", "word"]

    def __str__(self) -> str:
        return f"{self.get_signal_display()} {self.word}".strip()


class ModerationTemplate(PublicIdModel):
    """A kind message that names the rule and says how to appeal; `{name}`, `{rule}`, `{title}` are filled in."""

    name = models.CharField(_("name"), max_length=80)
    reason = models.CharField(_("for"), max_length=10, choices=FlagReason, blank=True)
    rule = models.CharField(_("the rule it names"), max_length=200)
    text = models.TextField(_("message"), max_length=2000)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="fr")
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("message of moderation")
        verbose_name_plural = _("messages of moderation")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


DONE = {
    Action.KEEP: _("The message stays"),
    Action.HIDE: _("The message is hidden"),
    Action.EDIT: _("The message is changed"),
    Action.PAUSE: _("The person is paused for 24 hours"),
    Action.RESUME: _("The pause is over"),
    Action.RESTORE: _("The message can be read again"),
}
DONE_TO_OFFERS = DONE | {
    Action.KEEP: _("The offer stays"),
    Action.HIDE: _("The offer is hidden"),
    Action.RESTORE: _("The offer can be read again"),
}


class Decision(PublicIdModel):
    """One line of the journal: what was decided about a post or a person, by whom, naming which rule.

    `message` is what the person was told. Append-only, also for the database; an appeal answers it.
    """

    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    message_about = models.ForeignKey(
        "PrivateMessage", null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    offer = models.ForeignKey("Offer", null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", help_text="None: a rule."
    )
    action = models.CharField(max_length=10, choices=Action)
    rule = models.CharField(max_length=200, blank=True)
    message = models.TextField(blank=True)
    strikes_until = models.DateTimeField(null=True, blank=True, help_text="A strike that counts until then.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["person", "-at"], name="community_decision_person")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({self.at:%Y-%m-%d})"

    @property
    def done(self) -> str:
        """What was done, as the journal says it."""
        return str((DONE if self.offer_id is None else DONE_TO_OFFERS)[Action(self.action)])


class UpkeepLine(PublicIdModel):
    """One line of the journal about a thread, a space or the rules, beside the decisions about people. Append-only,
    also for the database. `words`: from what to what."""

    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=10, choices=Upkeep)
    space = models.ForeignKey("Space", null=True, on_delete=models.PROTECT, related_name="+")
    thread = models.ForeignKey("Thread", null=True, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(
        "Thread", null=True, on_delete=models.PROTECT, related_name="+", help_text="Merged into it, or split off."
    )
    words = models.CharField(max_length=250, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({self.at:%Y-%m-%d})"


class Flag(PublicIdModel):
    """Somebody's word that a post, a private message or an offer needs a moderator; `flagger` None: a rule against
    spam."""

    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.CASCADE, related_name="flags")
    message = models.ForeignKey("PrivateMessage", null=True, blank=True, on_delete=models.CASCADE, related_name="flags")
    offer = models.ForeignKey("Offer", null=True, blank=True, on_delete=models.CASCADE, related_name="flags")
    flagger = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=10, choices=FlagReason)
    words = models.CharField(_("in your words"), max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="flags")

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "flagger"], condition=Q(decision=None, post__isnull=False), name="community_flag_once"
            ),
            models.UniqueConstraint(
                fields=["message", "flagger"],
                condition=Q(decision=None, message__isnull=False),
                name="community_flag_message_once",
            ),
            models.UniqueConstraint(
                fields=["offer", "flagger"],
                condition=Q(decision=None, offer__isnull=False),
                name="community_flag_offer_once",
            ),
            models.CheckConstraint(
                condition=Q(post__isnull=False, message__isnull=True, offer__isnull=True)
                | Q(post__isnull=True, message__isnull=False, offer__isnull=True)
                | Q(post__isnull=True, message__isnull=True, offer__isnull=False),
                name="community_flag_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["at"], condition=Q(decision=None), name="community_flag_waiting")]

    def __str__(self) -> str:
        return str(self.get_reason_display())


class Appeal(PublicIdModel):
    """The person's answer to a decision, read by another moderator where there is one."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    words = models.TextField(_("why the decision should change"), max_length=2000)
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=AppealState, default=AppealState.OPEN)
    answer = models.TextField(blank=True, max_length=2000)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.decision}"


class DangerAlert(PublicIdModel):
    """Somebody may be in danger: what was said, who is on it, what was done. Seen by moderators alone."""

    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey("PrivateMessage", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    done = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ["-raised_at"]

    def __str__(self) -> str:
        return f"{self.person} ({self.raised_at:%Y-%m-%d %H:%M})"


class Duty(models.Model):
    """Who answers alerts on which days, both included, and on which phone."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    class Meta:
        verbose_name = _("moderator on duty")
        verbose_name_plural = _("moderators on duty")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="community_duty_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.person}"
