"""Spaces, threads, posts: reading and writing."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
