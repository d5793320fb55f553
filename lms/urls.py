"""Every address of the academy, from the apps' own lists; Wagtail's pages come last."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("", include("lms.accounts.urls")),
    path("", include("media.urls")),
    path("", include("courses.urls")),
    path("", include("coaching.urls")),
    path("", include("community.urls")),
    path("", include("seminars.urls")),
    path("", include("lms.notifications.urls")),
    path("", include("lms.evidence.urls")),
    path("", include("lms.portal.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("", include(wagtail_urls)),
]

handler400 = "lms.portal.views.errors.bad_request"
handler403 = "lms.portal.views.errors.forbidden"
handler404 = "lms.portal.views.errors.not_found"
handler500 = "lms.portal.views.errors.server_error"
