"""Search, unread, levels, feeds, mail."""

from django.urls import URLPattern, path

from community.views import feeds, reading

urlpatterns: list[URLPattern] = [
    path("community/search/", reading.search, name="search"),
    path("community/unread/", reading.unread, name="unread"),
    path("community/spaces/<slug:slug>/similar/", reading.similar_threads, name="similar"),
    path("community/spaces/<slug:slug>/read/", reading.read_space, name="space-read"),
    path("community/spaces/<slug:slug>/level/", reading.space_level, name="space-level"),
    path("community/spaces/<slug:slug>/feed/", feeds.feed_address, name="feed-address"),
    path("community/spaces/<slug:slug>/feed/stop/", feeds.feed_stop, name="feed-stop"),
    path("community/threads/<uuid:public_id>/read/", reading.read_thread, name="thread-read"),
    path("community/threads/<uuid:public_id>/level/", reading.thread_level, name="thread-level"),
    path("community/feeds/<str:token>/", feeds.feed, name="feed"),
    path("community/inbound/", feeds.inbound, name="inbound"),
]
