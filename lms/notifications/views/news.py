"""A person's list of news."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lms.notifications import rules, services
from lms.notifications.models import Notification
from lms.notifications.queries import news_of

PER_PAGE = 20


@require_safe
@login_required
def news_list(request: HttpRequest) -> HttpResponse:
    """Unread first; looking at the list marks nothing: the button, or opening, does."""
    page = Paginator(news_of(_person(request)), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/list.html", {"page_obj": page})


@require_POST
@login_required
def read(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Marked as read; with `open`, on to what it is about."""
    notification = get_object_or_404(Notification, public_id=public_id)
    if not rules.can_read(request.user, notification):
        raise Http404
    services.mark_read(notification=notification, actor=_person(request), now=timezone.now())
    return redirect(notification.url if "open" in request.POST and notification.url else "notifications:list")


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(actor=_person(request), now=timezone.now())
    return redirect("notifications:list")


def _person(request: HttpRequest) -> Any:
    return request.user
