"""A coach's desk with 3 and with 80 learners: the same queries, in about the same time.

Run by itself: `python -m tests.bench.coaching_desk LEARNERS` fills a database, and prints the coach's session.
"""

import statistics
import sys
from collections.abc import Iterator
from datetime import timedelta

from tests.bench.asking import asker
from tests.bench.rows import Group, Row
from tests.bench.sites import site

DESK = "/desk/"
ROUNDS = 15
FEW, MANY = 3, 80


def rows() -> Iterator[Row]:
    group = Group("coaching")
    with site("desk_few") as small, site("desk_many") as large:
        small.run("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        (large.folder / "static").symlink_to(small.folder / "static")
        sessions = [
            place.run("-m", "tests.bench.coaching_desk", str(count)).strip()
            for place, count in ((small, FEW), (large, MANY))
        ]
        with asker(small, sessions[0]) as few, asker(large, sessions[1]) as many:
            pairs = [(few.ask(DESK), many.ask(DESK)) for _round in range(ROUNDS + 1)][1:]
    here = statistics.median(one.milliseconds for one, _other in pairs)
    there = statistics.median(other.milliseconds for _one, other in pairs)
    yield group.same(f"desk of {MANY} learners", pairs[0][1].queries, "queries", pairs[0][0].queries, at_most=15)
    yield group.note(f"desk of {FEW} learners", round(here, 1), "ms")
    yield group.note(f"desk of {MANY} learners", round(there, 1), "ms")


def fill(learners: int) -> str:
    """A coach, her learners with a month behind them, a full day today; her session's key."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from courses.models import LessonProgress
    from tests.factories import (
        AppointmentFactory,
        CohortFactory,
        CohortStaffFactory,
        ContactLogFactory,
        EnrolmentFactory,
        FollowUpTaskFactory,
        GoalFactory,
        HourEntryFactory,
        LessonPageFactory,
        ReportFactory,
        SeatFactory,
        TrainingProviderFactory,
        UserFactory,
    )

    now = timezone.now().replace(second=0, microsecond=0)
    TrainingProviderFactory()
    coach = UserFactory(staff_since=now)
    cohort = CohortFactory(starts_on=timezone.localdate() - timedelta(days=60))
    CohortStaffFactory(cohort=cohort, user=coach)
    lesson = LessonPageFactory()
    for rank in range(learners):
        enrolment = EnrolmentFactory(cohort=cohort, coach=coach)
        LessonProgress.objects.create(enrolment=enrolment, lesson=lesson, opened_at=now - timedelta(days=rank % 15))
        HourEntryFactory.create_batch(10, enrolment=enrolment, happened_at=now - timedelta(days=rank % 15))
        GoalFactory(enrolment=enrolment)
        FollowUpTaskFactory(enrolment=enrolment, owner="coach")
        ContactLogFactory(enrolment=enrolment, author=coach, at=now - timedelta(days=rank % 20))
        for weeks in (1, 2, 3):
            starts_at = now - timedelta(weeks=weeks) - timedelta(minutes=60 * rank)
            appointment = AppointmentFactory(coach=coach, starts_at=starts_at)
            ReportFactory(
                seat=SeatFactory(enrolment=enrolment, appointment=appointment, presence="attended", attended_minutes=45)
            )
        if rank < 8:
            SeatFactory(
                enrolment=enrolment,
                appointment=AppointmentFactory(coach=coach, starts_at=now + timedelta(minutes=60 * rank)),
            )
    session = SessionStore()
    session[SESSION_KEY] = str(coach.pk)
    session[BACKEND_SESSION_KEY] = "lms.accounts.backends.AcademyBackend"
    session[HASH_SESSION_KEY] = coach.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    import django

    django.setup()
    print(fill(int(sys.argv[1])))
