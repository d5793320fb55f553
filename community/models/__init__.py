"""The community's tables, by noun."""

from .people import Block, Conversation, Offer, PrivateMessage, Profile
from .spaces import GuidePage, Space, SpaceFeed, SpaceMember, SpaceReading
from .telling import PostTelling
from .threads import (
    Bookmark,
    Draft,
    LinkCard,
    Mention,
    Poll,
    PollOption,
    PollVote,
    Post,
    PostFile,
    PostLink,
    PostVersion,
    Reaction,
    Thread,
    ThreadReading,
)
from .trust import Appeal, DangerAlert, Decision, Duty, Flag, ModerationTemplate, SpamRule, Standing, TrustRule

__all__ = [
    "Appeal",
    "Block",
    "Bookmark",
    "Conversation",
    "DangerAlert",
    "Decision",
    "Draft",
    "Duty",
    "Flag",
    "GuidePage",
    "LinkCard",
    "Mention",
    "ModerationTemplate",
    "Offer",
    "Poll",
    "PollOption",
    "PollVote",
    "Post",
    "PostFile",
    "PostLink",
    "PostTelling",
    "PostVersion",
    "PrivateMessage",
    "Profile",
    "Reaction",
    "Space",
    "SpaceFeed",
    "SpaceMember",
    "SpaceReading",
    "SpamRule",
    "Standing",
    "Thread",
    "ThreadReading",
    "TrustRule",
]
