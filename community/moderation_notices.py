"""What moderation tells people: moderators that something waits, everybody what was decided about their words."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.enums import Action, AppealState, MemberRole
from community.models import Appeal, DangerAlert, Decision, Flag, Space, SpaceMember, Thread
from lms.accounts.models import User
from lms.kit.templatetags.kit import clock, day
from lms.notifications.registry import Kind, register
from lms.notifications.services import Message, notify
from lms.programmes.queries import MODERATORS

GROUP = gettext_lazy("Moderation")

QUEUE = register(Kind(code="community.queue", label=gettext_lazy("something waits for a moderator"), group=GROUP))
ALERT = register(
    Kind(
        code="community.alert",
        label=gettext_lazy("somebody may be in danger"),
        group=GROUP,
        is_urgent=True,
        may_be_refused=False,
    )
)
DECISION = register(
    Kind(
        code="community.decision",
        label=gettext_lazy("a moderator decides about my messages"),
        group=GROUP,
        may_be_refused=False,
    )
)
OUTCOME = register(
    Kind(
        code="community.outcome",
        label=gettext_lazy("what became of my report"),
        group=GROUP,
        channels=frozenset(),
    )
)
ASKED = register(Kind(code="community.asked", label=gettext_lazy("a moderator asks me to answer"), group=GROUP))


def moderators_of(space: Space | None) -> list[User]:
    """The academy's moderators (administrators where there are none), and those of `space`."""
    people = User.objects.filter(is_active=True)
    academy = people.filter(groups__name=MODERATORS)
    if not academy.exists():
        academy = people.filter(is_superuser=True)
    named = Q(pk__in=academy.values("pk"))
    if space is not None:
        here = SpaceMember.objects.filter(space=space, role=MemberRole.MODERATOR)
        named |= Q(pk__in=here.values("person"))
    return list(people.filter(named))


def tell_flagged(flag: Flag, *, now: datetime) -> None:
    """One word a day about one person, however many of her messages are reported."""
    author, space = author_of(flag), flag.post.thread.space if flag.post else None

    def message() -> Message:
        return Message(
            title=_("A report waits for you"),
            lines=[_("A message of %(author)s was reported.") % {"author": author.get_full_name()}],
            url=reverse("community:flagged", args=[author.public_id]),
            action=_("Open the report"),
        )

    key = f"community:queue:{author.public_id}:{timezone.localdate(now)}"
    for person in moderators_of(space):
        if person.pk not in (author.pk, flag.flagger_id):
            notify(kind=QUEUE, recipient=person, key=key, message=message, actor=flag.flagger, now=now)


def tell_alert(alert: DangerAlert, *, now: datetime) -> None:
    """Every moderator, at once and at night too; who it is about stays off the locked screen."""
    space = alert.post.thread.space if alert.post else None

    def message() -> Message:
        return Message(
            title=_("Somebody may be in danger"),
            lines=[_("Open the alert: it says what to do, in order.")],
            url=reverse("community:alert", args=[alert.public_id]),
            action=_("Open the alert"),
        )

    for person in moderators_of(space):
        if person.pk != alert.person_id:
            key = f"community:alert:{alert.public_id}"
            notify(kind=ALERT, recipient=person, key=key, message=message, actor=alert.raised_by, now=now)


TITLES = {
    Action.KEEP: gettext_lazy("Your message can be read by everybody"),
    Action.HIDE: gettext_lazy("A moderator hid your message"),
    Action.EDIT: gettext_lazy("A moderator changed your message"),
    Action.PAUSE: gettext_lazy("Your messages are paused for 24 hours"),
    Action.RESUME: gettext_lazy("Your pause is over"),
    Action.RESTORE: gettext_lazy("Your message can be read again"),
}
OFFER_TITLES = TITLES | {
    Action.KEEP: gettext_lazy("Your offer can be read by everybody"),
    Action.HIDE: gettext_lazy("A moderator hid your offer"),
    Action.RESTORE: gettext_lazy("Your offer can be read again"),
}


def title_of(action: str, *, is_offer: bool) -> str:
    """What the author is told first."""
    return str((OFFER_TITLES if is_offer else TITLES)[Action(action)])


def tell_decided(decision: Decision, *, pause: Decision | None = None, now: datetime) -> None:
    """The author reads what was decided, the rule, and how to appeal; the words stay on their page and in the mail."""

    def message() -> Message:
        lines = [line for line in decision.message.splitlines() if line.strip()]
        if pause is not None:
            lines.append(_("Your messages are also paused for 24 hours. You can still read everything."))
        if decision.action in (Action.HIDE, Action.EDIT, Action.PAUSE):
            lines.append(_("If you think this is wrong, say so on its page: another moderator reads it."))
        return Message(
            title=title_of(decision.action, is_offer=decision.offer_id is not None),
            lines=lines,
            url=reverse("community:decision", args=[decision.public_id]),
            action=_("Read the decision, and answer it"),
        )

    key = f"community:decision:{decision.public_id}"
    notify(kind=DECISION, recipient=decision.person, key=key, message=message, now=now)


def tell_outcome(flags: Iterable[Flag], action: Action, *, now: datetime) -> None:
    """Who reported learns what became of it; not what the author was told."""

    def message() -> Message:
        done = {
            Action.KEEP: _("A moderator read it, and it stays: it keeps to the rules."),
            Action.HIDE: _("A moderator read it, and nobody sees it any more."),
            Action.EDIT: _("A moderator read it, and changed it."),
        }
        return Message(title=_("Thank you for your report"), lines=[done[action]])

    for flag in flags:
        if flag.flagger is not None:
            key = f"community:outcome:{flag.public_id}"
            notify(kind=OUTCOME, recipient=flag.flagger, key=key, message=message, now=now)


def tell_helped(flags: Iterable[Flag], *, now: datetime) -> None:
    """Who worried learns that somebody acted; what was done is the person's own."""

    def message() -> Message:
        lines = [_("The moderators read it and took care of it. If you are still worried, tell them again.")]
        return Message(title=_("Thank you for your report"), lines=lines)

    for flag in flags:
        if flag.flagger is not None:
            key = f"community:outcome:{flag.public_id}"
            notify(kind=OUTCOME, recipient=flag.flagger, key=key, message=message, now=now)


def tell_appeal(appeal: Appeal, *, now: datetime) -> None:
    """The moderators who did not decide; the one who did where there is no other."""
    decision = appeal.decision
    people = [person for person in moderators_of(None) if person.pk != decision.person_id]
    others = [person for person in people if person.pk != decision.moderator_id]

    def message() -> Message:
        name = decision.person.get_full_name()
        return Message(
            title=_("Somebody asks for a decision to be read again"),
            lines=[_("%(name)s does not agree with a decision.") % {"name": name}],
            url=reverse("community:appeal", args=[appeal.public_id]),
            action=_("Read the appeal"),
        )

    for person in others or people:
        key = f"community:appeal:{appeal.public_id}"
        notify(kind=QUEUE, recipient=person, key=key, message=message, actor=decision.person, now=now)


def tell_answered(appeal: Appeal, *, now: datetime) -> None:
    def message() -> Message:
        undone = appeal.state == AppealState.OVERTURNED
        return Message(
            title=_("The decision about your message is undone") if undone else _("The decision stands"),
            lines=[line for line in appeal.answer.splitlines() if line.strip()],
            url=reverse("community:decision", args=[appeal.decision.public_id]),
            action=_("Read the answer"),
        )

    key = f"community:appeal-answer:{appeal.public_id}"
    notify(kind=DECISION, recipient=appeal.decision.person, key=key, message=message, now=now)


def tell_asked(thread: Thread, person: User, *, actor: User, now: datetime) -> None:
    """Somebody who often helps is told of a question that nobody has answered."""

    def message() -> Message:
        return Message(
            title=_("A question waits for somebody like you"),
            lines=[
                f"{thread.title}",
                _("Asked in %(space)s on %(day)s at %(time)s, and nobody has answered yet.")
                % {"space": thread.space, "day": day(thread.created_at), "time": clock(thread.created_at)},
            ],
            url=reverse("community:thread", args=[thread.public_id]),
            action=_("Read the question"),
        )

    key = f"community:asked:{thread.public_id}"
    notify(kind=ASKED, recipient=person, key=key, message=message, actor=actor, now=now)


def author_of(thing: Flag | Decision) -> User:
    """Who wrote what was reported."""
    if isinstance(thing, Decision):
        return thing.person
    if thing.post is not None:
        return thing.post.author
    if thing.message is not None:
        return thing.message.author
    assert thing.offer is not None  # noqa: S101  # a constraint: one of the three
    return thing.offer.author
