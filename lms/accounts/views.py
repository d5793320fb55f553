"""Pages of one's account that are ours: coming in by invitation, the overview, preferences, Wagtail's shared door."""

from copy import copy
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import account as wagtail_account

from lms.kit.errors import DomainError
from lms.kit.throttle import within_limit

from . import services
from .forms import InvitationForm, PortraitForm, PreferencesForm
from .models import User
from .queries import has_second_factor, open_invitation
from .rules import may_have_portrait
from .zones import zone_label


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Let an invited person in. Looking at the link uses nothing up: mail scanners open links too."""
    now = timezone.now()
    found = open_invitation(token, now)
    if found is None:
        return _unusable(request)
    person = found.user
    with translation.override(person.language):
        known = {name: getattr(person, name) for name in ("display_name", "certificate_name", "language")}
        form = InvitationForm(request.POST or None, initial=known)
        if form.is_valid():
            try:
                person = services.accept_invitation(token=token, now=now, **form.cleaned_data)
            except services.InvitationUnusable:
                return _unusable(request)
            except services.PasswordRefused as refusal:
                form.add_error("password", str(refusal))
            else:
                return perform_login(request, person)  # type: ignore[no-any-return]
        status = 422 if form.is_bound else 200
        response = render(request, "accounts/invitation.html", {"form": form, "person": person}, status=status)
        response["Content-Language"] = person.language
        return response


def _unusable(request: HttpRequest) -> HttpResponse:
    """The same page for every reason; whoever tries link after link is slowed down."""
    if not within_limit("invitation", get_adapter().get_client_ip(request), limit=10):
        return render(request, "accounts/invitation_unusable.html", {"too_many": True}, status=429)
    return render(request, "accounts/invitation_unusable.html", status=404)


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Everything one can change about one's account, on one page."""
    person = _person(request)
    context = {"has_second_factor": has_second_factor(person), "zone": zone_label(person.time_zone)}
    return render(request, "accounts/home.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    # A copy: a form that is refused must not change how the page that says so looks.
    person = _person(request)
    form = PreferencesForm(request.POST or None, instance=copy(person))
    if form.is_valid():
        services.save_preferences(user=person, preferences=form.cleaned_data)
        with translation.override(person.language):
            messages.success(request, _("Your preferences are saved."))
        return redirect("accounts:preferences")
    return render(request, "accounts/preferences.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def portrait(request: HttpRequest) -> HttpResponse:
    """The photograph that learners see beside the name of somebody of the team."""
    person = _person(request)
    if not may_have_portrait(person):
        raise Http404
    if request.method == "POST" and "remove" in request.POST:
        services.remove_portrait(user=person)
        messages.success(request, _("Your photograph is removed: your initials are shown."))
        return redirect("accounts:portrait")
    is_sent = request.method == "POST"
    form = PortraitForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, use_required_attribute=False
    )
    if form.is_valid():
        try:
            services.save_portrait(user=person, photograph=form.cleaned_data["file"].read())
        except DomainError as refusal:
            form.add_error("file", refusal.message)
        else:
            messages.success(request, _("Your photograph is shown beside your name."))
            return redirect("accounts:portrait")
    return render(request, "accounts/portrait.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_safe
def portrait_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Of an active member of the team, to whoever is signed in and was given its address by a page."""
    if not name or not User.objects.filter(portrait=name, is_active=True).exists():
        raise Http404
    try:
        file = default_storage.open(services.portrait_path(name))
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/webp")
    response["Cache-Control"] = "private, max-age=31536000, immutable"  # another photograph has another name
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _person(request: HttpRequest) -> Any:
    return request.user


# --- Wagtail's own doors: there is one login page, with one rate limit -----------------------------------------------


@never_cache
def one_login(request: HttpRequest) -> HttpResponse:
    """Wagtail's login pages lead to ours, whatever is sent to them; allauth checks `next`."""
    query = {"next": request.GET["next"]} if "next" in request.GET else None
    return redirect(reverse("account_login", query=query))


@never_cache
@require_POST
def wagtail_logout(request: HttpRequest) -> HttpResponseBase:
    """The admin's "Log out" button, through the same logout as everywhere: open sockets close too."""
    return allauth_views.logout(request)  # type: ignore[no-any-return]


@method_decorator(never_cache, name="dispatch")
@method_decorator(require_admin_access, name="dispatch")
class WagtailAccountView(wagtail_account.AccountView):
    """Wagtail's own settings of a person; her names, language and zone are chosen on our page, once for everything."""

    KEPT = (wagtail_account.NotificationsSettingsPanel, wagtail_account.ThemeSettingsPanel)

    def get_panels(self) -> list[Any]:
        return [panel for panel in super().get_panels() if isinstance(panel, self.KEPT)]
