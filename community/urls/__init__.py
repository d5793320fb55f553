"""Addresses of the community, one list for each of its rooms."""

from . import extras, forum, moderation, people, reading

app_name = "community"
urlpatterns = [
    *forum.urlpatterns,
    *extras.urlpatterns,
    *reading.urlpatterns,
    *people.urlpatterns,
    *moderation.urlpatterns,
]
