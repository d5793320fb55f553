"""Queues and mailings in Wagtail's admin (A5): what waits, what was given up, and what to do about it."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django.views.generic import ListView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from lms.kit.defer import queue_counts
from lms.notifications.models import Delivery
from lms.notifications.queries import dead_letters, outbox_counts
from lms.notifications.rules import can_see_outbox
from lms.notifications.services import outbox


class Outbox(WagtailAdminTemplateMixin, ListView[Delivery]):
    """For administrators; other people of the admin do not learn that this page exists."""

    template_name = "notifications/admin/outbox.html"
    context_object_name = "letters"
    paginate_by = 50
    header_icon = "mail"
    page_title = gettext_lazy("Queues and mailings")
    breadcrumbs_items = [
        *WagtailAdminTemplateMixin.breadcrumbs_items,
        {"url": reverse_lazy("outbox:index"), "label": gettext_lazy("Queues and mailings")},
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_see_outbox(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Delivery]:
        return dead_letters()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        return super().get_context_data(**kwargs) | {"counts": outbox_counts(now), "tasks": queue_counts()}


@require_POST
def retry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _told(request, outbox.retry(delivery=_letter_or_404(request, public_id), now=timezone.now()))


@require_POST
def retry_all(request: HttpRequest) -> HttpResponse:
    if not can_see_outbox(request.user):
        raise Http404
    return _told(request, outbox.retry(delivery=None, now=timezone.now()))


@require_POST
def forget(request: HttpRequest, public_id: UUID) -> HttpResponse:
    outbox.forget(delivery=_letter_or_404(request, public_id), now=timezone.now())
    messages.success(request, _("This message is given up. The person still has it in her news."))
    return redirect("outbox:index")


def _told(request: HttpRequest, count: int) -> HttpResponse:
    said = ngettext("%(count)d message leaves again.", "%(count)d messages leave again.", count) % {"count": count}
    messages.success(request, said)
    return redirect("outbox:index")


def _letter_or_404(request: HttpRequest, public_id: UUID) -> Delivery:
    if not can_see_outbox(request.user):
        raise Http404
    return get_object_or_404(Delivery.objects.dead(), public_id=public_id)
