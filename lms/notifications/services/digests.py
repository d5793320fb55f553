"""The digest: what did not fit into a day's mails, in one mail at the hour the person chose."""

from datetime import datetime

from django.db import transaction

from lms.accounts.models import User
from lms.notifications import timing
from lms.notifications.enums import Channel, DeliveryState
from lms.notifications.models import Delivery
from lms.notifications.queries import telling_choices

PEOPLE_AT_ONCE = 500


def write_digests(*, now: datetime) -> int:
    """Fold what waits for a digest whose hour has come into one outgoing mail for each person; returns how many."""
    due = Delivery.objects.filter(state=DeliveryState.DIGEST, due_at__lte=now).order_by()
    people = User.objects.filter(pk__in=due.values("recipient")).order_by("pk")[:PEOPLE_AT_ONCE]
    return sum(_write_digest(person, now) for person in people)


@transaction.atomic
def _write_digest(person: User, now: datetime) -> bool:
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # two sweeps at once make one digest
    waiting = Delivery.objects.filter(recipient=person, state=DeliveryState.DIGEST, due_at__lte=now)
    waiting.exclude(notification__read_at=None).update(state=DeliveryState.SKIPPED, finished_at=now)
    if not waiting.exists():
        return False  # everything was read: no digest
    digest, is_new = Delivery.objects.get_or_create(
        recipient=person,
        digest_on=timing.local_day(person.time_zone, now),
        defaults={"channel": Channel.EMAIL, "due_at": now, "created_at": now},
    )
    if not is_new:
        # She moved the hour to later on the same day: the next one takes it.
        waiting.update(due_at=timing.next_digest(telling_choices(person), person.time_zone, now) or now)
        return False
    waiting.update(state=DeliveryState.FOLDED, digest=digest, finished_at=now)
    return True
