"""Addresses of the evidence app."""

from django.urls import URLPattern, URLResolver, path

from . import views

app_name = "evidence"

urlpatterns: list[URLPattern | URLResolver] = [
    path("hours/", views.hours, name="hours"),
    path("hours/<uuid:public_id>/", views.hours_of, name="hours-of"),
    path("hours/<uuid:public_id>/assistance/", views.assistance, name="assistance"),
    path("hours/lines/<uuid:public_id>/correct/", views.correct_line, name="line-correct"),
    path("attestations/<uuid:public_id>/attestation.pdf", views.attestation_pdf, name="attestation"),
    path("verify/", views.verify, name="verify"),
    path("verify/<str:code>/", views.verify_code, name="verify-code"),
]
