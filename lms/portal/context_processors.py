"""What the frame around every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from lms.kit import nav
from lms.programmes.models import TrainingProvider
from lms.programmes.queries import provider

# Kept for the page that must name somebody when the database does not answer.
last_help_contact: TrainingProvider | None = None


def frame(request: HttpRequest) -> dict[str, Any]:
    """Navigation entries of the person, the help contact, the site's name. Nothing for Wagtail's own pages."""
    if request.path.startswith("/admin/"):
        return {}
    global last_help_contact
    last_help_contact = provider()
    return {
        "nav_items": nav.items_for(request.user) if hasattr(request, "user") else [],
        "account_items": nav.items_for(request.user, in_account_menu=True) if hasattr(request, "user") else [],
        "help_contact": last_help_contact,
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
