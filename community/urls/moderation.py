"""The moderator's pages, flags, appeals."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
