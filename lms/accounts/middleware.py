"""What follows a signed-in person through every page: her language, her zone, her second factor."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from .rules import must_add_second_factor
from .zones import zone_named

Handler = Callable[[HttpRequest], HttpResponse]


def person_language_and_zone(get_response: Handler) -> Handler:
    """Speaks the person's language and tells times in her zone; strangers choose by cookie or browser, else French."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            language = request.user.language
            zone = request.user.time_zone
        else:
            language = translation.get_language_from_request(request)
            zone = settings.TIME_ZONE
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(zone_named(zone)):
            response = get_response(request)
        response.setdefault("Content-Language", language)
        return response

    return middleware


# Where a person may go while she still has to add a second factor.
_ALLOWED_WITHOUT = ("/accounts/", "/static/", "/files/", "/accessibilite/", "/help/")


def staff_second_factor(get_response: Handler) -> Handler:
    """Once the grace is over, a person with a staff role goes nowhere before she has a second factor.

    Costs nothing for learners, and one query a request for staff at most (none during the grace).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            request.user.is_authenticated
            and not request.path.startswith(_ALLOWED_WITHOUT)
            and must_add_second_factor(request.user, timezone.now())
        ):
            url = reverse("mfa_index")
            # htmx would swap that page into a fragment of this one: it is told to go there.
            return HttpResponse(headers={"HX-Redirect": url}) if "HX-Request" in request.headers else redirect(url)
        return get_response(request)

    return middleware
