"""Who has a thread of the community open, and what each of them may say."""

from django.utils import timezone

from community.enums import Audience
from community.models import Thread
from tests.community.factories import SpaceFactory, SpaceMemberFactory, ThreadFactory
from tests.factories import EnrolmentFactory
from tests.halls import Cast, Make, insider

MESSAGES: dict[str, Make] = {"ping": lambda me: {}, "resume": lambda me: {"since": 0}, "typing": lambda me: {}}


def path_of(thread: Thread) -> str:
    return f"/ws/community/threads/{thread.public_id}/"


def build() -> Cast:
    """A thread of one partner's closed space, and one in it that is closed; `apart` reads the other partner's."""
    enrolment = EnrolmentFactory()
    space = SpaceFactory(audience=Audience.PARTNER, partner=enrolment.cohort.partner, is_closed=True)
    writer, reader, second = (EnrolmentFactory(cohort=enrolment.cohort).learner for _ in range(3))
    for person in (writer, reader, second):
        SpaceMemberFactory(space=space, person=person)
    thread = ThreadFactory(space=space, author=writer)
    closed = ThreadFactory(space=space, author=writer, closed_at=timezone.now())
    theirs = EnrolmentFactory()
    their_space = SpaceFactory(audience=Audience.PARTNER, partner=theirs.cohort.partner)
    their_thread = ThreadFactory(space=their_space, author=theirs.learner)
    return Cast(
        path=path_of(thread),
        inside={
            "writer": insider(writer, path_of(thread), thread, "writer"),
            "listener": insider(second, path_of(thread), thread, "listener"),
            "reader": insider(reader, path_of(closed), closed, "reader"),
        },
        messages=MESSAGES,
        outside={"outsider": enrolment.learner, "other_partner": theirs.learner, "anonymous": None},
        apart=insider(theirs.learner, path_of(their_thread), their_thread, "apart"),
    )
