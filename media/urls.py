"""Addresses of uploaded files."""

from django.urls import path

from . import views

app_name = "media"

urlpatterns = [
    path("documents/<uuid:public_id>/", views.document, name="document"),
    path("recordings/<uuid:public_id>/", views.recording, name="recording"),
    path("recordings/<uuid:public_id>/captions.vtt", views.captions, name="captions"),
    path("files/<path:path>", views.public_file, name="public-file"),
]
