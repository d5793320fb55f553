"""Replays, results, the survey."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
