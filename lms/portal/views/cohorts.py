"""The cohorts somebody follows, the learners of one, and the same as a file."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lms.kit.exports import csv_response
from lms.portal.queries.cohorts import learners_of, with_learner_counts
from lms.programmes.models import Cohort
from lms.programmes.queries import cohorts_seen_by
from lms.programmes.rules import can_follow_cohorts

LEARNERS_A_PAGE = 100
COHORTS_A_PAGE = 50


@login_required
@require_safe
def cohorts(request: HttpRequest) -> HttpResponse:
    """Every cohort in this person's sight, the last begun first."""
    if not can_follow_cohorts(request.user):
        raise Http404
    rows = with_learner_counts(cohorts_seen_by(request.user))
    page = Paginator(rows, COHORTS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/cohorts.html", {"page_obj": page, "today": timezone.localdate()})


@login_required
@require_safe
def cohort(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The learners of a cohort: state, credited hours, last activity."""
    shown = _cohort_or_404(request.user, public_id)
    page = Paginator(learners_of(shown), LEARNERS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/cohort.html", {"cohort": shown, "page_obj": page})


@login_required
@require_safe
def cohort_csv(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same learners, all of them, for a spreadsheet; times are those of the reader's zone."""
    shown = _cohort_or_404(request.user, public_id)
    header = [
        _("Learner"),
        _("Name for certificates"),
        _("E-mail address"),
        _("State"),
        _("Credited minutes"),
        _("Planned minutes"),
        _("Last activity"),
        _("Coach"),
        _("Host structure"),
        _("External id"),
    ]
    rows = (_row(shown, enrolment) for enrolment in learners_of(shown))
    return csv_response(f"cohort-{shown.public_id}.csv", header, rows)


def _row(shown: Cohort, enrolment: Any) -> list[Any]:
    seen = enrolment.last_activity
    return [
        enrolment.learner.get_full_name(),
        enrolment.learner.certificate_name,
        enrolment.learner.email,
        enrolment.get_state_display(),
        enrolment.credited_minutes,
        shown.track.hours * 60,
        timezone.localtime(seen).strftime("%Y-%m-%d %H:%M") if seen else "",
        enrolment.coach.get_full_name() if enrolment.coach else "",
        enrolment.host_structure.name if enrolment.host_structure else "",
        enrolment.external_id,
    ]


def _cohort_or_404(user: Any, public_id: UUID) -> Cohort:
    shown: Cohort = get_object_or_404(
        cohorts_seen_by(user).select_related("partner", "track", "funder"), public_id=public_id
    )
    return shown
