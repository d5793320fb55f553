"""The cast of every socket of the academy, by its route."""

from collections.abc import Callable

import tests.coaching.cast
import tests.community.cast
import tests.seminars.cast
from tests.factories import AuditAccessFactory, EnrolmentFactory
from tests.halls import Cast, Make, insider

MESSAGES: dict[str, Make] = {"ping": lambda me: {}, "resume": lambda me: {"since": 0}}


def alone(path: str, **messages: Make) -> Cast:
    """A socket about oneself: nobody else has hers."""
    person, other = EnrolmentFactory().learner, EnrolmentFactory().learner
    return Cast(
        path=path,
        inside={"oneself": insider(person, path, None, "oneself")},
        messages=MESSAGES | messages,
        outside={"anonymous": None},
        apart=insider(other, path, None, "apart"),
    )


def of_the_community(path: str) -> Cast:
    cast = alone(path)
    cast.outside["outsider"] = AuditAccessFactory().user
    return cast


CASTS: dict[str, Callable[[], Cast]] = {
    "ws/appointments/<uuid:public_id>/": tests.coaching.cast.build,
    "ws/community/": lambda: of_the_community("/ws/community/"),
    "ws/community/spaces/": lambda: of_the_community("/ws/community/spaces/"),
    "ws/community/threads/<uuid:public_id>/": tests.community.cast.build,
    "ws/device-test/": lambda: alone("/ws/device-test/", call=lambda me: {"sdp": "v=0"}),
    "ws/notifications/": lambda: alone("/ws/notifications/"),
    "ws/seminars/<uuid:public_id>/": tests.seminars.cast.build,
}
