"""Pages of the frame: help, the accessibility statement, the language switch."""

from urllib.parse import quote, urlencode, urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.kit.templatetags.kit import clock, day
from lms.portal.forms import CallbackForm
from lms.portal.services.callbacks import TooManyCallbacks, ask_callback
from lms.programmes.queries import contacts_of, provider, roles_of


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@require_http_methods(["GET", "HEAD", "POST"])
def help_page(request: HttpRequest) -> HttpResponse:
    """Who can help, how to be called back, and a ready-made mail for "it does not work"."""
    page = _page_left(request)
    status = 200
    if request.method == "POST":
        form = CallbackForm(request.POST)
        if form.is_valid():
            try:
                ask_callback(caller=_caller(request), email=getattr(request.user, "email", ""), **form.cleaned_data)
            except TooManyCallbacks as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect(f"{request.path}?asked=1")
        status = 422
    else:
        person = request.user
        known = {"name": person.get_full_name(), "phone": person.phone} if person.is_authenticated else {}
        form = CallbackForm(initial={**known, "page": page})
    own = next((row for row in roles_of(request.user).enrolments if row.is_open), None)
    context = {
        "form": form,
        "asked": "asked" in request.GET,
        "report": _report(request, page),
        "contacts": contacts_of(own) if own else [],
        "own": own,
    }
    return render(request, "portal/help.html", context, status=status)


def _caller(request: HttpRequest) -> str:
    """Whom the limit counts: the person where we know her, else the address she writes from."""
    if request.user.is_authenticated:
        return f"person-{request.user.pk}"
    return f"address-{get_adapter(request).get_client_ip(request)}"


def _page_left(request: HttpRequest) -> str:
    """The path of our page the person came from, without its query, which may hold what is private."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    ours = came_from.netloc == request.get_host() and came_from.path != request.path
    return came_from.path[:200] if ours else ""


def _report(request: HttpRequest, page: str) -> str:
    """A `mailto:` address whose mail already says where and with what, so that she writes only what happened."""
    contact = provider()
    if contact is None or not contact.help_email:
        return ""
    now = timezone.now()
    lines = [
        gettext("What I was doing, and what happened:"),
        "",
        "",
        "---",
        gettext("Page: %s") % (page or "?"),
        gettext("When: %(day)s, %(clock)s") % {"day": day(now), "clock": clock(now)},
        gettext("Browser: %s") % request.headers.get("User-Agent", "?")[:250],
    ]
    mail = urlencode({"subject": gettext("Something does not work"), "body": "\r\n".join(lines)}, quote_via=quote)
    return f"mailto:{contact.help_email}?{mail}"


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speaks another language from now on: kept with the person, or in a cookie for a stranger."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if ours else "/")
    if request.user.is_authenticated:
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    # The cookie too: the login page after signing out still speaks her language.
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
