"""One mail a week for who was absent: what moved in her spaces meanwhile. Who reads here gets none."""

from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from community.models import Thread, ThreadReading
from community.notices import tell_absent
from community.queries.unread import unread_ids
from lms.accounts.models import User
from lms.notifications.models import Notification

ABSENT_FOR = timedelta(days=7)
"""Without reading anything here for so long, somebody is absent."""
GONE_FOR = timedelta(days=60)
"""After that she is left in peace."""
MONDAY, HOURS = 0, (9, 10, 11)
PEOPLE_AT_ONCE = 50
MOST_THREADS = 5


def sweep_absent(*, now: datetime) -> int:
    """On Monday mornings, tell some of those who were absent; returns how many were looked at. Once a week each."""
    local = timezone.localtime(now)
    if local.weekday() != MONDAY or local.hour not in HOURS:
        return 0
    week = f"{local:%G-%V}"
    told = Notification.objects.filter(recipient=OuterRef("person"), key=f"community:absent:{week}")
    absent = (
        ThreadReading.objects.filter(person__is_active=True)
        .filter(~Exists(told))
        .order_by()
        .values("person")
        .annotate(last=Max("read_at"))
        .filter(last__lte=now - ABSENT_FOR, last__gt=now - GONE_FOR)
        .values_list("person", flat=True)
    )
    people = User.objects.filter(pk__in=list(absent)).order_by("pk")
    count = 0
    for person in people:
        threads = threads_missed(person, now)
        if threads:
            tell_absent(person, threads, week=week, now=now)
            count += 1
        if count == PEOPLE_AT_ONCE:
            break
    return count


def threads_missed(person: User, now: datetime) -> list[Thread]:
    """What moved most in the week, of what she has not read; whatever she may no longer read is not in it."""
    pks = [pk for some in unread_ids(person, now).values() for pk in some]
    threads = Thread.objects.filter(pk__in=pks, last_post_at__gt=now - ABSENT_FOR).select_related("space")
    return list(threads.order_by("-post_count", "-last_post_at")[:MOST_THREADS])
