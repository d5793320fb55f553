"""The request of a view behind `login_required`, for the type checker."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from .models import User


class SignedInRequest(HttpRequest):
    """A request whose person is known, and on which django-htmx has left its mark."""

    user: User
    htmx: HtmxDetails
