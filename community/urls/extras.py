"""Reactions, bookmarks, polls, files, drafts."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
