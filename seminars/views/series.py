"""A series of seminars: what it is about, and its next dates."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lms.kit import htmx
from seminars.models import SeminarSeriesPage
from seminars.queries.sessions import sessions_of_series


def series(request: HttpRequest, *, page: SeminarSeriesPage, preview: bool = False) -> HttpResponse:
    """The page as its editors published it; the dates are those its reader may come to."""
    context = {
        "page": page,
        "speakers": list(page.speakers.all()),
        "competencies": list(page.competencies.order_by("number", "pk")),
        "rows": () if preview else sessions_of_series(page, request.user, timezone.now()),
    }
    return htmx.render(request, "seminars/before/series.html", context)
