"""What the frame around every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from lms.kit import nav
from lms.programmes.queries import provider


def frame(request: HttpRequest) -> dict[str, Any]:
    """Navigation entries of the person, the help contact, the site's name. Nothing for Wagtail's own pages."""
    if request.path.startswith("/admin/"):
        return {}
    return {
        "nav_items": nav.items_for(request.user) if hasattr(request, "user") else [],
        "help_contact": provider(),
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
