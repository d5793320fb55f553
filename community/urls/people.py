"""Directory, offers, private messages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
