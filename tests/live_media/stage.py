"""Makes the room of these tests in the academy's database, in a process of its own; prints its cast's cookies."""

import json

import django

django.setup()

from seminars.enums import RoomRole  # noqa: E402
from tests.factories import UserFactory  # noqa: E402
from tests.seminars.factories import LiveSessionFactory, RegistrationFactory, SessionStaffFactory  # noqa: E402
from tests.world import client_for  # noqa: E402


def main() -> None:
    session = LiveSessionFactory(live=True, media_pin="a-pin-for-tests")
    cast = {}
    for name in ("host", "presenter", "moderator"):
        person = UserFactory(display_name=f"{name.title()} Roy", language="en")
        SessionStaffFactory(session=session, person=person, role=RoomRole(name))
        cast[name] = person
    for name in ("learner", "classmate"):
        person = UserFactory(display_name=f"{name.title()} Benali", language="en")
        cast[name] = RegistrationFactory(session=session, enrolment=None, person=person).person
    cookies = {name: client_for(person).cookies["sessionid"].value for name, person in cast.items()}
    print(json.dumps({"session": str(session.public_id), "cast": cookies}))


if __name__ == "__main__":
    main()
