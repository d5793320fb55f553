"""Every route of the academy, and an address for each made of world A's own rows."""

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from channels.routing import URLRouter
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from django.utils.regex_helper import normalize

from coaching.models import ContactRule, MessageTemplate
from coaching.notices import signed_seat
from community.models import ModerationTemplate, SpamRule, TrustRule
from lms.accounts.tokens import token_of
from lms.evidence.models import SHARE_SALT
from lms.kit.live import LiveConsumer
from lms.kit.tokens import token_of as secret_of
from lms.notifications.stops import stop_token
from lms.routing import application as sockets
from seminars.links import signed_guest
from tests.world import World

_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
# What stands for a parameter that no rule below names: well formed, and of nobody.
_STRANGER = {"int": "999999", "uuid": "00000000-0000-7000-8000-000000000000", "slug": "x", "str": "x", "path": "x"}


@dataclass(frozen=True, slots=True)
class Route:
    """A route by its name, or by its whole pattern when it has none; `parts` are the patterns from the root."""

    name: str
    parts: tuple[Any, ...]
    view: Callable[..., Any]


@functools.cache
def routes() -> dict[str, Route]:
    """Every route that answers HTTP. Two patterns under one name are one route: the first is what is reached."""
    found: dict[str, Route] = {}
    for route in _walk(get_resolver(), (), ()):
        found.setdefault(route.name, route)
    return found


def socket_routes() -> list[str]:
    return [str(route.pattern) for route in sockets.routes] if isinstance(sockets, URLRouter) else []


def consumers() -> dict[str, type[LiveConsumer]]:
    """What answers each of the sockets' routes; the last one, for any other address, lets nobody in."""
    return {str(route.pattern): route.callback.consumer_class for route in sockets.routes if str(route.pattern)}


def socket_address(pattern: str, world: World) -> str:
    """The address of a socket's route for world A's rows."""
    own = _OWN.get(f"ws:{pattern}")
    values = own(world) if own else {}
    return "/" + _PARAMETER.sub(lambda match: str(values.get(match[2], _STRANGER[match[1] or "str"])), pattern)


def _walk(resolver: URLResolver, spaces: tuple[str, ...], parts: tuple[Any, ...]) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        below = (*parts, pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces, below)
        elif isinstance(pattern, URLPattern):
            yield Route(":".join((*spaces, pattern.name)) if pattern.name else _whole(below), below, pattern.callback)


def _whole(parts: tuple[Any, ...]) -> str:
    return "/" + "".join(str(part) for part in parts)


def parameters(route: Route, world: World) -> dict[str, Any]:
    """The parameters of `route` that name world A's rows; swap the sides of the world and they name B's."""
    own = _OWN.get(route.name) or _OWN.get(f"{route.name.rpartition(':')[0]}:*")
    return own(world) if own else {}


def address(route: Route, world: World) -> str:
    """The address of `route` for world A's rows; of nobody's where A has nothing to show."""
    return address_of(route, parameters(route, world))


def address_of(route: Route, values: dict[str, Any]) -> str:
    """The address of `route` with these parameters; one that is not given is of nobody."""
    if route.name in _FIXED:
        return _FIXED[route.name]

    def fill(match: re.Match[str]) -> str:
        return str(values.get(match[2], _STRANGER[match[1] or "str"]))

    def text(part: Any) -> str:
        if isinstance(part, RoutePattern):
            return _PARAMETER.sub(fill, str(part))
        written, names = normalize(part._regex)[0]
        return written % {name: values.get(name, _MATCHES.get(name, "1")) for name in names}

    return "/" + "".join(text(part) for part in route.parts)


# Parameters of regular expressions that take a few words only.
_MATCHES = {"media_type": "audio", "revision_id_a": "live", "revision_id_b": "earliest"}
# Regular expressions with no parameter to fill in.
_FIXED = {"/admin/^.*/$": "/admin/nothing/here/", "wagtail_serve": "/"}


def _pk(find: Callable[[World], Any]) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"pk": find(world).pk}


def _public_id(find: Callable[[World], Any]) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"public_id": find(world).public_id}


# By route, or by the namespace of a viewset: the parameters that name A's own rows.
_OWN: dict[str, Callable[[World], dict[str, Any]]] = {
    "accounts:invitation": lambda world: {"token": token_of(world.a.invitation.public_id)},
    "courses:module": _public_id(lambda world: world.a.content.module),
    "courses:module-offline": _public_id(lambda world: world.a.content.module),
    "courses:lesson": _public_id(lambda world: world.a.content.lesson),
    "courses:lesson-touch": _public_id(lambda world: world.a.content.lesson),
    "courses:lesson-complete": _public_id(lambda world: world.a.content.lesson),
    "courses:lesson-note": lambda world: {
        "public_id": world.a.content.lesson.public_id,
        "block_id": world.a.content.reflection_id,
    },
    "courses:quiz-start": lambda world: {
        "public_id": world.a.content.quiz_lesson.public_id,
        "quiz_id": world.a.content.quiz_id,
    },
    "courses:quiz-question": lambda world: {"public_id": world.a.attempt.public_id, "rank": 1},
    "courses:quiz-result": _public_id(lambda world: world.a.attempt),
    "notifications:read": _public_id(lambda world: world.a.notification),
    "notifications:device-forget": _public_id(lambda world: world.a.device),
    "notifications:stop": lambda world: {"token": stop_token(world.a.learner, None)},
    "notifications:stop-now": lambda world: {"token": stop_token(world.a.learner, None)},
    "outbox:retry": _public_id(lambda world: world.a.dead_letter),
    "outbox:forget": _public_id(lambda world: world.a.dead_letter),
    "coaching:room": _public_id(lambda world: world.a.appointment),
    "ws:ws/appointments/<uuid:public_id>/": _public_id(lambda world: world.a.appointment),
    **dict.fromkeys(
        ["coaching:hold", "coaching:hold-release", "coaching:wait-stop"], _public_id(lambda world: world.a.waiting)
    ),
    **dict.fromkeys(
        [f"coaching:{name}" for name in ("appointment", "invitation", "move", "cancel", "sooner", "reassign")],
        _public_id(lambda world: world.a.appointment),
    ),
    **dict.fromkeys(
        ["coaching:accept", "coaching:decline", "coaching:book-again"],
        _public_id(lambda world: world.a.proposal.appointment),
    ),
    "coaching:book-for": _public_id(lambda world: world.a.enrolment),
    **dict.fromkeys(
        [f"coaching:mail-link{more}" for more in ("", "-move", "-cancel", "-invitation")],
        lambda world: {"signed": signed_seat(world.a.seat)},
    ),
    "coaching:feed": lambda world: {"token": world.a.feed_token},
    "coaching:person": _public_id(lambda world: world.a.enrolment),
    "coaching:person-note": _public_id(lambda world: world.a.enrolment),
    "coaching:person-task": _public_id(lambda world: world.a.enrolment),
    "coaching:person-contact": _public_id(lambda world: world.a.enrolment),
    "coaching:message": _public_id(lambda world: world.a.enrolment),
    "coaching:report": _public_id(lambda world: world.a.report.seat),
    "coaching:report-shown": _public_id(lambda world: world.a.report),
    "coaching:report-sign": _public_id(lambda world: world.a.report),
    "coaching:task": _public_id(lambda world: world.a.task),
    "contactrule:*": lambda world: {"pk": ContactRule.objects.order_by("pk")[0].pk},
    "messagetemplate:*": lambda world: {"pk": MessageTemplate.objects.get(partner=world.a.partner).pk},
    "coaching:diary-day-remove": _public_id(lambda world: world.a.diary.day),
    "coaching:diary-absence": _public_id(lambda world: world.a.diary.absence),
    "coaching:diary-absence-cancel": _public_id(lambda world: world.a.diary.absence),
    "coaching:diary-absence-remove": _public_id(lambda world: world.a.diary.absence),
    "coaching:diary-once-remove": _public_id(lambda world: world.a.diary.once),
    "coaching:diary-calendar-read": _public_id(lambda world: world.a.diary.calendar),
    "coaching:diary-calendar-remove": _public_id(lambda world: world.a.diary.calendar),
    "appointmentkind:*": _pk(lambda world: world.a.diary.kind),
    "place:*": _pk(lambda world: world.a.diary.place),
    "cohortcoaching:*": _pk(lambda world: world.a.diary.cohort_coaching),
    "coachingquota:*": _pk(lambda world: world.a.diary.quota),
    **dict.fromkeys(
        [
            f"community:{name}"
            for name in (
                *("space", "thread-new", "preview", "similar"),
                *("space-read", "space-level", "feed-address", "feed-stop"),
            )
        ],
        lambda world: {"slug": world.a.talk.space.slug},
    ),
    **dict.fromkeys(
        [
            f"community:{name}"
            for name in (
                *("thread", "answer", "thread-since", "thread-read", "thread-level"),
                *(f"thread-{what}" for what in ("manage", "state", "move", "merge", "split")),
            )
        ],
        _public_id(lambda world: world.a.talk.thread),
    ),
    "community:lesson": _public_id(lambda world: world.a.content.lesson),
    "ws:ws/community/threads/<uuid:public_id>/": _public_id(lambda world: world.a.talk.thread),
    **dict.fromkeys(
        [f"community:{name}" for name in ("post", "post-edit", "post-history", "post-take-back", "react", "bookmark")],
        _public_id(lambda world: world.a.talk.post),
    ),
    **dict.fromkeys(["community:post-accept", "community:flag-post"], _public_id(lambda world: world.a.talk.answer)),
    **dict.fromkeys(["community:poll", "community:poll-close"], _public_id(lambda world: world.a.talk.poll)),
    **dict.fromkeys(["community:file", "community:file-remove"], _public_id(lambda world: world.a.talk.file)),
    "community:moderation-ask": _public_id(lambda world: world.a.talk.waiting),
    "community:feed": lambda world: {"token": world.a.talk.feed_token},
    **dict.fromkeys(["community:flagged", "community:decide"], _public_id(lambda world: world.a.coach)),
    "duty:*": _pk(lambda world: world.duty),
    "community:flag-message": _public_id(lambda world: world.a.talk.message),
    **dict.fromkeys(["community:decision", "community:decision-undo"], _public_id(lambda world: world.a.talk.decision)),
    **dict.fromkeys(["community:alert", "community:alert-take"], _public_id(lambda world: world.a.talk.alert)),
    "community:appeal": _public_id(lambda world: world.a.talk.appeal),
    "community:moderation-slow": _public_id(lambda world: world.a.talk.space),
    **dict.fromkeys(
        [f"community:{name}" for name in ("moderated-person", "pause", "resume", "person", "block", "write")],
        _public_id(lambda world: world.a.learner),
    ),
    **dict.fromkeys(
        ["community:conversation", "community:conversation-read"], _public_id(lambda world: world.a.talk.conversation)
    ),
    **dict.fromkeys(
        [f"community:{name}" for name in ("offer", "offer-change", "offer-remove", "flag-offer")],
        _public_id(lambda world: world.offer),
    ),
    "space:*": _pk(lambda world: world.a.talk.space),
    "trustrule:*": lambda world: {"pk": TrustRule.objects.order_by("pk")[0].pk},
    "spamrule:*": lambda world: {"pk": SpamRule.objects.order_by("pk")[0].pk},
    "moderationtemplate:*": lambda world: {"pk": ModerationTemplate.objects.order_by("pk")[0].pk},
    **dict.fromkeys(
        [
            f"seminars:{name}"
            for name in (
                *("session", "register", "cancel", "consent", "calendar-file", "prepare", "announce", "call-off"),
                *("deck-add", "handout-add", "poll-add", "round-add", "run-sheet", "run-sheet-move"),
                *("room", "room-say", "room-ask", "room-state", "room-signing", "room-handouts"),
            )
        ],
        _public_id(lambda world: world.a.live.session),
    ),
    "ws:ws/seminars/<uuid:public_id>/": _public_id(lambda world: world.a.live.session),
    **dict.fromkeys(
        ["seminars:deck", "seminars:deck-file", "seminars:deck-remove"],
        lambda world: {"public_id": world.a.live.session.public_id, "deck": world.a.live.deck.public_id},
    ),
    "seminars:poll-remove": lambda world: {
        "public_id": world.a.live.session.public_id,
        "poll": world.a.live.poll.public_id,
    },
    **dict.fromkeys(
        ["seminars:round", "seminars:round-remove"],
        lambda world: {
            "public_id": world.a.live.session.public_id,
            "round_id": world.a.live.group.round.public_id,
        },
    ),
    "seminars:slide": lambda world: {
        "public_id": world.a.live.session.public_id,
        "deck": world.a.live.deck.public_id,
        "number": 1,
    },
    **dict.fromkeys(
        ["seminars:handout", "seminars:handout-remove"],
        lambda world: {"public_id": world.a.live.session.public_id, "handout": world.a.live.handout.public_id},
    ),
    "seminars:run-sheet-item": lambda world: {"public_id": world.a.live.session.public_id, "number": 1},
    "seminars:feed": lambda world: {"token": world.a.live.feed_token},
    "seminars:guest": _public_id(lambda world: world.public_session),
    "seminars:guest-link": lambda world: {
        "signed": signed_guest(session=world.public_session, email="guest@example.org", name="Nadia")
    },
    **dict.fromkeys(
        [
            f"seminars:{name}"
            for name in (
                *("attendance", "my-attendance", "sign", "attendance-sheet", "attendance-csv", "attendance-xlsx"),
                *("replay", "replay-again", "results", "survey"),
            )
        ],
        _public_id(lambda world: world.a.live.past),
    ),
    "seminars:attendance-correct": _public_id(lambda world: world.a.live.attendance),
    **dict.fromkeys(
        [
            f"seminars:replay-{name}"
            for name in ("captions", "captions-give", "captions-remove", "watched", "lesson", "file")
        ],
        lambda world: {
            "public_id": world.a.live.past.public_id,
            "recording": world.a.live.recording.public_id,
            "name": "sound.m4a",
        },
    ),
    "seminars:results-export": lambda world: {
        "public_id": world.a.live.past.public_id,
        "table": "chat",
        "form": "csv",
    },
    "livesession:*": _pk(lambda world: world.a.live.session),
    "funderpresence:*": _pk(lambda world: world.a.live.presence),
    "evidence:assistance": _public_id(lambda world: world.a.enrolment),
    "evidence:hours-of": _public_id(lambda world: world.a.enrolment),
    "evidence:line-correct": _public_id(lambda world: world.a.hour_entry),
    "evidence:attestation": _public_id(lambda world: world.a.attestation),
    "evidence:share": _public_id(lambda world: world.a.attestation),
    "evidence:share-stop": _public_id(lambda world: world.a.share),
    **dict.fromkeys(
        ["evidence:shared", "evidence:shared-pdf"],
        lambda world: {"token": secret_of(SHARE_SALT, world.a.share.public_id)},
    ),
    "courses:attest-hours": _public_id(lambda world: world.a.enrolment),
    "courses:attestation-revoke": _public_id(lambda world: world.a.attestation),
    "evidence:verify-code": lambda world: {"code": world.a.attestation.code},
    "portal:cohort": _public_id(lambda world: world.a.cohort),
    "portal:cohort-csv": _public_id(lambda world: world.a.cohort),
    "cohort:*": _pk(lambda world: world.a.cohort),
    "enrolment:*": _pk(lambda world: world.a.pending_enrolment),
    "hoststructure:*": _pk(lambda world: world.a.host),
    "track:*": _pk(lambda world: world.a.content.track),
    "competencyblock:*": _pk(lambda world: world.block),
    "certificationversion:*": _pk(lambda world: world.block.version),
    "certification:*": _pk(lambda world: world.block.version.certification),
    "partner:*": _pk(lambda world: world.a.partner),
    "funder:*": _pk(lambda world: world.a.funder),
    "trainingprovider:*": _pk(lambda world: world.a.partner.provider),
    "cohort_chooser:*": _pk(lambda world: world.a.cohort),
    "track_chooser:*": _pk(lambda world: world.a.content.track),
    "host_structure_chooser:*": _pk(lambda world: world.a.host),
    "person_chooser:*": _pk(lambda world: world.a.coach),
    "trackmodule:*": _pk(lambda world: world.a.content.track.modules.get()),
    "course_imports:*": _public_id(lambda world: world.course_import),
    "forum_imports:*": _public_id(lambda world: world.forum_import),
    "wagtailsnippets_courses_question:*": _pk(lambda world: world.a.content.question),
    "wagtailsnippets_courses_glossaryterm:*": _pk(lambda world: world.term),
    "wagtailsnippetchoosers_courses_question:*": _pk(lambda world: world.a.content.question),
    "wagtailsnippetchoosers_courses_glossaryterm:*": _pk(lambda world: world.term),
    "wagtailusers_users:*": _pk(lambda world: world.a.learner),
}
