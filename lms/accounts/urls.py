"""Addresses of sign-in and of one's account; allauth's own pages under the same roof."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
]
