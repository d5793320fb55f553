"""The site the bridge's tests talk to, through a real server: one view for each thing that can happen."""

import hashlib
import os
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.urls import path

MEGABYTE = 1024 * 1024

settings.configure(
    SECRET_KEY="test",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MAX_UPLOAD_SIZE=24 * MEGABYTE,
    DATA_UPLOAD_MAX_MEMORY_SIZE=None,
    USE_I18N=True,
    MIDDLEWARE=["django.middleware.locale.LocaleMiddleware"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(os.environ["BRIDGE_FOLDER"]) / "test.sqlite3",
            "CONN_MAX_AGE": 600,
        }
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - after the settings
from django.db import connection  # noqa: E402
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse  # noqa: E402
from django.utils import translation  # noqa: E402

from lms.kit.bridge import WSGIBridge  # noqa: E402

happened: list[str] = []
gate = threading.Event()


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def seen(request: HttpRequest) -> JsonResponse:
    """What the application sees of the request."""
    texts = {name: value for name, value in request.META.items() if isinstance(value, str)}
    return JsonResponse({"meta": texts, "path": request.path, "cookies": request.COOKIES, "scheme": request.scheme})


def upload(request: HttpRequest) -> JsonResponse:
    digest, size = hashlib.sha256(), 0
    while block := request.read(MEGABYTE):
        digest.update(block)
        size += len(block)
    return JsonResponse({"size": size, "sha256": digest.hexdigest()})


def memory(request: HttpRequest) -> HttpResponse:
    """The most memory this process has ever held, in kB."""
    status = Path("/proc/self/status").read_text()
    return HttpResponse(status.split("VmHWM:")[1].split()[0])


def open_files(request: HttpRequest) -> JsonResponse:
    return JsonResponse(
        [str(entry.readlink()) for entry in Path("/proc/self/fd").iterdir() if entry.exists()], safe=False
    )


def big_file(request: HttpRequest) -> FileResponse:
    return FileResponse((Path(os.environ["BRIDGE_FOLDER"]) / "big.bin").open("rb"))


def file_range(request: HttpRequest) -> FileResponse:
    """As a view answers `Range: bytes=FIRST-LAST`: the file from FIRST on, and the length of what was asked."""
    first, last = map(int, request.headers["Range"].removeprefix("bytes=").split("-"))
    file = (Path(os.environ["BRIDGE_FOLDER"]) / "big.bin").open("rb")
    size = os.fstat(file.fileno()).st_size
    file.seek(first)
    response = FileResponse(file, status=206)
    response["Content-Length"] = str(last - first + 1)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def two_parts(request: HttpRequest) -> StreamingHttpResponse:
    """The second part is made only once somebody asks for /release."""

    def parts() -> Iterator[str]:
        yield "first "
        yield "second" if gate.wait(20) else "too late"

    gate.clear()
    return StreamingHttpResponse(parts())


def release(request: HttpRequest) -> HttpResponse:
    gate.set()
    return HttpResponse("released")


def hold(request: HttpRequest) -> HttpResponse:
    """Keeps its thread as long as the file `holding`, which it makes, is there."""
    holding = Path(os.environ["BRIDGE_FOLDER"]) / "holding"
    holding.touch()
    deadline = time.monotonic() + 20
    while holding.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return HttpResponse("held")


def endless(request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 1000
                time.sleep(0.01)
        finally:
            happened.append("endless closed")

    return StreamingHttpResponse(parts())


def note(request: HttpRequest) -> HttpResponse:
    happened.append(request.GET["word"])
    return HttpResponse("noted")


def log(request: HttpRequest) -> JsonResponse:
    return JsonResponse(happened, safe=False)


def fails_in_first_part(request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[str]:
        raise RuntimeError("no first part")
        yield ""

    return StreamingHttpResponse(parts())


def fails_in_second_part(request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[str]:
        yield "first"
        raise RuntimeError("no second part")

    return StreamingHttpResponse(parts())


def stops_short(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"ten bytes."]), headers={"Content-Length": "100"})


def two_cookies(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("two")
    response.set_cookie("one", "1")
    response.set_cookie("two", "2")
    return response


def where(request: HttpRequest) -> StreamingHttpResponse:
    """In which thread, and in which language, each of thirty parts is made; the end is in the log."""

    def parts() -> Iterator[str]:
        for _ in range(30):
            yield f"{threading.current_thread().name} {translation.get_language()}\n"
            time.sleep(0.002)
        happened.append(f"where {request.GET['name']} ended in {threading.current_thread().name}")

    return StreamingHttpResponse(parts())


def which_connection(request: HttpRequest) -> HttpResponse:
    connection.ensure_connection()
    time.sleep(0.01)
    return HttpResponse(str(id(connection.connection)))


urlpatterns = [
    path("hello", hello),
    path("seen/<path:rest>", lambda request, rest: seen(request)),
    path("upload", upload),
    path("memory", memory),
    path("open-files", open_files),
    path("file", big_file),
    path("range", file_range),
    path("two-parts", two_parts),
    path("release", release),
    path("hold", hold),
    path("endless", endless),
    path("note", note),
    path("log", log),
    path("fails-in-first-part", fails_in_first_part),
    path("fails-in-second-part", fails_in_second_part),
    path("stops-short", stops_short),
    path("two-cookies", two_cookies),
    path("where", where),
    path("connection", which_connection),
]

_django = get_wsgi_application()


def wsgi(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Django, but for one address that fails before Django can answer for it."""
    if environ["PATH_INFO"] == "/broken":
        raise RuntimeError("nobody answers")
    return _django(environ, start_response)


application = WSGIBridge(wsgi)
narrow = WSGIBridge(wsgi, threads=1, max_waiting=1)
