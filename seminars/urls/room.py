"""The room."""

from django.urls import URLPattern, path

from seminars.views import room

urlpatterns: list[URLPattern] = [
    path("seminars/<uuid:public_id>/room/", room.room, name="room"),
    path("seminars/<uuid:public_id>/room/say/", room.say, name="room-say"),
    path("seminars/<uuid:public_id>/room/ask/", room.ask, name="room-ask"),
    path("seminars/<uuid:public_id>/room/state/", room.state, name="room-state"),
    path("seminars/<uuid:public_id>/room/signing/", room.signing, name="room-signing"),
    path("seminars/<uuid:public_id>/room/documents/", room.handouts, name="room-handouts"),
    path("seminars/<uuid:public_id>/slides/<uuid:deck>/<int:number>/", room.slide, name="slide"),
]
