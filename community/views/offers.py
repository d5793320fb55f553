"""Jobs, events and help offered by alumni and the team."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import rules
from community.departments import name_of
from community.enums import OfferKind
from community.forms.people import OfferForm
from community.models import Offer
from community.queries.badges import badges_of
from community.queries.offers import open_offers
from community.services.offers import OfferRefused, change_offer, make_offer, withdraw_offer
from community.services.trust import SandboxRefused
from community.views.people import enter_or_404, shared
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx

OFFERS_A_PAGE = 20
_FIELD_OF = {"past": "ends_on", "too-long": "ends_on", "no-start": "starts_at", "no-place": "department"}


@login_required
@require_safe
def offers(request: SignedInRequest) -> HttpResponse:
    """What is offered today, by kind."""
    enter_or_404(request)
    kind = request.GET.get("kind", "")
    department = request.GET.get("department", "")
    department = department if name_of(department) else ""
    rows = open_offers(timezone.localdate(), kind=kind, department=department)
    page = Paginator(rows, OFFERS_A_PAGE).get_page(request.GET.get("page"))
    badges = badges_of([offer.author_id for offer in page])
    context = {
        "page_obj": page,
        "cards": [
            {"offer": offer, "badge": badges.get(offer.author_id, ""), "area": name_of(offer.department)}
            for offer in page
        ],
        "kind": kind if kind in OfferKind.values else "",
        "kinds": OfferKind.choices,
        "here": name_of(department),
        "may_offer": rules.can_offer(request.user),
        **shared(request),
    }
    return htmx.render(request, "community/offers/list.html", context)


@login_required
@require_safe
def offer(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One offer; one that is over stays readable by its address, and says so."""
    found = offer_or_404(request, public_id)
    context = {
        "offer": found,
        "badge": badges_of([found.author_id]).get(found.author_id, ""),
        "area": name_of(found.department),
        "is_over": found.ends_on < timezone.localdate(),
        "has_page": rules.can_see_person(request.user, found.author),
        "may_change": rules.can_change_offer(request.user, found),
        "may_report": found.author_id != request.user.pk,
        **shared(request),
    }
    return htmx.render(request, "community/offers/offer.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Offer something."""
    if not rules.can_offer(request.user):
        raise Http404
    if request.method == "POST":
        return _keep(request, OfferForm(request.POST), None)
    return _form(request, OfferForm(initial={"kind": request.GET.get("kind", OfferKind.JOB)}), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Another wording of one's own."""
    found = offer_or_404(request, public_id)
    if not rules.can_change_offer(request.user, found):
        raise Http404
    if request.method == "POST":
        return _keep(request, OfferForm(request.POST), found)
    return _form(request, OfferForm(initial=OfferForm.of(found)), found)


@login_required
@require_POST
def remove(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Take one's own off the list."""
    found = offer_or_404(request, public_id)
    if not rules.can_change_offer(request.user, found):
        raise Http404
    withdraw_offer(offer=found, actor=request.user, now=timezone.now())
    messages.success(request, _("The offer is off the list."))
    return redirect("community:offers")


def _keep(request: SignedInRequest, form: OfferForm, found: Offer | None) -> HttpResponse:
    if form.is_valid():
        now = timezone.now()
        try:
            if found is None:
                kept = make_offer(author=request.user, wording=form.wording, now=now)
            else:
                kept = change_offer(offer=found, wording=form.wording, actor=request.user, now=now)
        except (OfferRefused, SandboxRefused) as refused:
            form.add_error(_FIELD_OF.get(refused.code), refused.message)
        else:
            if kept.hidden_at is not None:
                messages.info(request, _("Your offer is kept. A moderator reads it before it is in the list."))
                return redirect("community:offers")
            messages.success(request, _("The offer is in the list."))
            return redirect("community:offer", public_id=kept.public_id)
    return _form(request, form, found, status=422)


def _form(request: SignedInRequest, form: OfferForm, found: Offer | None, status: int = 200) -> HttpResponse:
    context = {"form": form, "offer": found, **shared(request)}
    return htmx.render(request, "community/offers/form.html", context, status=status)


def offer_or_404(request: SignedInRequest, public_id: UUID) -> Offer:
    enter_or_404(request)
    offers = Offer.objects.filter(withdrawn_at=None, hidden_at=None).select_related("author")
    return get_object_or_404(offers, public_id=public_id)
