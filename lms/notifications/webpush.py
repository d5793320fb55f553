"""Web push (RFC 8030, 8188, 8291, 8292): a sealed payload for one browser, carried by its maker's service."""

import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.templatetags.static import static
from py_vapid import Vapid02, b64urlencode

from lms.kit import outbound

from .models import Notification, PushSubscription

KEPT = timedelta(hours=12)
"""How long a service keeps a message for a browser that is switched off."""


class Gone(Exception):
    """The browser does not want to be told any more: its subscription can be forgotten."""


class NotTaken(Exception):
    """The service did not take the message now; its own words say why."""


def is_configured() -> bool:
    return bool(settings.VAPID_PRIVATE_KEY)


def public_key() -> str:
    """Our key as browsers want it (`applicationServerKey`), base64url; "" where push is not set up."""
    return _public_key(settings.VAPID_PRIVATE_KEY) if is_configured() else ""


def new_private_key() -> str:
    """A new key by which push services know an academy, for `VAPID_PRIVATE_KEY`."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return str(b64urlencode(number.to_bytes(32)))


def payload_of(news: Notification, language: str) -> bytes:
    """What the browser shows: the title alone, since a locked screen is read by whoever passes. `tag` makes of a
    message that arrives twice one notification. Its columns keep it far below the 4,096 bytes that services take."""
    shown = {
        "title": news.title,
        "site": settings.WAGTAIL_SITE_NAME,
        "url": news.url or "/notifications/",
        "tag": news.public_id.hex,
        "lang": language,
        "icon": static("portal/icon.svg"),
    }
    return json.dumps(shown, ensure_ascii=False).encode()


def send(subscription: PushSubscription, payload: bytes, *, topic: str, is_urgent: bool, now: datetime) -> None:
    """Hand one message to the service of one browser.

    Raises:
        Gone: the service does not know the browser any more (404, 410).
        NotTaken: any other refusal, or no answer.
    """
    from pywebpush import WebPusher  # brings an HTTP client of a second's import, of which nothing is used

    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    sealed = WebPusher({"endpoint": subscription.endpoint, "keys": keys}).encode(payload)["body"]
    origin = urlsplit(subscription.endpoint)
    claims = {
        "aud": f"{origin.scheme}://{origin.netloc}",
        "exp": int((now.astimezone(UTC) + KEPT).timestamp()),
        "sub": f"mailto:{settings.VAPID_CONTACT}",
    }
    headers = {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(KEPT.total_seconds())),
        "Urgency": "high" if is_urgent else "normal",
        "Topic": topic,
        **_vapid(settings.VAPID_PRIVATE_KEY).sign(claims),
    }
    try:
        answer = outbound.request("POST", subscription.endpoint, body=sealed, headers=headers, max_bytes=10_000)
    except outbound.OutboundError as error:
        raise NotTaken(str(error)) from error
    if answer.status in (404, 410):
        raise Gone
    if not 200 <= answer.status < 300:
        raise NotTaken(f"{answer.status} {answer.body[:200].decode(errors='replace')}")


@lru_cache(maxsize=4)
def _vapid(private_key: str) -> Vapid02:
    return Vapid02.from_string(private_key)


@lru_cache(maxsize=4)
def _public_key(private_key: str) -> str:
    point = _vapid(private_key).public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return str(b64urlencode(point))
