"""What somebody with credentials says to a TURN server (RFC 8656), as bytes: browsers do not ask for wrong things."""

import hashlib
import hmac
import ipaddress
import os
import socket
import struct
from dataclasses import dataclass, field

MAGIC = 0x2112A442
ALLOCATE, CREATE_PERMISSION = 0x0003, 0x0008
SUCCESS, FAILURE = 0x0100, 0x0110
USERNAME, MESSAGE_INTEGRITY, ERROR_CODE, XOR_PEER_ADDRESS, REALM = 0x0006, 0x0008, 0x0009, 0x0012, 0x0014
NONCE, ADDRESS_FAMILY, TRANSPORT = 0x0015, 0x0017, 0x0019
UDP, TCP = 17, 6


@dataclass
class Relay:
    """One client of the server at `address`. Answers are 0, or the code of the refusal."""

    address: tuple[str, int]
    username: str
    password: str
    by_tcp: bool = False
    _line: socket.socket = field(init=False)
    _known: dict[int, bytes] = field(init=False, default_factory=dict)

    def __enter__(self) -> "Relay":
        self._line = socket.socket(socket.AF_INET, socket.SOCK_STREAM if self.by_tcp else socket.SOCK_DGRAM)
        self._line.settimeout(5)
        self._line.connect(self.address)
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()

    def allocate(self, transport: int = UDP, *, ipv6: bool = False) -> int:
        """Ask for an address to relay from."""
        wish = [(TRANSPORT, bytes([transport, 0, 0, 0]))]
        if ipv6:
            wish.append((ADDRESS_FAMILY, bytes([2, 0, 0, 0])))
        return self._ask(ALLOCATE, wish)

    def permit(self, peer: str) -> int:
        """Ask for leave to reach `peer` from there."""
        return self._ask(CREATE_PERMISSION, [(XOR_PEER_ADDRESS, (peer, 9))])

    def _ask(self, what: int, attributes: list[tuple[int, object]]) -> int:
        """Twice where the server first wants to know who asks, or its word for that has grown old."""
        for _ in range(2):
            code, told = self._once(what, attributes)
            if code not in (401, 438) or NONCE not in told:
                return code
            self._known = {REALM: told.get(REALM, self._known.get(REALM, b"")), NONCE: told[NONCE]}
        return code

    def _once(self, what: int, attributes: list[tuple[int, object]]) -> tuple[int, dict[int, bytes]]:
        number = os.urandom(12)
        body = b"".join(_attribute(kind, _value(value, number)) for kind, value in attributes)
        if self._known:
            body += _attribute(USERNAME, self.username.encode())
            body += b"".join(_attribute(kind, value) for kind, value in self._known.items())
            named = b":".join([self.username.encode(), self._known[REALM], self.password.encode()])
            key = hashlib.md5(named).digest()  # noqa: S324 - the protocol's
            signed = struct.pack("!HHI", what, len(body) + 24, MAGIC) + number + body
            body += _attribute(MESSAGE_INTEGRITY, hmac.new(key, signed, hashlib.sha1).digest())
        self._line.send(struct.pack("!HHI", what, len(body), MAGIC) + number + body)
        while True:
            answer = self._line.recv(2048)
            if answer[8:20] == number:
                break
        (kind,) = struct.unpack("!H", answer[:2])
        told = dict(_attributes(answer[20:]))
        if kind == what | SUCCESS:
            return 0, told
        assert kind == what | FAILURE
        return told[ERROR_CODE][2] * 100 + told[ERROR_CODE][3], told


def _value(value: object, number: bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    assert isinstance(value, tuple)
    peer, port = ipaddress.ip_address(value[0]), value[1]
    mask = struct.pack("!I", MAGIC) + number
    hidden = bytes(one ^ other for one, other in zip(peer.packed, mask, strict=False))
    return struct.pack("!BBH", 0, 1 if peer.version == 4 else 2, port ^ (MAGIC >> 16)) + hidden


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _attributes(body: bytes) -> list[tuple[int, bytes]]:
    found = []
    while len(body) >= 4:
        kind, length = struct.unpack("!HH", body[:4])
        found.append((kind, body[4 : 4 + length]))
        body = body[4 + length + -length % 4 :]
    return found
