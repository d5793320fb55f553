"""Addresses of the portal: home, help, and the pages about the academy itself."""

from django.urls import path

from .views import cohorts, devices, home, offline, pages, styleguide

app_name = "portal"

urlpatterns = [
    path("home/", home.home, name="home"),
    path("home/weekly-goal/", home.weekly_goal, name="weekly-goal"),
    path("cohorts/", cohorts.cohorts, name="cohorts"),
    path("cohorts/<uuid:public_id>/", cohorts.cohort, name="cohort"),
    path("cohorts/<uuid:public_id>/export.csv", cohorts.cohort_csv, name="cohort-csv"),
    path("device-test/", devices.device_test, name="device-test"),
    path("device-test/line/", devices.device_test_line, name="device-test-line"),
    path("offline/", offline.offline, name="offline"),
    path("sw.js", offline.service_worker, name="service-worker"),
    path("help/", pages.help_page, name="help"),
    path("accessibilite/", pages.accessibility, name="accessibility"),
    path("language/", pages.language, name="language"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
