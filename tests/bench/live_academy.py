"""Fills the academy that a live room is measured in.

`python -m tests.bench.live_academy PEOPLE` opens a session in which so many are registered, and prints the address of
its socket and the keys of their browser sessions.
"""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402 - models load only now
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from lms.accounts.models import User  # noqa: E402
from seminars.models import Registration  # noqa: E402
from seminars.services.room import open_room  # noqa: E402
from tests import factories  # noqa: E402
from tests.seminars.factories import LiveSessionFactory  # noqa: E402


def fill(count: int) -> dict[str, object]:
    """A session that is live for eight hours, and who takes part in it."""
    now = timezone.now()
    with transaction.atomic():
        host = factories.UserFactory(display_name="Clara Roy")
        session = LiveSessionFactory(starts_at=now, ends_at=now + timedelta(hours=8), host=host)
        open_room(session=session, actor=host, now=now)
        password = make_password(None)
        people = User.objects.bulk_create(
            User(email=f"there{n}@example.org", display_name=f"Lina Diallo {n}", password=password)
            for n in range(count)
        )
        Registration.objects.bulk_create(
            Registration(session=session, person=person, registered_by=person, seated_at=now) for person in people
        )
        return {"path": f"/ws/seminars/{session.public_id}/", "sessions": [_session_of(person) for person in people]}


def _session_of(person: User) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return str(store.session_key)


if __name__ == "__main__":
    print(json.dumps(fill(int(sys.argv[1]))))
