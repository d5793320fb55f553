"""Makes the rooms of these tests in the academy's database, in a process of its own; prints their casts' cookies."""

import json
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402

from seminars.enums import RoomRole  # noqa: E402
from seminars.models import LiveSession, SessionStaff  # noqa: E402
from seminars.presence import half_days  # noqa: E402
from tests.factories import CohortFactory, EnrolmentFactory, UserFactory  # noqa: E402
from tests.seminars.factories import LiveSessionFactory, RegistrationFactory, SessionStaffFactory  # noqa: E402
from tests.world import client_for  # noqa: E402


def main() -> None:
    print(json.dumps({"pieces": pieces(), "suspended": suspended(), "evening": evening()}))


def suspended() -> dict[str, Any]:
    """Another one, whose presenter may be suspended."""
    room = pieces()
    admin = UserFactory(is_superuser=True, language="en")
    room["cast"]["admin"] = client_for(admin).cookies["sessionid"].value
    presenter = SessionStaff.objects.get(session__public_id=room["session"], role=RoomRole.PRESENTER).person
    pin = LiveSession.objects.get(public_id=room["session"]).media_pin
    return room | {"presenter": presenter.pk, "pin": pin}


def pieces() -> dict[str, Any]:
    """A room that is open already."""
    session = LiveSessionFactory(live=True, media_pin="a-pin-for-tests")
    cast = {}
    for name in ("host", "presenter", "moderator"):
        person = UserFactory(display_name=f"{name.title()} Roy", language="en")
        SessionStaffFactory(session=session, person=person, role=RoomRole(name))
        cast[name] = person
    for name in ("learner", "classmate"):
        person = UserFactory(display_name=f"{name.title()} Benali", language="en")
        cast[name] = RegistrationFactory(session=session, enrolment=None, person=person).person
    return told(session, cast)


def evening() -> dict[str, Any]:
    """A seminar that begins now, is recorded and counts for a cohort; nobody has opened it yet."""
    starts, ends = timezone.now() - timedelta(minutes=1), timezone.now() + timedelta(hours=1)
    zones = ("Europe/Paris", "America/Martinique", "Pacific/Noumea")
    session = LiveSessionFactory(
        title="Questions du soir",
        starts_at=starts,
        ends_at=ends,
        time_zone=next(zone for zone in zones if len(half_days(starts, ends, zone)) == 1),
        is_recorded=True,
        threshold_percent=50,
    )
    cohort = CohortFactory(name="Promotion du soir")
    cast = {
        "presenter": UserFactory(display_name="Nadia Roy", language="en"),
        "moderator": UserFactory(display_name="Moussa Diallo", language="en"),
        "learner": UserFactory(display_name="Lina Benali", language="en"),
        "classmate": UserFactory(display_name="Karim Petit", language="en"),
    }
    SessionStaffFactory(session=session, person=cast["presenter"], role=RoomRole.HOST)
    SessionStaffFactory(session=session, person=cast["moderator"], role=RoomRole.MODERATOR)
    for name, agrees in (("learner", None), ("classmate", True)):
        enrolment = EnrolmentFactory(learner=cast[name], cohort=cohort)
        RegistrationFactory(session=session, enrolment=enrolment, consents_to_recording=agrees)
    return told(session, cast)


def told(session: LiveSession, cast: dict[str, Any]) -> dict[str, Any]:
    return {
        "session": str(session.public_id),
        "zone": session.time_zone,
        "cast": {name: client_for(person).cookies["sessionid"].value for name, person in cast.items()},
    }


if __name__ == "__main__":
    main()
