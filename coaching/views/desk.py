"""A coach's desk: her day, whom to contact and why, everybody she accompanies; and what each coach carries."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from coaching import rules
from coaching.queries.desk import desk_of
from coaching.queries.learners import PRESENT_STATES, learners_of, own_learners_of
from coaching.queries.load import export_header, export_rows, exported_seats, load_of_coaches
from coaching.queries.signals import LEFT_ALONE, Standing, active_rules, standings
from coaching.questions import FIRST_MEETING
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.kit.cards import cards_for
from lms.kit.exports import csv_response, xlsx_response
from lms.kit.names import answers_to
from lms.programmes.enums import EnrolmentState

PEOPLE_A_PAGE = 50
SHOWN = ("mine", "paused", "everybody")


@login_required
@require_safe
def desk(request: SignedInRequest) -> HttpResponse:
    """My day: join in one tap, three people to contact and why, what is to be written."""
    _coach_or_404(request)
    now = timezone.now()
    context = {
        "desk": desk_of(request.user, now),
        "cards": cards_for(request.user, now),
        "now": now,
        "questions": FIRST_MEETING,
    }
    return htmx.render(request, "coaching/desk/desk.html", context)


@login_required
@require_safe
def why(request: SignedInRequest) -> HttpResponse:
    """The rules that propose people, their thresholds, and what they measure of everybody."""
    _coach_or_404(request)
    contact_rules = active_rules()
    trained = own_learners_of(request.user).filter(state=EnrolmentState.ACTIVE)
    people = standings(trained, contact_rules, timezone.now())
    rows = [(one, [(rule, one.value_of(rule.signal)) for rule in contact_rules]) for one in people]
    context = {"rules": contact_rules, "rows": rows, "left_alone": LEFT_ALONE.days}
    return htmx.render(request, "coaching/desk/why.html", context)


@login_required
@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody I accompany, those with most reasons first; search and pauses."""
    _coach_or_404(request)
    shown = request.GET.get("show", "mine")
    shown = shown if shown in SHOWN else "mine"
    words = request.GET.get("q", "").strip()
    rows = learners_of(request.user) if shown == "everybody" or words else own_learners_of(request.user)
    if shown == "paused" and not words:
        rows = rows.filter(state=EnrolmentState.SUSPENDED)
    elif shown == "mine" and not words:
        rows = rows.filter(state__in=PRESENT_STATES)
    found: list[Standing] = standings(rows, active_rules(), timezone.now())
    if words:  # here, because SQLite knows neither accents nor their capitals
        found = [one for one in found if answers_to(one.enrolment.learner.get_full_name(), words)]
    page = Paginator(found, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "shown": shown, "words": words, "count": len(found)}
    return htmx.render(request, "coaching/desk/people.html", context)


@login_required
@require_safe
def load(request: SignedInRequest) -> HttpResponse:
    """How much each coach carries, for a partner's manager."""
    if not rules.can_see_load(request.user):
        raise Http404
    return htmx.render(request, "coaching/desk/load.html", {"rows": load_of_coaches(request.user, timezone.now())})


@login_required
@require_safe
def export_csv(request: SignedInRequest) -> HttpResponse:
    """Appointments and reports as a table: who, when, how long, signed or not; never what was said."""
    return _export(request, "csv", csv_response, _plain)


@login_required
@require_safe
def export_xlsx(request: SignedInRequest) -> HttpResponse:
    """The same for Excel."""
    return _export(request, "xlsx", xlsx_response, list)


def _export(
    request: SignedInRequest,
    extension: str,
    respond: Callable[..., HttpResponse],
    written: Callable[[Iterable[Any]], list[Any]],
) -> HttpResponse:
    if not (rules.can_use_desk(request.user) or rules.can_see_load(request.user)):
        raise Http404
    rows = (written(row) for row in export_rows(exported_seats(request.user)))
    filename = f"appointments-{timezone.localdate():%Y-%m-%d}.{extension}"
    return respond(filename, export_header(), rows)


def _plain(row: Iterable[Any]) -> list[Any]:
    """Instants as people write them, in the reader's zone."""
    return [f"{timezone.localtime(cell):%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else cell for cell in row]


def _coach_or_404(request: SignedInRequest) -> None:
    if not rules.can_use_desk(request.user):
        raise Http404
