"""Addresses of the portal: home, help, and the pages about the academy itself."""

from django.urls import path

from .views import home, pages, styleguide

app_name = "portal"

urlpatterns = [
    path("home/", home.home, name="home"),
    path("home/weekly-goal/", home.weekly_goal, name="weekly-goal"),
    path("help/", pages.help_page, name="help"),
    path("accessibilite/", pages.accessibility, name="accessibility"),
    path("language/", pages.language, name="language"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
