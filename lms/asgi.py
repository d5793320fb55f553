"""What Daphne serves: sockets by Channels, pages by the WSGI application behind the bridge."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")

from lms.wsgi import application as pages  # isort: skip - loads the apps before anything below imports a model

from channels.routing import ProtocolTypeRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings

from lms.kit.bridge import WSGIBridge
from lms.routing import application as sockets

application = ProtocolTypeRouter(
    {
        "http": WSGIBridge(pages, threads=settings.WEB_THREADS),
        "websocket": AllowedHostsOriginValidator(sockets),  # who it is, each consumer asks: lms.kit.live.doors
    }
)
