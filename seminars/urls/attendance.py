"""Attendance and its signatures."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
