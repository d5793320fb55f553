"""T11: no address somebody types leads into a private network, and no password follows a redirect elsewhere."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from lms.kit.outbound import OutboundError, is_public, request
from tests.answering import Server, answering, plain, to

pytestmark = pytest.mark.slow  # no database has a part in it


@pytest.fixture
def server() -> Iterator[Server]:
    with answering() as running:
        yield running


@pytest.fixture
def listed(settings: Settings) -> None:
    """Our own machine stands for a host of the intranet."""
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1", "calendar.example"]


def refused(url: str, **asked: Any) -> str:
    with pytest.raises(OutboundError) as caught:
        request("GET", url, **asked)
    return caught.value.code


# --- Where we never go ------------------------------------------------------------------------------------------------


INSIDE = """
0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 192.0.0.8 192.0.2.1 192.168.1.1
198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1
64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001:db8::1 2001::1 2002:7f00:1:: fc00::1 fd12::1 fe80::1 fec0::1 ff02::1
"""


@pytest.mark.parametrize("address", INSIDE.split())
def test_private_addresses(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://localhost/", "https://2130706433/", "https://0x7f.1/", "https://127.1/",
        "https://0177.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1:8443/", "https://0/", "https://127.0.0.1:25/", "https://①②⑦.0.0.1/",
    ],
)  # fmt: skip
def test_an_address_inside_is_refused_before_any_packet(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*args: object, **fields: object) -> socket.socket:
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket, "create_connection", connect)
    assert refused(url) == "forbidden"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "example.org", "", "https://",
        "https://user:secret@example.org/", "https://example.org\\@127.0.0.1/", "https://exa mple.org/",
        "https://example.org/\r\nX: y", "https://example.org:port/", "https://[::1", "http://example.org/",
    ],
)  # fmt: skip
def test_what_is_not_an_address(url: str, settings: Settings) -> None:
    settings.DEBUG = False
    assert refused(url) == "address"


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("1.1.1.1", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **fields: found)
    assert refused("https://rebind.example/") == "forbidden"


def test_a_name_is_resolved_once_and_its_checked_address_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers a public address first and ours afterwards."""
    answers, called = iter(["93.184.215.14", "127.0.0.1"]), []

    def resolve(*args: object, **fields: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 443))]

    def connect(address: tuple[str, int], **fields: object) -> socket.socket:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert refused("https://rebind.example/") == "unreachable"
    assert called == [("93.184.215.14", 443)]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    "target", ["https://localhost:{port}/inside", "https://169.254.169.254/", "https://[::1]:{port}/"]
)
def test_a_redirect_is_checked_like_an_address(server: Server, target: str) -> None:
    server.answers["/"] = to(target.format(port=server.server_port))
    assert refused(server.url + "/") == "forbidden"
    assert [path for _method, path, *_rest in server.asked] == ["/"]


def test_an_unknown_name() -> None:
    assert refused("https://no-such-host.invalid/") == "unknown-host"


# --- What an exchange carries -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("listed")
def test_an_exchange(server: Server) -> None:
    server.answers["/dav/caf%C3%A9?a=b%20c"] = plain(b"<ok/>", 207, ETag='"7"')

    answer = request(
        "REPORT",
        server.url + "/dav/café?a=b%20c",
        body=b"<query/>",
        headers={"Depth": "1"},
        auth=("Clara", "pass:é"),
    )

    assert (answer.status, answer.headers["etag"], answer.body) == (207, '"7"', b"<ok/>")
    [(method, _path, headers, body)] = server.asked
    assert (method, headers["depth"], body) == ("REPORT", "1", b"<query/>")
    assert headers["host"] == f"127.0.0.1:{server.server_port}"
    assert headers["authorization"] == "Basic Q2xhcmE6cGFzczrDqQ=="


@pytest.mark.usefixtures("listed")
def test_a_password_stays_with_its_host(server: Server) -> None:
    with answering() as other:
        server.answers |= {"/": to("/again"), "/again": to(other.url + "/there", 307)}
        assert request("PUT", server.url + "/", body=b"x", auth=("clara", "secret")).body == b"hello"
    assert ["authorization" in headers for _method, _path, headers, _body in server.asked] == [True, True]
    [(method, _path, headers, body)] = other.asked
    assert (method, body) == ("PUT", b"x")
    assert "authorization" not in headers


@pytest.mark.usefixtures("listed")
def test_see_other_is_read_with_get(server: Server) -> None:
    server.answers["/"] = to("/there", 303)
    request("POST", server.url + "/", body=b"x")
    assert [(method, path, body) for method, path, _headers, body in server.asked] == [
        ("POST", "/", b"x"),
        ("GET", "/there", b""),
    ]


@pytest.mark.usefixtures("listed")
def test_three_redirects_and_no_more(server: Server) -> None:
    server.answers |= {f"/{hop}": to(f"/{hop + 1}") for hop in range(4)}
    assert request("GET", server.url + "/1").body == b"hello"
    assert refused(server.url + "/0") == "redirects"


# --- What we put up with ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("announced", [{}, {"Content-Length": ""}])
def test_too_large_announced_or_not(server: Server, announced: dict[str, str]) -> None:
    def unannounced(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"x" * 1001)

    server.answers["/"] = unannounced if announced else plain(b"x" * 1001)
    assert refused(server.url + "/", max_bytes=1000) == "too-large"
    assert len(request("GET", server.url + "/", max_bytes=1001).body) == 1001


@pytest.mark.usefixtures("listed")
def test_an_answer_cut_short_is_not_an_answer(server: Server) -> None:
    server.answers["/"] = plain(b"BEGIN:VCALENDAR", length=900)
    assert refused(server.url + "/") == "unreachable"


def _drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte every tenth of a second, as long as somebody reads."""
    try:
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 600:
            handler.wfile.write(bytes([byte]))
            time.sleep(0.1)
    except OSError:
        return


@pytest.mark.usefixtures("listed")
def test_a_server_that_drips_is_left(server: Server) -> None:
    server.answers["/"] = _drip
    assert refused(server.url + "/", timeout=0.5) == "too-slow"


@pytest.mark.usefixtures("listed")
def test_nobody_there(server: Server) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert refused(f"http://127.0.0.1:{port}/") == "unreachable"


# --- Certificates -----------------------------------------------------------------------------------------------------


def _certificate(folder: Path, name: str) -> Path:
    """A certificate that vouches for itself, and for one host name."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(built.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(("name", "code"), [("calendar.example", ""), ("another.example", "certificate")])
def test_the_certificate_is_that_of_the_name(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: str
) -> None:
    path = _certificate(tmp_path, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    asked_names: list[str | None] = []
    context.sni_callback = lambda _socket, asked, _context: asked_names.append(asked)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.server_port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **fields: here)
    url = f"https://calendar.example:{server.server_port}/"

    if code:
        assert refused(url) == code
    else:
        assert request("GET", url).body == b"hello"
        assert server.asked[0][2]["host"] == f"calendar.example:{server.server_port}"
    assert asked_names == ["calendar.example"]
