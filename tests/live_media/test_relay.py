"""coturn as it is shipped: who has credentials reaches Janus and the world, and nothing that stands behind it (T22)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pytest_django import Settings

from lms.kit.live.media import ice_servers
from tests.live_media.places import address_of_this_machine
from tests.live_media.relay import TCP, UDP, Relay
from tests.live_media.servers import HAS_COTURN, MediaServers, media_servers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not HAS_COTURN or not address_of_this_machine(), reason="no coturn, or no address but 127.0.0.1 here"
    ),
]

RESERVED = [
    *("127.0.0.1", "127.77.0.1", "0.0.0.0", "10.0.0.1", "10.255.255.254", "172.16.0.1", "172.31.255.254"),  # noqa: S104
    *("192.168.0.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "198.18.0.1", "203.0.113.5", "224.0.0.1"),
    *("255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1", "fd00::1", "ff02::1"),
    *("64:ff9b::7f00:1", "2002:7f00:1::1"),
]
WORLD = ["9.9.9.9", "172.32.0.1", "192.169.0.1"]
FORBIDDEN, OTHER_FAMILY = 403, 443


@pytest.fixture(scope="module")
def shipped() -> Iterator[MediaServers]:
    """Without the exception that the other tests of this folder need."""
    with (
        TemporaryDirectory(prefix="academy-relay-") as folder,
        media_servers(Path(folder), address=address_of_this_machine(), TURN_PEERS="") as servers,
    ):
        yield servers


@pytest.fixture
def relay(shipped: MediaServers, settings: Settings) -> Iterator[Relay]:
    """Somebody with the credentials that the academy gives."""
    settings.TURN_SECRET = shipped.settings["TURN_SECRET"]
    settings.TURN_URLS = shipped.settings["TURN_URLS"].split(",")
    [given] = [one for one in ice_servers("somebody", datetime.now(UTC)) if one.get("credential")]
    _turn, host, port = given["urls"][0].partition("?")[0].split(":")
    with Relay((host, int(port)), given["username"], given["credential"]) as client:
        yield client


def test_janus_and_the_world_are_reached(relay: Relay) -> None:
    assert relay.allocate() == 0
    assert {peer: relay.permit(peer) for peer in [relay.address[0], *WORLD]} == dict.fromkeys(
        [relay.address[0], *WORLD], 0
    )


def test_nothing_reserved_is_reached(relay: Relay) -> None:
    assert relay.allocate() == 0
    refused = {peer: relay.permit(peer) for peer in RESERVED if peer != relay.address[0]}
    assert {peer: code for peer, code in refused.items() if code not in (FORBIDDEN, OTHER_FAMILY)} == {}
    assert {code for peer, code in refused.items() if ":" not in peer} == {FORBIDDEN}


def test_no_relay_has_an_address_of_another_family_or_speaks_tcp(relay: Relay) -> None:
    assert relay.allocate(ipv6=True) != 0
    with replace(relay, by_tcp=True) as by_tcp:
        assert by_tcp.allocate(TCP) != 0
    with replace(relay, by_tcp=True) as by_tcp:
        assert by_tcp.allocate(UDP) == 0


@pytest.mark.parametrize("wrong", ["password", "hour", "nobody"])
def test_without_credentials_there_is_no_relay(relay: Relay, wrong: str) -> None:
    if wrong == "password":
        relay.password = "x"
    elif wrong == "hour":
        relay.username = "1000000000:somebody"
    else:
        relay.username = "somebody"
    assert relay.allocate() == 401
