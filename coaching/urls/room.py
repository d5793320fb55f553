"""The 1:1 room."""

from django.urls import URLPattern, path

from coaching.views import room

urlpatterns: list[URLPattern] = [
    path("appointments/<uuid:public_id>/room/", room.room, name="room"),
]
