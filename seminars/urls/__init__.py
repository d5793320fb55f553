"""Addresses of live seminars, one list for each part: before, in the room, attendance, after."""

from . import after, attendance, before, room

app_name = "seminars"
urlpatterns = [*before.urlpatterns, *room.urlpatterns, *attendance.urlpatterns, *after.urlpatterns]
