"""The choices of the community: audiences, kinds of thread, ways of reading, reasons and decisions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(models.TextChoices):
    """For whom a space is there; a closed space asks, besides, to be named in it."""

    ACADEMY = "academy", _("Everybody at the academy")
    COHORT = "cohort", _("One cohort and its team")
    PARTNER = "partner", _("One partner’s learners and team")
    TERRITORY = "territory", _("People of some departments")
    THEME = "theme", _("A theme, for everybody")
    ALUMNI = "alumni", _("Alumni")


class Posting(models.TextChoices):
    """Who of those who read a space may write in it."""

    READERS = "readers", _("Everybody who reads it")
    TEAM = "team", _("Coaches, trainers and moderators")
    MODERATORS = "moderators", _("Moderators")


class MemberRole(models.TextChoices):
    MEMBER = "member", _("Member")
    MODERATOR = "moderator", _("Moderator")


class ThreadKind(models.TextChoices):
    QUESTION = "question", _("Question")
    DISCUSSION = "discussion", _("Discussion")
    ANNOUNCEMENT = "announcement", _("Announcement")


class Level(models.TextChoices):
    """How closely somebody reads a thread or a space."""

    WATCHING = "watching", _("Watch: I am told of every message")
    FOLLOWING = "following", _("Follow: new messages are counted, and I am told when somebody answers me")
    NORMAL = "normal", _("Normal: I am told when somebody answers me or names me")
    MUTED = "muted", _("Mute: I am told nothing")


class ReactionKind(models.TextChoices):
    """A reaction is a word, with an icon beside it."""

    THANKS = "thanks", _("Thank you")
    HELPS = "helps", _("It helps me too")
    IDEA = "idea", _("Good idea")
    COURAGE = "courage", pgettext_lazy("a reaction", "Courage!")


class FileKind(models.TextChoices):
    IMAGE = "image", _("Image")
    FILE = "file", pgettext_lazy("something attached", "File")


class CardState(models.TextChoices):
    """What became of a link: asked once by the worker, shown as a card when something was found."""

    WAITING = "waiting", _("Waiting")
    FOUND = "found", _("Found")
    NOTHING = "nothing", _("Nothing to show")


class Trust(models.IntegerChoices):
    """Trust grows by reading and helping; newcomers are protected from themselves and others from them."""

    NEW = 0, _("New here")
    KNOWN = 1, _("Known")
    REGULAR = 2, _("Regular")
    PILLAR = 3, _("Pillar of the community")


class FlagReason(models.TextChoices):
    SPAM = "spam", _("Advertising or spam")
    RUDE = "rude", _("Hurtful or aggressive")
    PRIVATE = "private", _("Shows somebody’s personal data")
    OFF_TOPIC = "off_topic", _("Off topic")
    WRONG = "wrong", _("Wrong or dangerous advice")
    DANGER = "danger", _("Somebody may be in danger")
    OTHER = "other", _("Something else")


class Action(models.TextChoices):
    """What a moderator decided."""

    KEEP = "keep", _("Keep it")
    HIDE = "hide", _("Hide it")
    EDIT = "edit", _("Edit it")
    PAUSE = "pause", _("Pause this person for 24 hours")
    RESUME = "resume", _("End the pause")
    RESTORE = "restore", _("Show it again")


class Upkeep(models.TextChoices):
    """What a moderator did to a thread, a space or the rules, as the journal says it."""

    PIN = "pin", _("The thread is pinned")
    UNPIN = "unpin", _("The thread is pinned no longer")
    CLOSE = "close", _("The thread is closed")
    REOPEN = "reopen", _("The thread is open again")
    LOCK = "lock", _("The thread is locked")
    UNLOCK = "unlock", _("The thread is locked no longer")
    SLOW = "slow", _("Slow mode is changed")
    MOVE = "move", _("The thread is moved")
    MERGE = "merge", _("The thread is merged into another one")
    SPLIT = "split", _("Messages have a thread of their own")
    SPAM_ADD = "spam_add", _("A rule against spam is added")
    SPAM_RULE = "spam_rule", _("A rule against spam is changed")
    SPAM_GONE = "spam_gone", _("A rule against spam is removed")


class AppealState(models.TextChoices):
    OPEN = "open", pgettext_lazy("an appeal", "Open")
    UPHELD = "upheld", _("The decision stands")
    OVERTURNED = "overturned", _("The decision is undone")


class SpamSignal(models.TextChoices):
    """What spam looks like; how much each counts is a row that moderators change."""

    LINKS = "links", _("Links in a newcomer’s message, each")
    SAME_TEXT = "same_text", _("The same text was sent before")
    FAST = "fast", _("Written faster than anybody types")
    CAPITALS = "capitals", _("Mostly in capitals")
    WORD = "word", _("A word of the list")


class OfferKind(models.TextChoices):
    JOB = "job", _("Job or assignment")
    EVENT = "event", _("Event")
    HELP = "help", _("Offer of help")
