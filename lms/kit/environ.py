"""Says an ASGI HTTP request in the words of WSGI (PEP 3333, RFC 3875)."""

import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

type Scope = Mapping[str, Any]
type Environ = dict[str, Any]


def build_environ(scope: Scope) -> Environ:
    """The WSGI environ of an ASGI `http` scope, with an empty `wsgi.input`: the caller knows the body.

    Text that comes from the network is bytes decoded as Latin-1, as PEP 3333 wants it. A client cannot forge a
    variable: header names holding `_` are dropped (X_Real_IP would read as X-Real-IP), `Proxy` too (httpoxy).
    """
    root = _latin1(scope.get("root_path", "").encode())
    path = _latin1(_path_bytes(scope))
    if root and (path == root or path.startswith(f"{root}/")):
        path = path[len(root) :]
    host, port = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", "")
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root,
        "PATH_INFO": path,
        "QUERY_STRING": _latin1(scope["query_string"]),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    _add_headers(environ, scope["headers"])
    return environ


def _path_bytes(scope: Scope) -> bytes:
    # `path` is already decoded, with the bytes that are not UTF-8 lost; `raw_path` has them all.
    raw = scope.get("raw_path")
    return unquote_to_bytes(raw) if raw else scope["path"].encode()


def _add_headers(environ: Environ, headers: Iterable[tuple[bytes, bytes]]) -> None:
    for name, value in headers:
        key = _variable(name)
        if key is None:
            continue
        text = _latin1(value)
        if key in environ:
            text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        environ[key] = text


@lru_cache(maxsize=256)
def _variable(name: bytes) -> str | None:
    """The CGI variable of a header, or None for those that must not become one."""
    key = _latin1(name).upper().replace("-", "_")
    if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        return None if b"_" in name else key
    # The body arrives unchunked, so the application must not be told that it is chunked.
    if b"_" in name or key in ("PROXY", "TRANSFER_ENCODING"):
        return None
    return f"HTTP_{key}"


def _latin1(value: bytes) -> str:
    return value.decode("latin-1")
