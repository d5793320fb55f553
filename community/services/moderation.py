"""What moderators do: reports, decisions and their journal, pauses, appeals, questions handed to somebody."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from community.enums import Action, AppealState, FlagReason, ThreadKind, Upkeep
from community.models import (
    Appeal,
    Decision,
    Flag,
    ModerationTemplate,
    Offer,
    Post,
    PostVersion,
    PrivateMessage,
    Space,
    SpamRule,
    Thread,
)
from community.moderation_notices import (
    moderators_of,
    tell_answered,
    tell_appeal,
    tell_asked,
    tell_decided,
    tell_flagged,
    tell_outcome,
)
from community.queries.sight import sight_of
from lms.accounts.models import User
from lms.kit.errors import DomainError

from . import assistance
from .danger import raise_alert
from .messages import deliver_held
from .posting import edit, no_longer_solves, recount
from .reading import tell_newly_named, tell_posted
from .telling import tell_gone, tell_post
from .trust import standing_of
from .upkeep import from_to, note_upkeep

PAUSE = timedelta(hours=24)
STRIKE = timedelta(days=90)
APPEAL = timedelta(days=30)
"""How long after a decision one may appeal."""
FLAGS_A_DAY = 30
ANSWERED_BY_APPEAL = (Action.HIDE, Action.EDIT, Action.PAUSE)

type Flagged = Post | PrivateMessage | Offer


class ModerationRefused(DomainError):
    """Nothing changes: `own`, `gone`, `too-many`, `decided`, `changed`, `one-only`, `no-words`, `team`, `paused`,
    `not-paused`, `too-late`, `appealed`, `answered`, `undone`, `cannot-read`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a moderator decided, and what the author is told. `source`: the new wording, for an edit; `title`: the
    thread's, with its first message; None leaves it."""

    action: Action
    rule: str = ""
    message: str = ""
    source: str = ""
    title: str | None = None
    is_strike: bool = False
    is_pause: bool = False


def flag(*, thing: Flagged, flagger: User, reason: FlagReason, words: str = "", now: datetime) -> Flag:
    """Report a post, a private message or an offer; said twice, it is one report. Danger raises an alert at once.

    Raises:
        ModerationRefused: `own`, `gone`, or `too-many` in 24 hours, which never stops a word about danger.
    """
    if thing.author_id == flagger.pk and reason != FlagReason.DANGER:
        raise ModerationRefused("own", _("You cannot report your own message. You can change it or remove it."))
    if any(getattr(thing, name, None) is not None for name in ("hidden_at", "deleted_at", "withdrawn_at")):
        raise ModerationRefused("gone", _("This message is not shown any more. There is nothing left to report."))
    recent = Flag.objects.filter(flagger=flagger, at__gt=now - timedelta(days=1))
    if reason != FlagReason.DANGER and recent.count() >= FLAGS_A_DAY:
        raise ModerationRefused(
            "too-many", _("You reported many messages today. Moderators read them; report more tomorrow.")
        )
    about = {_name(thing): thing}
    with transaction.atomic():
        known = Flag.objects.filter(**about, flagger=flagger, decision=None).first()
        row = known or _new_flag(about, flagger, reason, words, now)
        if known is not None and (known.reason, known.words) != (reason, words):
            known.reason, known.words = reason, words
            known.save(update_fields=["reason", "words"])
        if reason == FlagReason.DANGER and not isinstance(thing, Offer):
            raise_alert(thing=thing, raised_by=flagger, now=now)
        else:
            tell_flagged(row, now=now)
    return row


def decide(
    *, things: Sequence[Flagged], seen: dict[int, int], verdict: Verdict, moderator: User, now: datetime
) -> list[Decision]:
    """Decide about messages of one person: one line of the journal each, one message to her, one strike at most.

    `seen`: by post id, the version the moderator read. Their waiting reports are closed, whose authors learn the
    outcome. The first decision is the one that is appealed against, for all those made with it.

    Raises:
        ModerationRefused: `own`; `decided` by somebody else meanwhile; `changed` since it was read; `one-only`: an
        edit is of one message; `no-words`: hiding or editing without a rule and a message.
        PostingRefused: the new wording is not one.
    """
    author = things[0].author
    _check_verdict(things, verdict, author, moderator)
    with transaction.atomic():
        fresh = _locked(things)
        flags = _waiting(fresh)
        if not flags:
            raise ModerationRefused("decided", _("Another moderator has already decided. The journal says what."))
        for thing in fresh:
            if isinstance(thing, Post) and thing.version != seen.get(thing.pk, thing.version):
                raise ModerationRefused("changed", _("The author changed this message meanwhile. Read it again."))
        was_hidden = any(thing.hidden_at is not None for thing in fresh)
        decisions = [_write(thing, verdict, moderator, now, is_first=thing is fresh[0]) for thing in fresh]
        for thing, decision in zip(fresh, decisions, strict=True):
            _close(flags, thing, decision)
            _carry_out(thing, verdict, moderator, now)
        pause = _pause(author, verdict, moderator, now) if verdict.is_pause else None
        tell_outcome(flags, verdict.action, now=now)
        if verdict.action != Action.KEEP or was_hidden:
            tell_decided(decisions[0], pause=pause, now=now)
    return [*decisions, pause] if pause else decisions


def pause_person(*, person: User, rule: str, message: str, moderator: User, now: datetime) -> Decision:
    """She reads everything and writes nothing for 24 hours; told why, and how to appeal.

    Raises:
        ModerationRefused: `team`: oneself, another moderator, an administrator; `no-words`; `paused` already.
    """
    verdict = Verdict(Action.PAUSE, rule=rule, message=message)
    if not rule.strip() or not message.strip():
        raise ModerationRefused("no-words", _("Name the rule and say why: the person reads it."))
    with transaction.atomic():
        decision = _pause(person, verdict, moderator, now)
        tell_decided(decision, now=now)
    return decision


def resume_person(*, person: User, moderator: User, now: datetime) -> Decision:
    """End a pause before its time.

    Raises:
        ModerationRefused: `not-paused`.
    """
    with transaction.atomic():
        if not _end_pause(person, now):
            raise ModerationRefused("not-paused", _("This person is not paused."))
        decision = Decision.objects.create(person=person, moderator=moderator, action=Action.RESUME, at=now)
        tell_decided(decision, now=now)
    return decision


def appeal(*, decision: Decision, words: str, actor: User, now: datetime) -> Appeal:
    """The person asks another moderator to read a decision again; once, within 30 days.

    Raises:
        ModerationRefused: `appealed` already, `too-late`.
    """
    first = first_of(decision)
    if first.at + APPEAL < now:
        raise ModerationRefused("too-late", _("A decision can be appealed against for 30 days. Write to your coach."))
    try:
        with transaction.atomic():
            asked = Appeal.objects.create(decision=first, words=words, at=now)
    except IntegrityError:
        raise ModerationRefused("appealed", _("You have already appealed. The answer will come here.")) from None
    with transaction.atomic():
        tell_appeal(asked, now=now)
    return asked


def answer_appeal(*, appeal: Appeal, is_overturned: bool, answer: str, actor: User, now: datetime) -> Appeal:
    """Say whether a decision stands; overturned, everything decided with it is undone and its strike is gone.

    Raises:
        ModerationRefused: `own`: the moderator who decided, while there is another one; `answered` already.
    """
    with transaction.atomic():
        fresh = Appeal.objects.select_for_update().select_related("decision__person").get(pk=appeal.pk)
        if fresh.state != AppealState.OPEN:
            raise ModerationRefused("answered", _("Another moderator has already answered."))
        decision = fresh.decision
        if decision.moderator_id == actor.pk and _others_than(decision):
            raise ModerationRefused("own", _("You made this decision: another moderator answers."))
        fresh.state = AppealState.OVERTURNED if is_overturned else AppealState.UPHELD
        fresh.answer, fresh.answered_by, fresh.answered_at = answer, actor, now
        fresh.save(update_fields=["state", "answer", "answered_by", "answered_at"])
        if is_overturned:
            for row in together(decision):
                _undo(row, actor, now)
        tell_answered(fresh, now=now)
    return fresh


def undo(*, decision: Decision, actor: User, now: datetime) -> Decision:
    """A moderator takes a decision back without being asked; the person is told.

    Raises:
        ModerationRefused: `undone`: there is nothing left to undo.
    """
    with transaction.atomic():
        undone = [row for row in (_undo(one, actor, now) for one in together(decision)) if row is not None]
        if not undone:
            raise ModerationRefused("undone", _("There is nothing left to undo."))
        tell_decided(undone[0], now=now)
    return undone[0]


def ask(*, thread: Thread, person: User, actor: User, now: datetime) -> None:
    """Tell somebody who often helps that a question waits.

    Raises:
        ModerationRefused: `cannot-read`: it is in a space that she does not read.
    """
    if thread.space_id not in sight_of(person).spaces or thread.kind != ThreadKind.QUESTION:
        raise ModerationRefused("cannot-read", _("This person does not read this space."))
    with transaction.atomic():
        tell_asked(thread, person, actor=actor, now=now)


def set_slow_mode(*, space: Space, seconds: int, actor: User, now: datetime) -> Space:
    """The least time between two messages of one person in `space`; 0: none."""
    with transaction.atomic():
        before = Space.objects.select_for_update().values_list("slow_mode_seconds", flat=True).get(pk=space.pk)
        space.slow_mode_seconds = seconds
        space.save(update_fields=["slow_mode_seconds"])
        note_slow_mode(space=space, before=before, actor=actor, now=now)
    return space


def note_slow_mode(*, space: Space, before: int, actor: User, now: datetime) -> None:
    """The journal's line of a space's slow mode; none where it is as it was. Called in the transaction that sets it."""
    if before != space.slow_mode_seconds:
        words = from_to(before, space.slow_mode_seconds, "\u202fs")
        note_upkeep(Upkeep.SLOW, actor=actor, now=now, space=space, words=words)


def set_spam_rule(*, signal: str, word: str, points: int, is_active: bool, actor: User, now: datetime) -> SpamRule:
    """What one signal, or one word of the list, counts; a word that is not there yet is added."""
    with transaction.atomic():
        found = SpamRule.objects.select_for_update().filter(signal=signal, word__iexact=word).first()
        rule = SpamRule(pk=found.pk if found else None, signal=signal, word=found.word if found else word)
        rule.points, rule.is_active = points, is_active
        rule.save()
        note_spam_rule(before=found, after=rule, actor=actor, now=now)
    return rule


def note_spam_rule(*, before: SpamRule | None, after: SpamRule | None, actor: User, now: datetime) -> None:
    """The journal's line of a rule that is added, changed or removed; none where it counts as it did. Called in the
    transaction that does so."""
    if before is None or after is None:
        rule = before or after
        action = Upkeep.SPAM_ADD if before is None else Upkeep.SPAM_GONE
        note_upkeep(action, actor=actor, now=now, words=f"{rule}: {_counts(rule)}")
    elif (was := (str(before), _counts(before))) != (is_now := (str(after), _counts(after))):
        name = was[0] if was[0] == is_now[0] else from_to(was[0], is_now[0])
        note_upkeep(Upkeep.SPAM_RULE, actor=actor, now=now, words=f"{name}: {from_to(was[1], is_now[1])}")


def _counts(rule: SpamRule | None) -> int:
    return rule.points if rule is not None and rule.is_active else 0


_BLANK = re.compile(r"\{(name|rule|title)\}")


def written(template: ModerationTemplate, *, person: User, title: str) -> str:
    """A template's message with its blanks filled in, once: a title that holds braces is only a title."""
    values = {"name": person.get_short_name(), "rule": template.rule, "title": title}
    return _BLANK.sub(lambda match: values[match[1]], template.text)


def together(decision: Decision) -> list[Decision]:
    """The decisions one moderator made about one person in one go, the first one first."""
    return list(
        Decision.objects.filter(person=decision.person_id, moderator=decision.moderator_id, at=decision.at).order_by(
            "pk"
        )
    )


def first_of(decision: Decision) -> Decision:
    return together(decision)[0]


# --- One step each ----------------------------------------------------------------------------------------------------


def _name(thing: Flagged) -> str:
    """The field of a report that holds it."""
    return "post" if isinstance(thing, Post) else "message" if isinstance(thing, PrivateMessage) else "offer"


def _new_flag(about: dict[str, Flagged], flagger: User, reason: FlagReason, words: str, now: datetime) -> Flag:
    try:
        with transaction.atomic():
            return Flag.objects.create(**about, flagger=flagger, reason=reason, words=words, at=now)
    except IntegrityError:  # the same report from another tab
        return Flag.objects.get(**about, flagger=flagger, decision=None)


def _check_verdict(things: Sequence[Flagged], verdict: Verdict, author: User, moderator: User) -> None:
    if author.pk == moderator.pk:
        raise ModerationRefused("own", _("Another moderator decides about your own messages."))
    if verdict.action not in (Action.KEEP, Action.HIDE, Action.EDIT):
        raise ValueError(f"{verdict.action} is no decision about a message")
    if verdict.action == Action.EDIT and (len(things) > 1 or not isinstance(things[0], Post)):
        raise ModerationRefused("one-only", _("Change one message at a time, of a thread."))
    if verdict.action != Action.KEEP and not (verdict.rule.strip() and verdict.message.strip()):
        raise ModerationRefused("no-words", _("Name the rule and say why: the person reads it."))


def _locked(things: Sequence[Flagged]) -> list[Flagged]:
    """The messages in the order they were given; their threads are locked first, as by those who write in them."""
    threads = {thing.thread_id for thing in things if isinstance(thing, Post)}
    rows = Thread.objects.select_for_update(of=("self",)).select_related("space").order_by("pk")
    locked = {thread.pk: thread for thread in rows.filter(pk__in=threads)}
    return [_locked_one(thing, locked) for thing in things]


def _locked_one(thing: Flagged, threads: dict[int, Thread]) -> Flagged:
    if isinstance(thing, PrivateMessage):
        messages = PrivateMessage.objects.select_for_update(of=("self",)).select_related("author")
        return messages.get(pk=thing.pk)
    if isinstance(thing, Offer):
        return Offer.objects.select_for_update(of=("self",)).select_related("author").get(pk=thing.pk)
    post = Post.objects.select_for_update(of=("self",)).select_related("author").get(pk=thing.pk)
    if post.thread_id in threads:  # not moved by somebody else between the two locks
        post.thread = threads[post.thread_id]
    return post


def _waiting(things: Sequence[Flagged]) -> list[Flag]:
    rows = Flag.objects.select_for_update(of=("self",)).select_related("flagger").filter(decision=None)
    found: list[Flag] = []
    for name in ("post", "message", "offer"):
        if pks := [thing.pk for thing in things if _name(thing) == name]:
            found += rows.filter(**{f"{name}__in": pks})
    return found


def _write(thing: Flagged, verdict: Verdict, moderator: User, now: datetime, *, is_first: bool) -> Decision:
    strikes = verdict.is_strike and is_first and verdict.action != Action.KEEP
    return Decision.objects.create(
        post=thing if isinstance(thing, Post) else None,
        message_about=thing if isinstance(thing, PrivateMessage) else None,
        offer=thing if isinstance(thing, Offer) else None,
        person=thing.author,
        moderator=moderator,
        action=verdict.action,
        rule=verdict.rule,
        message=verdict.message,
        strikes_until=now + STRIKE if strikes else None,
        at=now,
    )


def _close(flags: Sequence[Flag], thing: Flagged, decision: Decision) -> None:
    mine = [row.pk for row in flags if getattr(row, f"{_name(thing)}_id") == thing.pk]
    Flag.objects.filter(pk__in=mine).update(decision=decision)


def _carry_out(thing: Flagged, verdict: Verdict, moderator: User, now: datetime) -> None:
    if verdict.action == Action.HIDE:
        hide(thing, now)
        return
    show(thing, now)
    if verdict.action == Action.EDIT and isinstance(thing, Post):
        _reword(thing, verdict.source, verdict.title, moderator, verdict.rule, now)


def _reword(post: Post, source: str, title: str | None, actor: User, reason: str, now: datetime) -> None:
    edit(post=post, source=source, title=title, version=post.version, actor=actor, now=now, reason=reason)


def hide(thing: Flagged, now: datetime) -> None:
    """Only moderators read it from now on; a thread whose only message it was leaves the lists with it."""
    if thing.hidden_at is not None:
        return
    thing.hidden_at = now
    thing.save(update_fields=["hidden_at"])
    if not isinstance(thing, Post):
        return
    thread = thing.thread
    no_longer_solves(thing, now)
    assistance.note_taken_back(thing, now)
    recount(thread)
    if thread.post_count == 0:
        thread.hidden_at = now
        thread.save(update_fields=["hidden_at"])
    tell_gone(thing)


def show(thing: Flagged, now: datetime) -> None:
    """Undo `hide`; also for a message that waited for a moderator, of which people are told now: it was held as it was
    written.
    """
    if thing.hidden_at is None:
        return
    thing.hidden_at = None
    thing.save(update_fields=["hidden_at"])
    if isinstance(thing, PrivateMessage) and thing.flags.filter(flagger=None, at=thing.sent_at).exists():
        deliver_held(thing, now)
    if not isinstance(thing, Post):
        return
    thread = thing.thread
    recount(thread)
    if thing.is_standing:
        thread.hidden_at = None
        thread.save(update_fields=["hidden_at"])
        assistance.note_shown(thing, now)
        tell_post(thing)
        held = set(thing.flags.filter(flagger=None).values_list("at", flat=True))
        if thing.created_at in held:
            tell_posted(thing, now)
        elif held:  # another wording of it was: whom that one names was not told
            tell_newly_named(thing, set(thing.mentions.values_list("person", flat=True)), now)


def _pause(person: User, verdict: Verdict, moderator: User, now: datetime) -> Decision:
    sight = sight_of(person)
    if person.pk == moderator.pk or sight.moderates_all:
        raise ModerationRefused("team", _("Moderators and administrators are not paused here. Talk to them."))
    standing = standing_of(person, now)
    if standing.paused_until is not None and standing.paused_until > now:
        raise ModerationRefused("paused", _("This person is paused already."))
    standing.paused_until = now + PAUSE
    standing.save(update_fields=["paused_until"])
    return Decision.objects.create(
        person=person, moderator=moderator, action=Action.PAUSE, rule=verdict.rule, message=verdict.message, at=now
    )


def _end_pause(person: User, now: datetime) -> bool:
    standing = standing_of(person, now)
    if standing.paused_until is None or standing.paused_until <= now:
        return False
    standing.paused_until = None
    standing.save(update_fields=["paused_until"])
    return True


def _undo(decision: Decision, actor: User, now: datetime) -> Decision | None:
    """The line that undoes one decision; None where what it did is already gone."""
    about = {"person_id": decision.person_id, "moderator": actor, "at": now}
    if decision.action == Action.PAUSE:
        return Decision.objects.create(**about, action=Action.RESUME) if _end_pause(decision.person, now) else None
    about_thing: Flagged | None = decision.post or decision.message_about or decision.offer
    if about_thing is None:
        return None
    (thing,) = _locked([about_thing])
    undone = False
    if decision.action == Action.HIDE and thing.hidden_at is not None:
        show(thing, now)
        undone = True
    elif decision.action == Action.EDIT and isinstance(thing, Post):
        undone = _unword(thing, decision, actor, now)
    if not undone:
        return None
    return Decision.objects.create(
        **about,
        action=Action.RESTORE,
        post=decision.post,
        message_about=decision.message_about,
        offer=decision.offer,
    )


def _unword(post: Post, decision: Decision, actor: User, now: datetime) -> bool:
    """Put back the wording that `decision` replaced, unless it was changed again since."""
    before = PostVersion.objects.filter(post=post, edited_by=decision.moderator_id, at=decision.at).first()
    if before is None or PostVersion.objects.filter(post=post, number__gt=before.number).exists():
        return False
    _reword(post, before.source, before.title or None, actor, str(Action.RESTORE.label), now)
    return True


def _others_than(decision: Decision) -> bool:
    return any(person.pk not in (decision.moderator_id, decision.person_id) for person in moderators_of(None))
