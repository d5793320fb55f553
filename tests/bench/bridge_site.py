"""The smallest site on which the bridge and Django's own ASGI handler are compared: a session and one query."""

import os
from pathlib import Path

import django
from django.conf import settings
from django.urls import path

settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.messages",
        "django.contrib.sessions",
    ],
    # What `startproject` writes.
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(os.environ["BENCH_DATABASE"]),
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL;"},
            "CONN_MAX_AGE": 600,
        }
    },
)
django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402 - models need the settings above
from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402

from lms.kit.bridge import WSGIBridge  # noqa: E402


def visit(request: HttpRequest) -> HttpResponse:
    """Reads the session (one query) and counts a table (one query)."""
    return HttpResponse(f"{request.session['name']} {ContentType.objects.count()}")


urlpatterns = [path("", visit)]

django_asgi = get_asgi_application()
bridge = WSGIBridge(get_wsgi_application())
