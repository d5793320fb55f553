"""Small groups prepared before a session; they are opened in its room."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.kit.errors import DomainError
from seminars.forms.before import ArrangeForm, RoundForm
from seminars.queries.groups import people_to_place, prepared_rounds, seats_of
from seminars.services import breakouts
from seminars.views.access import hosted_session_or_404
from seminars.views.prepare import show_preparation

PEOPLE_A_PAGE = 50


@login_required
@require_POST
def add_round(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    session = hosted_session_or_404(request, public_id)
    form = RoundForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = breakouts.prepare_round(session=session, actor=request.user, now=timezone.now(), **told)
        except DomainError as refused:
            form.add_error("names", str(refused))
        else:
            messages.success(request, _("The groups are kept. Choose who is in which, or leave it to chance."))
            return redirect("seminars:round", public_id=public_id, round_id=made.public_id)
    return show_preparation(request, session, round_form=form, status=422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def arrange(request: SignedInRequest, public_id: UUID, round_id: UUID) -> HttpResponse:
    """Who is in which group, a page of people at a time."""
    session = hosted_session_or_404(request, public_id)
    round_ = get_object_or_404(prepared_rounds(session), public_id=round_id)
    page = Paginator(people_to_place(session), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    people = list(page.object_list)
    form = ArrangeForm(
        request.POST if request.method == "POST" else None,
        round_=round_,
        rooms=list(round_.rooms.all()),
        people=people,
        seats=seats_of(round_, people),
    )
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            breakouts.arrange_round(session=session, round_id=round_id, actor=request.user, now=now, **form.arrangement)
        except DomainError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The groups are kept as you arranged them."))
            address = reverse("seminars:round", args=[public_id, round_id])
            return redirect(f"{address}?page={page.number}" if page.has_other_pages() else address)
    context = {"session": session, "round": round_, "form": form, "page_obj": page}
    status = 422 if request.method == "POST" else 200
    return htmx.render(request, "seminars/before/round.html", context, status=status)


@login_required
@require_POST
def remove_round(request: SignedInRequest, public_id: UUID, round_id: UUID) -> HttpResponse:
    """Only one that was never opened."""
    session = hosted_session_or_404(request, public_id)
    get_object_or_404(prepared_rounds(session), public_id=round_id)
    try:
        breakouts.remove_round(session=session, round_id=round_id, actor=request.user, now=timezone.now())
    except DomainError as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("The groups are removed."))
    return redirect("seminars:prepare", public_id=public_id)
