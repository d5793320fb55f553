"""The view on which the bridge and Django's own ASGI handler are compared: a session and one query, in the academy.

Between the server and the view stands what stands there in the academy, or with `BENCH_STACK=new-project` only what
`startproject` writes.
"""

import os

import django
from django.conf import settings

settings.ROOT_URLCONF = __name__
django.setup()
if os.environ.get("BENCH_STACK") == "new-project":
    settings.MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]

from django.contrib.auth import SESSION_KEY  # noqa: E402 - models need the settings above
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

from lms.kit.bridge import WSGIBridge  # noqa: E402
from lms.urls import urlpatterns as academy  # noqa: E402
from tests.bench.bridge import PATH  # noqa: E402


def visit(request: HttpRequest) -> HttpResponse:
    """Reads the session and counts a table."""
    return HttpResponse(f"{request.session[SESSION_KEY]} {ContentType.objects.count()}")


urlpatterns = [path(PATH[1:], visit), *academy]

django_asgi = get_asgi_application()
bridge = WSGIBridge(get_wsgi_application(), threads=settings.WEB_THREADS)
