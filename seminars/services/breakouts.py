"""Going into small groups: prepared by name or at random, opened for a while, closed."""

import random
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.kit.live import push
from seminars.enums import RegistrationState
from seminars.live import room_group, staff_group
from seminars.models import BreakoutRoom, BreakoutRound, BreakoutSeat, LiveSession, SessionStaff, Stay
from seminars.queries.room import open_round, people_in, person_event, round_event
from seminars.queries.sight import role_in

from .held import RoomRefusal, hold, hold_open, note_change, unknown

MINUTES = range(1, 181)
MOST_ROOMS = 50
MOST_PREPARED = 20


def prepare_round(*, session: LiveSession, names: list[str], minutes: int, actor: User, now: datetime) -> BreakoutRound:
    """Name the groups of a round, to be filled by name (`seat`) or at random, and opened later.

    Raises:
        RoomRefusal: between 1 and 50 groups of different names (`names`); twenty rounds wait already (`too-many`).
    """
    names = [name.strip() for name in names if name.strip()]
    _check(names, minutes)
    with transaction.atomic():
        held = hold(session, may_be_draft=True)
        if BreakoutRound.objects.filter(session=held, opened_at=None).count() >= MOST_PREPARED:
            raise RoomRefusal("too-many", _("Twenty rounds are prepared already."))
        round_ = BreakoutRound.objects.create(session=held, minutes=minutes, created_at=now)
        BreakoutRoom.objects.bulk_create(
            BreakoutRoom(round=round_, name=name, order=order) for order, name in enumerate(names, 1)
        )
        push(staff_group(held), round_event(round_))
    return round_


def arrange_round(
    *,
    session: LiveSession,
    round_id: UUID,
    minutes: int,
    names: dict[int, str],
    places: dict[int, int | None],
    actor: User,
    now: datetime,
) -> None:
    """Change a round that waits: its minutes, the names of its groups, and the group of some who registered (None: at
    random, when it opens). Whoever is not in `places` keeps hers.

    Raises:
        RoomRefusal: no such prepared round, or a group or a person that is not of it (`unknown`); see `prepare_round`.
    """
    _check(list(names.values()), minutes)
    with transaction.atomic():
        held = hold(session, may_be_draft=True)
        round_ = _prepared(held, round_id)
        rooms = {room.pk: room for room in round_.rooms.all()}
        registered = held.registrations.filter(person__in=places, state=RegistrationState.REGISTERED).count()
        if names.keys() != rooms.keys() or registered != len(places) or {*places.values()} - {None, *rooms}:
            raise unknown()
        for room in rooms.values():
            room.name = names[room.pk]
        BreakoutRoom.objects.bulk_update(rooms.values(), ["name"])
        BreakoutRound.objects.filter(pk=round_.pk).update(minutes=minutes)
        BreakoutSeat.objects.filter(round=round_, person__in=places).delete()
        BreakoutSeat.objects.bulk_create(
            BreakoutSeat(round=round_, room_id=room_id, person_id=person_id)
            for person_id, room_id in places.items()
            if room_id is not None
        )
        _tell(held, BreakoutRound.objects.get(pk=round_.pk))


def remove_round(*, session: LiveSession, round_id: UUID, actor: User, now: datetime) -> None:
    """Give up a round that was only prepared.

    Raises:
        RoomRefusal: no such prepared round (`unknown`).
    """
    with transaction.atomic():
        held = hold(session, may_be_draft=True)
        _prepared(held, round_id).delete()
        push(staff_group(held), {"type": "round-removed", "id": str(round_id)})


def seat(*, session: LiveSession, room: UUID, person: User, actor: User, now: datetime) -> BreakoutSeat:
    """Give somebody a group, or another one: before its round opens, or while it is open.

    Raises:
        RoomRefusal: no such group in a round that is prepared or open, or nobody of this room (`unknown`).
    """
    with transaction.atomic():
        held = hold(session)
        target = BreakoutRoom.objects.filter(public_id=room, round__session=held, round__closed_at=None)
        found = target.select_related("round").first()
        if found is None or role_in(person, held) is None:
            raise unknown()
        seat_, _created = BreakoutSeat.objects.update_or_create(
            round=found.round, person=person, defaults={"room": found}
        )
        _tell(held, found.round)
        if found.round.opened_at is not None:
            moved = {"type": "moved", "person": str(person.public_id), "group": str(found.public_id)}
            push(room_group(held), moved)
    return seat_


def open_groups(*, session: LiveSession, round_id: UUID, actor: User, now: datetime) -> BreakoutRound:
    """Send everybody who is here into her group; whoever has none yet gets one at random, so that those
    who are here are spread evenly: a place prepared for somebody who has not come is kept, and counts for nothing.

    Raises:
        RoomRefusal: no such prepared round (`unknown`); another one is open (`round-open`).
    """
    with transaction.atomic():
        held = hold_open(session)
        if open_round(held, now) is not None:
            raise RoomRefusal("round-open", _("Groups are open already. Close them first."))
        # One whose time ran out while nobody counted makes room for the next.
        held.breakout_rounds.filter(opened_at__isnull=False, closed_at=None).update(closed_at=now)
        round_ = _prepared(held, round_id)
        round_.opened_at, round_.ends_at = now, now + timedelta(minutes=round_.minutes)
        round_.save(update_fields=["opened_at", "ends_at"])
        staff = SessionStaff.objects.filter(session=held).values("person")
        without = people_in(held).exclude(pk__in=staff)
        without = without.exclude(pk__in=BreakoutSeat.objects.filter(round=round_).values("person"))
        people = list(without)
        random.shuffle(people)
        _fill(round_, people)
        note_change(held, "groups-opened", actor=actor, now=now, minutes=round_.minutes)
        _tell(held, round_)
    return round_


def take_seat(
    *, session: LiveSession, actor: User, now: datetime, room: UUID | None = None, may_visit: bool = False
) -> BreakoutRoom | None:
    """The group somebody goes into now: her own, however often she comes back; for who comes late, that with
    the fewest people in it.

    Those who run the session (`may_visit`) go where they ask to, and have no seat. None: no groups are open.

    Raises:
        RoomRefusal: the group visited is not one of the open ones (`unknown`).
    """
    with transaction.atomic():
        held = hold_open(session)
        round_ = open_round(held, now)
        if round_ is None:
            return None
        if may_visit:
            visited = round_.rooms.filter(public_id=room).first() if room else None
            if room and visited is None:
                raise unknown()
            return visited
        seat_ = BreakoutSeat.objects.filter(round=round_, person=actor).select_related("room").first()
        if seat_ is None:
            _fill(round_, [actor])
            seat_ = BreakoutSeat.objects.select_related("room").get(round=round_, person=actor)
            _tell(held, round_)
            push(room_group(held), {"type": "seated", "group": str(seat_.room.public_id), **person_event(actor)})
    return seat_.room


def tell_groups(*, session: LiveSession, text: str, actor: User, now: datetime) -> None:
    """A word to everybody, in whatever group.

    Raises:
        RoomRefusal: the room is not open.
    """
    with transaction.atomic():
        held = hold_open(session)
        note_change(held, "told-all", actor=actor, now=now, text=text)
        word = {"type": "broadcast", "text": text.strip(), "at": now.isoformat(), **person_event(actor)}
        push(room_group(held), word)


def close_groups(*, session: LiveSession, actor: User | None, now: datetime) -> None:
    """Everybody back into the room; where no groups are open, nothing changes."""
    with transaction.atomic():
        held = hold_open(session)
        for round_ in held.breakout_rounds.filter(opened_at__isnull=False, closed_at=None):
            round_.closed_at = min(now, round_.ends_at or now)
            round_.save(update_fields=["closed_at"])
            note_change(held, "groups-closed", actor=actor, now=now)
            _tell(held, round_)


def close_due_groups(now: datetime) -> None:
    """Close the groups whose time is over; every minute, should the process that counted have died."""
    due = BreakoutRound.objects.filter(opened_at__isnull=False, closed_at=None, ends_at__lte=now)
    for round_ in list(due.select_related("session")):
        close_due(round_=round_, now=now)


def close_due(*, round_: BreakoutRound, now: datetime) -> None:
    """Close one round whose time is over, and no other."""
    with transaction.atomic():
        if BreakoutRound.objects.filter(pk=round_.pk, closed_at=None).update(closed_at=round_.ends_at):
            round_.refresh_from_db()
            note_change(round_.session, "groups-closed", actor=None, now=now)
            _tell(round_.session, round_)


def _check(names: list[str], minutes: int) -> None:
    if not 1 <= len(names) <= MOST_ROOMS or len(set(names)) != len(names):
        raise RoomRefusal("names", _("Between 1 and 50 groups, each with a name of its own."))
    if minutes not in MINUTES:
        raise RoomRefusal("minutes", _("Between 1 and 180 minutes."))


def _prepared(held: LiveSession, round_id: UUID) -> BreakoutRound:
    round_: BreakoutRound | None = held.breakout_rounds.filter(public_id=round_id, opened_at=None).first()
    if round_ is None:
        raise unknown()
    return round_


def _fill(round_: BreakoutRound, people: list[User]) -> None:
    """One after the other into the group with the fewest people who are here, then the fewest places given: whoever has
    one may still come."""
    here = Stay.objects.filter(session=round_.session_id, person=OuterRef("seats__person"), left_at=None)
    rooms = round_.rooms.annotate(present=Count("seats", filter=Exists(here)), given=Count("seats"))
    sizes = {room.pk: (room.present, room.given) for room in rooms}
    seats = []
    for person in people:
        smallest = min(sizes, key=sizes.__getitem__)
        present, given = sizes[smallest]
        sizes[smallest] = present + 1, given + 1
        seats.append(BreakoutSeat(round=round_, room_id=smallest, person=person))
    BreakoutSeat.objects.bulk_create(seats)


def _tell(session: LiveSession, round_: BreakoutRound) -> None:
    """A round that is only prepared is the business of those who run the session."""
    group = staff_group(session) if round_.opened_at is None else room_group(session)
    push(group, round_event(round_))
