"""Writing, changing and removing what alumni and the team offer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import rules
from community.departments import NAMES
from community.enums import OfferKind
from community.formats.prose import read
from community.models import Offer
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
    """Put an offer in the list until its last day.

    Raises:
        OfferRefused
        community.services.trust.SandboxRefused: `paused`.
    """
    if not rules.can_offer(author):
        raise OfferRefused("not-yours", _("Offers are made by alumni and the team."))
    html = _checked(wording, now)
    with transaction.atomic():
        trust.check_not_paused(trust.standing_of(author, now), now)
        mine = Offer.objects.filter(author=author, hidden_at=None, ends_on__gte=timezone.localdate(now))
        if mine.count() >= OPEN_AT_ONCE:
            raise OfferRefused(
                "too-many",
                _("You have %(count)d open offers. Remove one that no longer counts, then add this one.")
                % {"count": OPEN_AT_ONCE},
            )
        return Offer.objects.create(author=author, written_at=now, html=html, **_fields(wording))


def change_offer(*, offer: Offer, wording: Wording, actor: User, now: datetime) -> Offer:
    """Another wording, by who made it.

    Raises:
        OfferRefused
        community.services.trust.SandboxRefused: `paused`.
    """
    if offer.author_id != actor.pk:
        raise OfferRefused("not-yours", _("Only who made an offer changes it."))
    html = _checked(wording, now)
    with transaction.atomic():
        trust.check_not_paused(trust.standing_of(actor, now), now)
        for name, value in _fields(wording).items():
            setattr(offer, name, value)
        offer.html = html
        offer.save()
    return offer


def remove_offer(*, offer: Offer, actor: User, now: datetime) -> None:
    """Take it off the list, by who made it or a moderator; twice is once.

    Raises:
        OfferRefused: `not-yours`.
    """
    if not rules.can_remove_offer(actor, offer):
        raise OfferRefused("not-yours", _("Only who made an offer removes it."))
    if offer.hidden_at is None:
        offer.hidden_at = now
        offer.save(update_fields=["hidden_at"])


def _checked(wording: Wording, now: datetime) -> str:
    today = timezone.localdate(now)
    if wording.ends_on < today:
        raise OfferRefused("past", _("The last day has passed. Choose a day to come."))
    if wording.ends_on > today + LONGEST:
        raise OfferRefused("too-long", _("An offer stays a year at most. Choose a nearer day."))
    if wording.kind == OfferKind.EVENT and wording.starts_at is None:
        raise OfferRefused("no-start", _("Say when the event begins."))
    if wording.department and wording.department not in NAMES:
        raise OfferRefused("no-place", _("Choose a department of the list."))
    html = read(wording.source).html
    if not wording.title.strip() or not to_text(html):
        raise OfferRefused("empty", _("Say what you offer, in a title and a few words."))
    return html


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
