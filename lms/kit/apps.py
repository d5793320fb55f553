"""Registers the kit: its template tags, static files and commands."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "lms.kit"
    label = "kit"
