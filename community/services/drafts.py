"""What people are writing, kept every few seconds, the same on all their devices."""

import json
import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from community.enums import FileKind
from community.models import Draft, Poll, Post, PostFile, Thread
from lms.accounts.models import User
from lms.kit.errors import DomainError

LONGEST = 60_000
"""Characters of a form as JSON: a whole post, its title and its poll."""
MOST = 100
"""Drafts of one person; the oldest make room."""
_PLACE = re.compile(r"(space|thread|post|message|offer):[0-9a-f-]{36}")

type Content = dict[str, list[str]]


class DraftRefused(DomainError):
    """Nothing was kept: `place`, `too-long`."""


class DraftConflict(DomainError):
    """The same draft was written on another device since: `draft-conflict`. `draft` is that one (None: it was sent or
    thrown away there); nothing was overwritten."""

    def __init__(self, draft: Draft | None) -> None:
        super().__init__("draft-conflict", _("You went on writing on another device. Both texts are kept."))
        self.draft = draft


def keep_draft(*, person: User, place: str, content: Content, version: int, now: datetime) -> Draft:
    """Keep the form of `place`; `version` is the one that the page has in front of it, 0 where there was none.

    The same content again is kept already: nothing conflicts. What is written in a thread that was merged meanwhile is
    kept in the one it leads to.

    Raises:
        DraftConflict, DraftRefused
    """
    if not _PLACE.fullmatch(place):
        raise DraftRefused("place", _("This text cannot be kept here. Copy it before you leave the page."))
    if len(json.dumps(content)) > LONGEST:
        raise DraftRefused("too-long", _("This text is too long to be kept. Copy it before you leave the page."))
    place = _today(place)
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(person=person, place=place).first()
        if draft is not None and draft.content == content:
            return draft
        if (draft.version if draft else 0) != version:
            raise DraftConflict(draft)
        if draft is None:
            return _first(person, place, content, now)
        draft.content, draft.version, draft.kept_at = content, version + 1, now
        draft.save(update_fields=["content", "version", "kept_at"])
    return draft


def drop_draft(*, person: User, place: str) -> None:
    """It was sent, or is not wanted any more; the second time changes nothing."""
    Draft.objects.filter(person=person, place=place).delete()


def put_back(*, post: Post, now: datetime) -> Draft:
    """What was sent and taken back at once is a draft again, before what was begun at its place since. Its files are
    loose again, and stand in the text where they did not yet.

    Called inside the transaction that takes the post back; `post.thread.space` is read.

    Raises:
        DraftConflict: another device begins a draft there at the same instant.
    """
    is_first = post.number == 1
    place = f"space:{post.thread.space.public_id}" if is_first else f"thread:{post.thread.public_id}"
    content = _typed(post)
    post.files.update(post=None, sent_at=now)
    draft = Draft.objects.select_for_update().filter(person=post.author, place=place).first()
    if draft is None:
        return _first(post.author, place, content, now)
    join_drafts(draft, content, now=now)
    return draft


def join_drafts(draft: Draft, content: Content, *, now: datetime) -> None:
    """Another text before that of a draft, which is locked; what else it says takes the place of the draft's."""
    texts = [(found.get("source") or [""])[0] for found in (content, draft.content)]
    source = ["\n\n".join(text for text in texts if text.strip())]
    draft.content, draft.version, draft.kept_at = {**draft.content, **content, "source": source}, draft.version + 1, now
    draft.save(update_fields=["content", "version", "kept_at"])


def _today(place: str) -> str:
    kind, _colon, public_id = place.partition(":")
    if kind != "thread":
        return place
    merged = Thread.objects.filter(public_id=public_id, merged_into__isnull=False)
    into = merged.values_list("merged_into__public_id", flat=True).first()
    return f"thread:{into}" if into else place


def _typed(post: Post) -> Content:
    """The form from which a post was sent."""
    loose = [_linked(file) for file in post.files.order_by("pk") if str(file.public_id) not in post.source]
    content = {"source": ["\n\n".join([post.source, *loose])]}
    if post.number == 1:
        thread = post.thread
        content |= {"title": [thread.title], "kind": [thread.kind]}
        content |= {"lesson": [str(thread.lesson.public_id)]} if thread.lesson else {}
    elif post.reply_to is not None:
        content["to"] = [str(post.reply_to.public_id)]
    poll = Poll.objects.filter(post=post).first()
    if poll is not None:
        options = "\n".join(poll.options.values_list("text", flat=True))
        content |= {"poll_question": [poll.question], "poll_options": [options]}
        content |= {"poll_several": ["on"]} if poll.several else {}
    return content


def _linked(file: PostFile) -> str:
    """A file as the composer writes it into a text."""
    name = re.sub(r"([\[\]\\])", r"\\\1", file.alt or file.name)
    mark = "!" if file.kind == FileKind.IMAGE else ""
    return f"{mark}[{name}]({reverse('community:file', args=[file.public_id])})"


def _first(person: User, place: str, content: Content, now: datetime) -> Draft:
    try:
        with transaction.atomic():
            draft = Draft.objects.create(person=person, place=place, content=content, kept_at=now)
    except IntegrityError as error:  # two devices began at the same instant
        raise DraftConflict(Draft.objects.filter(person=person, place=place).first()) from error
    older = Draft.objects.filter(person=person).order_by("-kept_at", "-pk").values_list("pk", flat=True)[MOST:]
    if surplus := list(older):
        Draft.objects.filter(pk__in=surplus).delete()
    return draft
