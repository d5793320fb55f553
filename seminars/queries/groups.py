"""Small groups that are prepared before a session: what waits, and who is placed."""

from django.db.models import Count, Prefetch, QuerySet

from lms.accounts.models import User
from seminars.enums import RegistrationState
from seminars.models import BreakoutRoom, BreakoutRound, BreakoutSeat, LiveSession, Registration


def prepared_rounds(session: LiveSession) -> QuerySet[BreakoutRound]:
    """Not opened yet; each group has its `number` of people."""
    rooms = Prefetch("rooms", BreakoutRoom.objects.annotate(number=Count("seats")))
    rounds: QuerySet[BreakoutRound] = session.breakout_rounds.filter(opened_at=None).prefetch_related(rooms)
    return rounds


def people_to_place(session: LiveSession) -> QuerySet[User]:
    """Whoever has a place, by name."""
    rows = Registration.objects.filter(session=session, state=RegistrationState.REGISTERED)
    people: QuerySet[User] = User.objects.filter(pk__in=rows.values("person")).order_by("display_name", "pk")
    return people


def seats_of(round_: BreakoutRound, people: list[User]) -> dict[int, int]:
    """The group of each of these who has one."""
    return dict(BreakoutSeat.objects.filter(round=round_, person__in=people).values_list("person", "room"))
