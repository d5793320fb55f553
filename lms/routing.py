"""Every socket of the academy, under `/ws/`."""

from channels.routing import URLRouter
from django.urls import path, re_path

from coaching.consumers import RoomConsumer
from community.consumers import CommunityConsumer, SpacesConsumer, ThreadConsumer
from lms.kit.live.consumer import Nowhere
from lms.notifications.consumers import NewsConsumer
from lms.portal.consumers import DeviceTestConsumer
from seminars.consumers import SeminarConsumer

websocket_routes: list[object] = [
    path("ws/appointments/<uuid:public_id>/", RoomConsumer.as_asgi()),
    path("ws/community/", CommunityConsumer.as_asgi()),
    path("ws/community/spaces/", SpacesConsumer.as_asgi()),
    path("ws/community/threads/<uuid:public_id>/", ThreadConsumer.as_asgi()),
    path("ws/device-test/", DeviceTestConsumer.as_asgi()),
    path("ws/notifications/", NewsConsumer.as_asgi()),
    path("ws/seminars/<uuid:public_id>/", SeminarConsumer.as_asgi()),
    re_path(r"", Nowhere.as_asgi()),  # the last one: any other address is refused, without an error in the log
]

application = URLRouter(websocket_routes)
