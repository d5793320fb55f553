"""Writing, changing and removing what alumni and the team offer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import rules
from community.departments import NAMES
from community.enums import FlagReason, OfferKind
from community.formats.prose import Prose, read
from community.models import Flag, Offer
from community.moderation_notices import tell_flagged
from community.services import trust
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.sanitize import to_text

LONGEST = timedelta(days=365)
OPEN_AT_ONCE = 10
"""Offers of one person."""


class OfferRefused(DomainError):
    """Nothing was kept: `not-yours`, `empty`, `past`, `too-long`, `no-start`, `no-place`, `too-many`."""


@dataclass(frozen=True, slots=True)
class Wording:
    """An offer as it is typed; `ends_on` is its last day in the list, `starts_at` when an event begins."""

    kind: OfferKind
    title: str
    source: str
    ends_on: date
    place: str = ""
    department: str = ""
    starts_at: datetime | None = None


def make_offer(*, author: User, wording: Wording, now: datetime) -> Offer:
    """Put an offer in the list until its last day. One that looks like spam waits, hidden, for a moderator.

    Raises:
        OfferRefused
        community.services.trust.SandboxRefused: `paused`, `sandbox`.
    """
    if not rules.can_offer(author):
        raise OfferRefused("not-yours", _("Offers are made by alumni and the team."))
    prose = _checked(wording, now)
    with transaction.atomic():
        trust.check_may_offer(author, prose, now, beside=_beside(wording))
        mine = Offer.objects.filter(author=author, withdrawn_at=None, ends_on__gte=timezone.localdate(now))
        mine = mine.filter(hidden_at=None)
        if mine.count() >= OPEN_AT_ONCE:
            raise OfferRefused(
                "too-many",
                _("You have %(count)d open offers. Remove one that no longer counts, then add this one.")
                % {"count": OPEN_AT_ONCE},
            )
        is_held = trust.spam_points(author, prose, now, beside=_beside(wording)) >= trust.HELD_AT
        offer = Offer.objects.create(author=author, written_at=now, html=prose.html, **_fields(wording))
        if is_held:
            _hold(offer, now)
    return offer


def change_offer(*, offer: Offer, wording: Wording, actor: User, now: datetime) -> Offer:
    """Another wording, by who made it.

    Raises:
        OfferRefused
        community.services.trust.SandboxRefused: `paused`, `sandbox`.
    """
    if offer.author_id != actor.pk:
        raise OfferRefused("not-yours", _("Only who made an offer changes it."))
    prose = _checked(wording, now)
    with transaction.atomic():
        offer = Offer.objects.select_for_update(of=("self",)).select_related("author").get(pk=offer.pk)
        if offer.hidden_at is not None:
            raise OfferRefused("not-yours", _("A moderator reads this offer. It cannot be changed now."))
        trust.check_may_offer(actor, prose, now, beside=_beside(wording))
        for name, value in _fields(wording).items():
            setattr(offer, name, value)
        offer.html = prose.html
        offer.save()
        if trust.spam_points(actor, prose, now, beside=_beside(wording), but=offer) >= trust.HELD_AT:
            _hold(offer, now)
    return offer


def withdraw_offer(*, offer: Offer, actor: User, now: datetime) -> None:
    """Take it off the list, by who made it; twice is once. A moderator decides about it as about any message.

    Raises:
        OfferRefused: `not-yours`.
    """
    if not rules.can_change_offer(actor, offer):
        raise OfferRefused("not-yours", _("Only who made an offer removes it."))
    if offer.withdrawn_at is None:
        offer.withdrawn_at = now
        offer.save(update_fields=["withdrawn_at"])


def _hold(offer: Offer, now: datetime) -> None:
    """It looks like spam: nobody sees it before a moderator has."""
    offer.hidden_at = now
    offer.save(update_fields=["hidden_at"])
    tell_flagged(Flag.objects.create(offer=offer, flagger=None, reason=FlagReason.SPAM, at=now), now=now)


def _beside(wording: Wording) -> str:
    return f"{wording.title}\n{wording.place}"


def _checked(wording: Wording, now: datetime) -> Prose:
    today = timezone.localdate(now)
    if wording.ends_on < today:
        raise OfferRefused("past", _("The last day has passed. Choose a day to come."))
    if wording.ends_on > today + LONGEST:
        raise OfferRefused("too-long", _("An offer stays a year at most. Choose a nearer day."))
    if wording.kind == OfferKind.EVENT and wording.starts_at is None:
        raise OfferRefused("no-start", _("Say when the event begins."))
    if wording.department and wording.department not in NAMES:
        raise OfferRefused("no-place", _("Choose a department of the list."))
    prose = read(wording.source)
    if not wording.title.strip() or not to_text(prose.html):
        raise OfferRefused("empty", _("Say what you offer, in a title and a few words."))
    return prose


def _fields(wording: Wording) -> dict[str, object]:
    is_event = wording.kind == OfferKind.EVENT
    return {
        "kind": wording.kind,
        "title": " ".join(wording.title.split()),
        "source": wording.source,
        "place": " ".join(wording.place.split()),
        "department": wording.department,
        "starts_at": wording.starts_at if is_event else None,
        "ends_on": wording.ends_on,
    }
