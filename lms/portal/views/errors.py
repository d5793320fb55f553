"""Pages for what went wrong: what happened, what is kept, what to do, who can help."""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from lms.portal import context_processors


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Uses no database and no person: whatever broke may have broken them too."""
    return HttpResponseServerError(
        render_to_string("500.html", {"help_contact": context_processors.last_help_contact, "path": request.path})
    )
