"""Every request to an address somebody typed: it reaches the public internet, or a host of OUTBOUND_ALLOWED_HOSTS.

The name is resolved once and every address it has is checked; the connection goes to a checked address, with the
name for `Host`, SNI and the certificate, so a name that changes its mind in between gains nothing. Redirects are
checked the same way. HTTPS only, except in DEBUG and towards listed hosts. Environment proxies are ignored.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lms.kit.errors import DomainError

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_REDIRECTS = 3
_BLOCK = 64 * 1024
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class OutboundError(DomainError):
    """The request was not made, or not answered; the message is for the person who typed the address.

    Codes: `address` `forbidden` `unknown-host` `unreachable` `certificate` `too-slow` `too-large` `redirects`.
    """


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said, at the address where redirects led; names of headers are in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def request(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    timeout: float = 10,
    max_bytes: int = 5_000_000,
) -> Answer:
    """Ask `url` and return the answer, whatever its status.

    `auth`: user name and password (RFC 7617), kept from any other origin a redirect leads to. `timeout`: seconds for
    the whole exchange, redirects included. `max_bytes`: of the answer's body.

    Raises:
        OutboundError: see its codes.
    """
    deadline = time.monotonic() + timeout
    sent = {name.lower(): value for name, value in (headers or {}).items()}
    if auth is not None:
        sent["authorization"] = "Basic " + b64encode(":".join(auth).encode()).decode("ascii")
    for _hop in range(_REDIRECTS + 1):
        target = _parse(url)
        answer = _exchange(method, target, body, sent, deadline, max_bytes)
        location = answer.headers.get("location")
        if answer.status not in (301, 302, 303, 307, 308) or not location:
            return answer
        url = urljoin(url, location)
        if answer.status == http.HTTPStatus.SEE_OTHER:
            method, body = "GET", b""
        if _origin(_parse(url)) != _origin(target):
            sent.pop("authorization", None)
    raise OutboundError("redirects", _("This address sends from one page to another without end."))


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet: no private network, not this machine, no tunnel to them."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    inner = address.ipv4_mapped
    if inner is None and address in _NAT64:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if inner is not None:
        return is_public(inner)
    is_tunnel = address.sixtofour is not None or address.teredo is not None
    return address in _GLOBAL_UNICAST and address.is_global and not is_tunnel


def _parse(url: str) -> SplitResult:
    """The parts of an address we agree to call."""
    wrong = OutboundError("address", _("This is not an address we can read: it must begin with https://."))
    if any(character <= " " or character == "\\" for character in url):
        raise wrong
    try:
        parts = urlsplit(url)
        port, host = _port(parts), _host(parts)
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in ("http", "https") or not host:
        raise wrong
    if parts.username is not None:
        raise OutboundError("address", _("Leave the user name and the password out of the address."))
    if parts.scheme == "http" and not (settings.DEBUG or _is_listed(host)):
        raise OutboundError("address", _("This address is not protected: it must begin with https://."))
    # A calendar or a push service is never behind the port of a mail server or a remote shell.
    if port < 1024 and port not in (80, 443):
        raise OutboundError("forbidden", _("This address leads to a port we do not call."))
    return parts


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, _host(parts), _port(parts)


def _is_listed(host: str) -> bool:
    return host in settings.OUTBOUND_ALLOWED_HOSTS


def _resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, all of them public; the resolver has time limits of its own."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutboundError("unknown-host", _("No server answers to this name. Check the address.")) from error
    addresses = [str(entry[4][0]) for entry in found]
    # One address of ours among others is an attempt to have us call ourselves.
    if not _is_listed(host) and not all(is_public(ipaddress.ip_address(one.split("%")[0])) for one in addresses):
        raise OutboundError("forbidden", _("This address leads inside a private network: it cannot be read from here."))
    return addresses


def _exchange(
    method: str, target: SplitResult, body: bytes, headers: Mapping[str, str], deadline: float, max_bytes: int
) -> Answer:
    host, port = _host(target), _port(target)
    addresses = _resolve(host, port)
    connection = http.client.HTTPConnection(f"[{host}]" if ":" in host else host, port)
    try:
        connection.sock = plain = _connect(addresses, port, deadline)
        if target.scheme == "https":
            connection.default_port = 443
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
        with _until(deadline, connection.sock):
            if isinstance(connection.sock, ssl.SSLSocket):
                connection.sock.do_handshake()
            path = quote(target.path or "/", safe="/%:@!$&'()*+,;=~") + (
                "?" + quote(target.query, safe="/%:@!$&'()*+,;=~?[]") if target.query else ""
            )
            connection.request(method, path, body or None, {"accept-encoding": "identity", **headers})
            return _read(target.geturl(), connection.getresponse(), max_bytes)
    except TimeoutError as error:
        raise _too_slow() from error
    except ssl.SSLCertVerificationError as error:
        raise OutboundError("certificate", _("The certificate of this server is not valid.")) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise OutboundError("unreachable", _("The server did not answer.")) from error
    finally:
        connection.close()


def _connect(addresses: list[str], port: int, deadline: float) -> socket.socket:
    for place, address in enumerate(addresses):
        left = deadline - time.monotonic()
        if left <= 0:
            raise _too_slow()
        try:
            return socket.create_connection((address, port), timeout=left / (len(addresses) - place))
        except OSError:
            if place == len(addresses) - 1:
                raise
    raise OSError("no address")


@contextmanager
def _until(deadline: float, sock: socket.socket) -> Iterator[None]:
    """Hang up at the deadline: a server that sends one byte a second never makes a read time out."""
    over = threading.Event()

    def hang_up() -> None:
        over.set()
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            # The other side was faster.
            return

    timer = threading.Timer(max(deadline - time.monotonic(), 0), hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as error:
        if over.is_set():
            raise _too_slow() from error
        raise
    finally:
        timer.cancel()
    if over.is_set():
        raise _too_slow()


def _read(url: str, response: http.client.HTTPResponse, max_bytes: int) -> Answer:
    too_large = OutboundError("too-large", _("What this address holds is too large."))
    if response.length is not None and response.length > max_bytes:
        raise too_large
    body = bytearray()
    while block := response.read(_BLOCK):
        body += block
        if len(body) > max_bytes:
            raise too_large
    if response.length:
        raise http.client.IncompleteRead(bytes(body), response.length)
    # A repeated header is joined (RFC 9110, 5.2).
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        known = headers.get(name.lower())
        headers[name.lower()] = f"{known}, {value}" if known else value
    return Answer(url, response.status, headers, bytes(body))


def _too_slow() -> OutboundError:
    return OutboundError("too-slow", _("The server took too long to answer."))
