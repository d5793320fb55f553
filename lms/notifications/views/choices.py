"""How a person wants to be told (L11)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lms.accounts.zones import zone_label
from lms.notifications import services, webpush
from lms.notifications.forms import ChoicesForm
from lms.notifications.models import PushSubscription
from lms.notifications.queries import choices_of, telling_choices


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    form = ChoicesForm(request.POST or None, instance=telling_choices(person), chosen=choices_of(person))
    if form.is_valid():
        services.save_choices(
            actor=person, choices=form.cleaned_data, channels=form.chosen_channels(), now=timezone.now()
        )
        messages.success(request, _("Your choices are saved."))
        return redirect("notifications:choices")
    context = {
        "form": form,
        "zone": zone_label(person.time_zone),
        "push_key": webpush.public_key(),
        "devices": PushSubscription.objects.filter(person=person).signed_in(timezone.now()),
    }
    return render(request, "notifications/choices.html", context, status=422 if form.is_bound else 200)
