"""The outbox: rows are claimed, sorted out, sent, and settled as they leave; whoever dies leaves them to the next.

A worker holds its rows by a lease, not by a lock: nothing is held in the database while a mail server is slow. A worker
killed between sending and settling sends again after the lease; the Message-ID (or the push's tag) is the same, so it
is shown once.
"""

import logging
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from concurrent.futures import Future, wait
from datetime import date, datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q

from lms.accounts.models import User
from lms.kit.defer import defer_once
from lms.notifications import timing
from lms.notifications.enums import Channel, DeliveryState
from lms.notifications.models import Delivery, DeliveryQuerySet, TellingChoices
from lms.notifications.queries import choices_by_person
from lms.notifications.senders import MailSender, NotNeeded, PushSender, Refused, ServerAway
from lms.notifications.tasks import send_outbox

log = logging.getLogger(__name__)

BATCH = 100
LEASE = timedelta(seconds=60)
"""How long a claimed row stays with its worker."""
WORKING = timedelta(seconds=20)
"""How long a worker goes on with a batch; the rest of its lease is for the message it has in hand."""
AHEAD = 4
"""Messages of a connection that are under way: the one it hands over, and the next. A server may take ten seconds for
each, which the lease has time for; half of them are settled at once, as that costs a disk what a mail costs the
processor."""
KEPT = timedelta(days=90)
"""How long a settled row is kept."""
PRUNED_AT_ONCE = 1_000

type _Sender = MailSender | PushSender


def send_due(*, now: datetime) -> int:
    """Send everything that is due, in batches over a few mail connections; returns how many left.

    Several workers may do so at once. A server that does not answer ends it: the rows come back after their wait.
    """
    started = monotonic()
    sent = 0
    with MailSender() as mails:
        senders: dict[str, _Sender] = {Channel.EMAIL: mails, Channel.PUSH: PushSender()}
        while True:
            clock = now + timedelta(seconds=monotonic() - started)
            claimed, leaving = claim(now=clock)
            if not claimed:
                return sent
            count, is_away = _send_batch(leaving, senders, clock)
            sent += count
            if is_away:
                return sent


def claim(*, now: datetime) -> tuple[int, list[Delivery]]:
    """Take up to BATCH due rows: how many were found, and those of them that leave now, held for LEASE.

    The others were settled: quiet hours make them wait, a spent budget puts them into the digest, and what was read
    meanwhile, or is for somebody suspended, is not needed any more.
    """
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    due = Delivery.objects.pending().filter(free, due_at__lte=now)
    if not due.exists():  # most minutes: no write lock for nothing
        return 0, []
    with transaction.atomic():
        rows = list(
            due.select_for_update(skip_locked=True, of=("self",))
            .select_related("recipient", "notification")
            .order_by("due_at", "id")[:BATCH]
        )
        leaving = _sort_out(rows, now)
        _hold(leaving, now)
        held = {row.pk for row in leaving}
        for row in rows:
            if row.pk not in held:
                row.save(update_fields=["state", "due_at", "finished_at"])
    return len(rows), leaving


def _hold(rows: list[Delivery], now: datetime) -> None:
    """Put these rows into this worker's hands; a few of them differ by the day whose budget they use."""
    by_day: dict[date | None, list[Delivery]] = defaultdict(list)
    for row in rows:
        row.attempts += 1
        by_day[row.budget_day].append(row)
    for day, of_that_day in by_day.items():
        held = Delivery.objects.filter(pk__in=[row.pk for row in of_that_day])
        held.update(claimed_until=now + LEASE, attempts=F("attempts") + 1, budget_day=day)


def _sort_out(rows: list[Delivery], now: datetime) -> list[Delivery]:
    """Those that leave; what becomes of the others is written on them."""
    people = {row.recipient_id for row in rows}
    # The people are locked while their budget is counted: two workers may not both spend the last mail of a day.
    if any(row.channel == Channel.EMAIL and not row.is_urgent for row in rows):
        list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))
    chosen = choices_by_person(people)
    spent = _mails_by_day(rows, now)
    leaving = []
    for row in rows:
        choices = chosen.get(row.recipient_id) or TellingChoices(person=row.recipient)
        if not _is_needed(row):
            _finish(row, DeliveryState.SKIPPED, now)
        elif row.digest_on is not None or _may_leave(row, choices, spent, now):
            leaving.append(row)
    return leaving


def _is_needed(row: Delivery) -> bool:
    was_read = row.notification is not None and row.notification.read_at is not None
    return row.recipient.is_active and (row.is_urgent or not was_read)


def _may_leave(row: Delivery, choices: TellingChoices, spent: Counter[tuple[int, date]], now: datetime) -> bool:
    zone = row.recipient.time_zone
    day = timing.local_day(zone, now)
    is_mail = row.channel == Channel.EMAIL
    has_its_place = row.budget_day == day  # another try of what was counted today
    mails_left = choices.mails_a_day - spent[row.recipient_id, day] if is_mail and not has_its_place else None
    decision = timing.decide(choices, zone, now, is_urgent=row.is_urgent, mails_left=mails_left)
    if decision.leaves:
        if is_mail and not has_its_place:
            row.budget_day = day
            spent[row.recipient_id, day] += 1
    elif decision.wait_until is not None:
        row.due_at = decision.wait_until
    elif (digest_at := timing.next_digest(choices, zone, now)) is not None:
        row.state, row.due_at = DeliveryState.DIGEST, digest_at
    else:
        _finish(row, DeliveryState.SKIPPED, now)  # no digest: the in-app list has it
    return decision.leaves


def _mails_by_day(rows: list[Delivery], now: datetime) -> Counter[tuple[int, date]]:
    """(person, day) → mails that used this day's budget, of everybody concerned."""
    days = {timing.local_day(row.recipient.time_zone, now) for row in rows}
    counted = (
        Delivery.objects.filter(recipient__in={row.recipient_id for row in rows}, budget_day__in=days)
        .order_by()
        .values_list("recipient", "budget_day")
        .annotate(count=Count("pk"))
    )
    return Counter({(person, day): count for person, day, count in counted})


def _finish(row: Delivery, state: DeliveryState, now: datetime) -> None:
    row.state, row.finished_at, row.claimed_until = state, now, None


# --- Sending a batch --------------------------------------------------------------------------------------------------


def _send_batch(rows: list[Delivery], senders: dict[str, _Sender], now: datetime) -> tuple[int, bool]:
    """How many left, and whether a server is away. Rows that there was no time for are given back at once."""
    started = monotonic()
    left, under_way = deque(rows), _UnderWay()
    while left or under_way.rows:
        at = now + timedelta(seconds=monotonic() - started)
        if left and at - now > WORKING:
            _give_back(left)
            left.clear()
        elif left and len(under_way.rows) < settings.MAIL_CONNECTIONS * AHEAD:
            row = left.popleft()
            under_way.rows.append((row, _start(row, senders[row.channel], at)))
        else:
            under_way.settle(at)
            if under_way.away:
                for row in left:
                    _fail(row, under_way.away, at, for_good=False)
                left.clear()
    return under_way.sent, bool(under_way.away)


def _start(row: Delivery, sender: _Sender, now: datetime) -> Future[None]:
    try:
        return sender.start(row, now)
    except Exception as error:  # noqa: BLE001 - `settle` meets it
        failed: Future[None] = Future()
        failed.set_exception(error)
        return failed


class _UnderWay:
    """Messages that are with their connections, oldest first; a killed worker has no more than these to send again."""

    def __init__(self) -> None:
        self.rows: deque[tuple[Delivery, Future[None]]] = deque()
        self.sent = 0
        self.away = ""
        """What a server said that takes nothing any more."""

    def settle(self, now: datetime) -> None:
        """Wait for the older half; it is settled, and those after it that are done as well."""
        sent = []
        wait([result for _row, result in list(self.rows)[: (len(self.rows) + 1) // 2]])
        while self.rows and self.rows[0][1].done():
            row, result = self.rows.popleft()
            try:
                result.result()
            except ServerAway as away:
                self.away = str(away)
                _fail(row, self.away, now, for_good=False)
            except NotNeeded:
                _settle([row], DeliveryState.SKIPPED, now)
            except Refused as refused:
                _fail(row, str(refused), now, for_good=refused.for_good)
            except Exception as error:
                log.exception("message %s could not be made", row.public_id)
                _fail(row, repr(error), now, for_good=False)
            else:
                sent.append(row)
        if sent:
            _settle(sent, DeliveryState.SENT, now)
            self.sent += len(sent)


def _settle(rows: list[Delivery], state: DeliveryState, now: datetime) -> None:
    settled = Delivery.objects.filter(pk__in=[row.pk for row in rows])
    settled.update(state=state, finished_at=now, claimed_until=None, last_error="")


def _fail(row: Delivery, error: str, now: datetime, *, for_good: bool) -> None:
    """Back in the queue after a wait; a dead letter once it was tried often enough, or refused for good."""
    ours = Delivery.objects.filter(pk=row.pk)
    if for_good or row.attempts >= timing.MOST_ATTEMPTS:
        log.error("message %s given up after %s tries: %s", row.public_id, row.attempts, error)
        dead = {"state": DeliveryState.DEAD, "finished_at": now, "budget_day": None}
        ours.update(**dead, claimed_until=None, last_error=error[:500])
    else:
        due_at = now + timing.wait_before(row.attempts)
        ours.update(due_at=due_at, claimed_until=None, last_error=error[:500])


def _give_back(rows: Iterable[Delivery]) -> None:
    for row in rows:
        Delivery.objects.filter(pk=row.pk).update(claimed_until=None, attempts=row.attempts - 1)


# --- Dead letters, and what is long done ------------------------------------------------------------------------------


def retry(*, delivery: Delivery | None, now: datetime) -> int:
    """Send dead letters again from the first try: one, or (None) all of them. Returns how many."""
    count = _dead(delivery).update(state=DeliveryState.PENDING, due_at=now, attempts=0, finished_at=None)
    defer_once(send_outbox)
    return count


def forget(*, delivery: Delivery, now: datetime) -> int:
    """Give one dead letter up: the in-app list still has what it says."""
    return _dead(delivery).update(state=DeliveryState.SKIPPED, finished_at=now)


def prune(*, now: datetime) -> int:
    """Delete what was settled more than KEPT ago, some at a time; dead letters stay until somebody decides."""
    done = [DeliveryState.SENT, DeliveryState.FOLDED, DeliveryState.SKIPPED]
    old = Delivery.objects.filter(state__in=done, finished_at__lt=now - KEPT).order_by()
    chosen = list(old.values_list("pk", flat=True)[:PRUNED_AT_ONCE])
    return Delivery.objects.filter(pk__in=chosen).delete()[0] if chosen else 0


def _dead(delivery: Delivery | None) -> DeliveryQuerySet:
    dead = Delivery.objects.dead()
    return dead if delivery is None else dead.filter(pk=delivery.pk)
