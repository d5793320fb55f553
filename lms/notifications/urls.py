"""Addresses of notifications."""

from django.urls import path

from .views import choices, devices, news, stop

app_name = "notifications"
urlpatterns = [
    path("notifications/", news.news_list, name="list"),
    path("notifications/read/", news.read_all, name="read-all"),
    path("notifications/choices/", choices.choices, name="choices"),
    path("notifications/devices/", devices.add, name="device-add"),
    path("notifications/devices/renew/", devices.renew, name="device-renew"),
    path("notifications/devices/<uuid:public_id>/forget/", devices.forget, name="device-forget"),
    path("notifications/stop/<str:token>/", stop.stop, name="stop"),
    path("notifications/stop/<str:token>/now/", stop.stop_now, name="stop-now"),
    path("notifications/<uuid:public_id>/read/", news.read, name="read"),
]
