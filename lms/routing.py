"""Every socket of the academy, under `/ws/`."""

from channels.routing import URLRouter

websocket_routes: list[object] = []

application = URLRouter(websocket_routes)
