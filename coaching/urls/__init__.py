"""Addresses of coaching, one list for each of its rooms."""

from . import booking, desk, diary, room

app_name = "coaching"
urlpatterns = [*booking.urlpatterns, *diary.urlpatterns, *room.urlpatterns, *desk.urlpatterns]
