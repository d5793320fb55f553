"""Search, unread, levels, feeds, mail."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
