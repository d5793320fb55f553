"""Web push: sealed for one browser (RFC 8291), signed by our key (RFC 8292), and forgotten when it is gone."""

import json
import threading
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import b64urlencode
from pytest_django import Settings

from lms.accounts.models import User
from lms.notifications import webpush
from lms.notifications.enums import DeliveryState
from lms.notifications.models import Delivery, PushSubscription
from lms.notifications.services import outbox
from tests.factories import PushSubscriptionFactory
from tests.lms.notifications.conftest import NOON, Tell, choose

AUTH = b"0123456789abcdef"


class Service(BaseHTTPRequestHandler):
    """A push service on this machine: keeps what it is sent, and answers as told."""

    status = 201
    received: ClassVar[list[tuple[str, dict[str, str], bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        Service.received.append((self.path, headers, body))
        self.send_response(Service.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None: ...


@pytest.fixture
def service(settings: Settings) -> Iterator[str]:
    Service.received.clear()
    Service.status = 201
    server = HTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    settings.VAPID_PRIVATE_KEY = b64urlencode(number.to_bytes(32))
    settings.VAPID_CONTACT = "ops@example.org"
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def browser() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def subscription(service: str, browser: ec.EllipticCurvePrivateKey, lina: User) -> PushSubscription:
    point = browser.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    row: PushSubscription = PushSubscriptionFactory(
        person=lina, endpoint=f"{service}/one", p256dh=b64urlencode(point), auth=b64urlencode(AUTH)
    )
    return row


@pytest.fixture(autouse=True)
def _no_mail(request: pytest.FixtureRequest, lina: User) -> None:
    choose(lina, mails_a_day=0)


def test_only_that_browser_can_read_it_and_it_says_the_title_alone(
    tell: Tell, subscription: PushSubscription, browser: ec.EllipticCurvePrivateKey, lina: User
) -> None:
    notification = tell("one", title="Rendez-vous déplacé", fields={"lines": ["secret words"], "url": "/home/"})
    assert notification is not None

    outbox.send_due(now=NOON)

    [(path, headers, body)] = Service.received
    assert path == "/one"
    assert headers["content-encoding"] == "aes128gcm"
    assert int(headers["ttl"]) == 12 * 3600
    assert len(body) <= 4096
    opened = http_ece.decrypt(body, private_key=browser, auth_secret=AUTH, version="aes128gcm")
    shown = json.loads(opened)
    assert shown["title"] == "Rendez-vous déplacé"
    assert shown["url"] == "/home/"
    assert shown["tag"] == notification.public_id.hex
    assert b"secret" not in opened
    assert Delivery.objects.get(channel="push").state == DeliveryState.SENT


def test_the_service_can_check_who_sends(tell: Tell, subscription: PushSubscription, service: str, lina: User) -> None:
    tell("one")
    outbox.send_due(now=NOON)

    [(_path, headers, _body)] = Service.received
    scheme, rest = headers["authorization"].split(" ", 1)
    parts = dict(part.split("=", 1) for part in rest.split(","))
    assert scheme == "vapid"
    assert parts["k"] == webpush.public_key()
    point = urlsafe_b64decode(parts["k"] + "==")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    claims = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=service, options={"verify_exp": False})
    assert claims["sub"] == "mailto:ops@example.org"
    assert claims["exp"] <= NOON.timestamp() + 24 * 3600


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(tell: Tell, subscription: PushSubscription, status: int) -> None:
    Service.status = status
    tell("one")

    outbox.send_due(now=NOON)

    assert not PushSubscription.objects.exists()
    assert Delivery.objects.get(channel="push").state == DeliveryState.SENT


def test_a_service_that_is_busy_is_asked_again(tell: Tell, subscription: PushSubscription) -> None:
    Service.status = 429
    tell("one")

    outbox.send_due(now=NOON)

    letter = Delivery.objects.get(channel="push")
    assert (letter.state, letter.attempts) == (DeliveryState.PENDING, 1)
    subscription.refresh_from_db()
    assert subscription.failed_at is not None
    Service.status = 201
    outbox.send_due(now=letter.due_at)
    assert len(Service.received) == 2
    # The same tag: a browser that got both shows one.
    assert Delivery.objects.get(channel="push").state == DeliveryState.SENT


def test_a_private_address_is_never_called(tell: Tell, subscription: PushSubscription, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = []
    tell("one")

    outbox.send_due(now=NOON)

    assert Service.received == []
    assert Delivery.objects.get(channel="push").state == DeliveryState.PENDING


def test_without_a_key_nothing_leaves(tell: Tell, subscription: PushSubscription, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    assert webpush.public_key() == ""
    tell("one")

    outbox.send_due(now=NOON)

    assert Service.received == []


def test_the_command_makes_a_key_that_works(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    from django.core.management import call_command

    call_command("make_vapid_key")

    name, _, value = capsys.readouterr().out.strip().partition("=")
    assert name == "VAPID_PRIVATE_KEY"
    settings.VAPID_PRIVATE_KEY = value
    assert len(urlsafe_b64decode(webpush.public_key() + "==")) == 65


def test_the_longest_news_fits(tell: Tell, subscription: PushSubscription) -> None:
    tell("one", title="é" * 300, fields={"url": "/" + "x" * 499})

    outbox.send_due(now=NOON)

    [(_path, _headers, body)] = Service.received
    assert len(body) <= 4096
