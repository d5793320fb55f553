"""Cards of links: the worker asks each public address once what it says of itself; no page and no reader ever does."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from community.enums import CardState
from community.formats.cards import read_card
from community.models import LinkCard, Post, PostLink
from community.services.telling import tell_changed
from lms.kit import outbound
from lms.kit.defer import defer_once

MOST_CARDS = 3
"""Cards under one post."""
LONGEST_ADDRESS = 500
MOST_BYTES = 512 * 1024
SECONDS = 8.0
AT_ONCE = 20
LEASE = timedelta(minutes=10)
"""After that, an address whose worker died is asked again."""
MOST_TOLD = 50
"""Posts whose open pages hear that a card was found; the others show it when they are loaded."""


def keep_links(post: Post, links: Iterable[str]) -> None:
    """Put the cards of these addresses under a post: the first MOST_CARDS of other sites. Those of an earlier wording
    go. An address not known yet is asked by the worker after the commit."""
    chosen = [link for link in dict.fromkeys(links) if _is_elsewhere(link)][:MOST_CARDS]
    PostLink.objects.filter(post=post).exclude(card__url__in=chosen).delete()
    if not chosen:
        return
    LinkCard.objects.bulk_create([LinkCard(url=link) for link in chosen], ignore_conflicts=True)
    cards = {card.url: card for card in LinkCard.objects.filter(url__in=chosen)}
    PostLink.objects.bulk_create([PostLink(post=post, card=cards[link]) for link in chosen], ignore_conflicts=True)
    if any(card.state == CardState.WAITING for card in cards.values()):
        from community.tasks import ask_links

        defer_once(ask_links)


def sweep_links(*, now: datetime) -> int:
    """Ask some of the addresses that wait; returns how many were asked. In the worker only."""
    free = Q(asked_at=None) | Q(asked_at__lt=now - LEASE)
    waiting = LinkCard.objects.filter(free, state=CardState.WAITING)
    if not waiting.exists():
        return 0
    with transaction.atomic():
        cards = list(waiting.select_for_update(skip_locked=True).order_by("pk")[:AT_ONCE])
        LinkCard.objects.filter(pk__in=[card.pk for card in cards]).update(asked_at=now)
    for card in cards:
        _ask(card)
    return len(cards)


def _ask(card: LinkCard) -> None:
    """Nothing is held in the database while a stranger's server is slow."""
    try:
        answer = outbound.request(
            "GET",
            card.url,
            headers={"Accept": "text/html,application/xhtml+xml", "User-Agent": "Academy link card"},
            timeout=SECONDS,
            max_bytes=MOST_BYTES,
        )
    except outbound.OutboundError:
        answer = None
    kind = answer.headers.get("content-type", "") if answer is not None else ""
    said = read_card(answer.body, kind, answer.url) if answer is not None and answer.status == 200 else None
    if said is None:
        LinkCard.objects.filter(pk=card.pk).update(state=CardState.NOTHING)
        return
    with transaction.atomic():
        LinkCard.objects.filter(pk=card.pk).update(
            state=CardState.FOUND, title=said.title, description=said.description, site=said.site
        )
        posts = Post.objects.standing().filter(links__card=card).select_related("thread__space", "author")
        for post in posts.order_by("-pk")[:MOST_TOLD]:
            tell_changed(post)


def _is_elsewhere(link: str) -> bool:
    """An address of another site that a card can be kept of."""
    own = settings.SITE_URL
    return len(link) <= LONGEST_ADDRESS and link != own and not link.startswith(f"{own}/")
