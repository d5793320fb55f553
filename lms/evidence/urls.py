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
    path("attestations/<uuid:public_id>/share/", views.share, name="share"),
    path("attestations/links/<uuid:public_id>/stop/", views.share_stop, name="share-stop"),
    path("shared/<str:token>/", views.shared, name="shared"),
    path("shared/<str:token>/attestation.pdf", views.shared_pdf, name="shared-pdf"),
    path("verify/", views.verify, name="verify"),
    path("verify/<str:code>/", views.verify_code, name="verify-code"),
]
