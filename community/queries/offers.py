"""Jobs, events and hands held out, while they last."""

from datetime import date

from django.db.models import Q, QuerySet

from community.enums import OfferKind
from community.models import Offer


def open_offers(today: date, *, kind: str = "", department: str = "") -> QuerySet[Offer]:
    """Those whose last day has not passed; events in the order they happen, the rest the newest first."""
    offers = Offer.objects.filter(ends_on__gte=today, withdrawn_at=None, hidden_at=None, author__is_active=True)
    offers = offers.select_related("author")
    if kind in OfferKind.values:
        offers = offers.filter(kind=kind)
    if department:
        offers = offers.filter(Q(department=department) | Q(department=""))
    return offers.order_by("starts_at", "pk") if kind == OfferKind.EVENT else offers.order_by("-written_at", "-pk")
