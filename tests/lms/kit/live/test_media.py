"""What clients are told of sound and picture."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from pytest_django import Settings

from lms.kit.live.media import MESH_LIMIT, ice_servers, media_backend_for

NOW = datetime(2026, 3, 9, 14, tzinfo=UTC)


def test_without_settings_two_people_of_one_network_can_meet(settings: Settings) -> None:
    settings.STUN_URLS, settings.TURN_URLS, settings.TURN_SECRET = [], [], ""

    assert media_backend_for(2).announce("someone", NOW) == {"backend": "p2p", "ice_servers": [], "limit": MESH_LIMIT}


def test_turn_credentials_are_those_coturn_computes(settings: Settings) -> None:
    settings.STUN_URLS, settings.TURN_URLS = ["stun:s.example.org"], ["turn:t.example.org?transport=udp"]
    settings.TURN_SECRET = "north"

    stun, turn = ice_servers("0190-uuid", NOW)

    ends, _, person = turn["username"].partition(":")
    digest = hmac.new(b"north", turn["username"].encode(), hashlib.sha1).digest()
    assert stun == {"urls": ["stun:s.example.org"]}
    assert turn["urls"] == ["turn:t.example.org?transport=udp"]
    assert person == "0190-uuid"
    assert datetime.fromtimestamp(int(ends), UTC) - NOW <= timedelta(hours=1)
    assert turn["credential"] == base64.b64encode(digest).decode()


def test_addresses_without_the_secret_are_not_given(settings: Settings) -> None:
    settings.STUN_URLS, settings.TURN_URLS, settings.TURN_SECRET = [], ["turn:t.example.org"], ""

    assert ice_servers("x", NOW) == []


def test_a_crowd_gets_no_mesh(settings: Settings) -> None:
    settings.MEDIA_BACKEND = "p2p"
    assert media_backend_for(MESH_LIMIT).name == "p2p"
    assert media_backend_for(MESH_LIMIT + 1).name == "none"
    settings.MEDIA_BACKEND = "none"
    assert media_backend_for(2).announce("someone", NOW) == {"backend": "none"}


def test_janus_carries_a_stage_while_it_answers(settings: Settings) -> None:
    settings.MEDIA_BACKEND = "janus"
    assert media_backend_for(300, janus_answers=True).announce("someone", NOW)["backend"] == "janus"
    assert media_backend_for(300).name == "none"
    assert media_backend_for(2).name == "p2p"
    settings.MEDIA_BACKEND = "p2p"
    assert media_backend_for(300, janus_answers=True).name == "none"
