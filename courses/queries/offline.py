"""What a browser keeps of a module to open it without a network: addresses, a version of each, how many bytes."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage
from django.templatetags.static import static
from django.urls import Resolver404, resolve, reverse

from courses.models import LessonPage, QuizAttempt
from courses.rendering import body_parts
from lms.programmes.models import Enrolment
from media.models import LibraryDocument, Recording

from .path import ModuleStep

_FRAME = 20_000  # bytes around what a page says: the navigation, the outline, the foot
# What changes how every page is drawn: a copy made before is no longer like the others.
_LOOK = ("language", "theme", "text_size", "line_spacing", "typeface", "data_saver")
_LIBRARY: dict[str, type[LibraryDocument | Recording]] = {
    "media:document": LibraryDocument,
    "media:recording": Recording,
}


@dataclass(frozen=True, slots=True)
class Kept:
    """One address of the academy; its copy is good as long as `version` is the same. `size` is in bytes."""

    url: str
    version: str
    size: int


def plan_of(enrolment: Enrolment, module: ModuleStep) -> list[Kept]:
    """The frame, then each open lesson followed by its files and the questions being answered; each address once.

    Videos are left out: they are too heavy for a phone, and those of other sites are not ours to copy. At most five
    queries besides the bodies of lessons that are not in the cache.
    """
    person = enrolment.learner
    shell = _shell()
    look = [str(getattr(person, name)) for name in _LOOK]
    drawn = hashlib.sha256("\n".join([*look, *(f"{one.url} {one.version}" for one in shell)]).encode()).hexdigest()[:12]
    steps = module.open_lessons
    lessons = LessonPage.objects.in_bulk([step.node.pk for step in steps])
    bodies = {
        pk: "".join(
            part.html or "" for part in body_parts(lesson, language=module.node.language, saver=person.data_saver)
        )
        for pk, lesson in lessons.items()
    }
    addresses = {pk: _addresses(html) for pk, html in bodies.items()}
    files = _files({address for found in addresses.values() for address in found})
    questions = _questions(enrolment, lessons)
    plan = [*shell, Kept(reverse("portal:offline"), drawn, _FRAME)]
    states = "".join(step.state for step in steps)
    plan.append(Kept(reverse("courses:module", args=[module.node.public_id]), f"{drawn}-{states}", _FRAME))
    for step in steps:
        if (lesson := lessons.get(step.node.pk)) is None:
            continue
        version = f"{drawn}-{lesson.live_revision_id}-{step.state}"
        plan.append(Kept(step.node.url, version, _FRAME + len(bodies[lesson.pk].encode())))
        plan += [files[address] for address in addresses[lesson.pk] if address in files]
        plan += [Kept(address, drawn, _FRAME) for address in questions.get(lesson.pk, [])]
    return list({kept.url: kept for kept in plan}.values())


@cache
def _shell() -> tuple[Kept, ...]:
    """What the pages need to look right and to work: its names carry the hash of what they hold, outside of DEBUG."""
    return tuple(_static(name) for name in settings.STATIC_OFFLINE)


def _static(name: str) -> Kept:
    hashed = getattr(staticfiles_storage, "stored_name", None)
    path = Path(staticfiles_storage.path(hashed(name)) if hashed else str(finders.find(name)))
    return Kept(static(name), "" if hashed else str(path.stat().st_mtime_ns), path.stat().st_size)


def _questions(enrolment: Enrolment, lessons: dict[int, LessonPage]) -> dict[int, list[str]]:
    """By lesson, the questions still to be answered of the attempts that are open; two queries."""
    attempts = QuizAttempt.objects.filter(enrolment=enrolment, lesson__in=lessons, finished_at=None)
    found: dict[int, list[str]] = {}
    for attempt in attempts.prefetch_related("answers"):
        final = {answer.question_id for answer in attempt.answers.all() if answer.final_at}
        found.setdefault(attempt.lesson_id, []).extend(
            reverse("courses:quiz-question", args=[attempt.public_id, rank])
            for rank, pk in enumerate(attempt.question_ids, 1)
            if pk not in final
        )
    return found


def _addresses(html: str) -> list[str]:
    finder = _Finder()
    finder.feed(html)
    return list(dict.fromkeys(finder.found))


class _Finder(HTMLParser):
    """The files of ours that a lesson shows or offers, as our own templates write them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_picture = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "picture":
            self._in_picture = True
        elif tag == "source":
            # The phone chooses one of these widths; what stands in <img> is for browsers older than any worker.
            self.found += [
                candidate.split()[0] for candidate in given.get("srcset", "").split(",") if candidate.strip()
            ]
        elif tag == "audio" or (tag == "img" and not self._in_picture):
            self.found.append(given.get("src", ""))
        elif tag == "a":
            self.found.append(given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "picture":
            self._in_picture = False


def _files(addresses: set[str]) -> dict[str, Kept]:
    """Those that the library holds, by address; a query for the documents, one for the recordings."""
    names: dict[str, str] = {}  # of the files in the store
    ids: dict[str, list[UUID]] = {}
    for address in addresses:
        with suppress(Resolver404):
            match = resolve(address)
            if match.view_name == "media:public-file":
                names[address] = match.kwargs["path"]
            elif match.view_name in _LIBRARY:
                ids.setdefault(match.view_name, []).append(match.kwargs["public_id"])
    for route, model in _LIBRARY.items():
        if wanted := ids.get(route):
            names |= {row.url: row.file.name for row in model.objects.filter(public_id__in=wanted).exclude(file="")}
    # A file that is replaced has another name.
    return {
        url: Kept(url, name, default_storage.size(name)) for url, name in names.items() if default_storage.exists(name)
    }
