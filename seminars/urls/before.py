"""Before a session: what is announced, registration, slides and documents, the run sheet."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
