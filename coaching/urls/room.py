"""The 1:1 room and its device test."""

from django.urls import URLPattern, path

from coaching.views import room

urlpatterns: list[URLPattern] = [
    path("appointments/device-test/", room.device_test, name="device-test"),
    path("appointments/<uuid:public_id>/room/", room.room, name="room"),
]
