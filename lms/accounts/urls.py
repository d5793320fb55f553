"""Addresses of sign-in and of one's account: our own pages, then allauth's under the same roof."""

from allauth.account import views as allauth_views
from django.urls import include, path

from . import views
from .doors import even_pace

own = [
    path("", views.home, name="home"),
    path("preferences/", views.preferences, name="preferences"),
    path("portrait/", views.portrait, name="portrait"),
    path("portraits/<str:name>.webp", views.portrait_file, name="portrait-file"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
]

urlpatterns = [
    path("accounts/", include((own, "accounts"))),
    # The doors an address can be tried at, before allauth's own patterns and under the same names.
    path("accounts/login/", even_pace(allauth_views.login), name="account_login"),
    path("accounts/login/code/", even_pace(allauth_views.request_login_code), name="account_request_login_code"),
    path("accounts/password/reset/", even_pace(allauth_views.password_reset), name="account_reset_password"),
    path("accounts/", include("allauth.urls")),
    # Wagtail has three doors of its own; these patterns stand before its own.
    path("admin/login/", views.one_login),
    path("_util/login/", views.one_login),
    path("admin/logout/", views.wagtail_logout),
    path("admin/account/", views.WagtailAccountView.as_view()),
]
