"""Reference R, what our pages are compared with: a bare view.

It authenticates a session, makes one query and renders 20 KB.
It serves the same person from the same database as our pages.
"""

import django
from django.conf import settings
from django.urls import path

PARAGRAPH = "<p>" + "Une phrase que tout le monde lit, et qui ne change pas d’une personne à l’autre. " * 6 + "</p>\n"
PAGE = (
    "<!doctype html><html lang='fr'><head><title>Mes heures</title></head><body><h1>{{ user.display_name }}</h1><ul>"
    "{% for entry in entries %}<li>{{ entry.activity_title }}: {{ entry.credited_minutes }} min</li>{% endfor %}</ul>\n"
    f"{PARAGRAPH * 39}</body></html>"
)

django.setup()
# The apps are loaded, for their tables; of how they answer a request, nothing stays.
settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
settings.TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {"page.html": PAGE})]},
    }
]

from django.contrib.auth.decorators import login_required  # noqa: E402 - models are loaded only now
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402

from lms.evidence.models import HourEntry  # noqa: E402


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """The session, its person, one query, 20 KB."""
    entries = HourEntry.objects.filter(enrolment__learner=request.user.pk)
    return render(request, "page.html", {"user": request.user, "entries": entries})


urlpatterns = [path("", page)]

application = get_wsgi_application()
