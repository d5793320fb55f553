"""Who is in the directory, where, and who knows whom."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from community.departments import NAMES, PLACES, name_of
from community.models import Block, Conversation, Profile, Thread
from community.queries.offers import open_offers
from community.queries.sight import posts_seen_by, threads_seen_by
from lms.accounts.models import User
from lms.programmes.enums import EnrolmentState
from lms.programmes.models import CohortStaff, Enrolment, PartnerMembership
from lms.programmes.queries import EDITORS, MODERATORS, roles_of

SQUARE = 40
"""Units of the drawing from one square of the map to the next."""
_LEVELS = (1, 3, 10)
"""People from which a square is one tone darker."""


@dataclass(frozen=True, slots=True)
class Square:
    """One department on the map, in the units of the drawing; `level`: its tone, from 0 (nobody) to 3."""

    code: str
    name: str
    count: int
    level: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Territory:
    """Where the people of the directory are: the map's squares, and the same as rows, most people first."""

    squares: tuple[Square, ...]
    rows: tuple[Square, ...]
    elsewhere: int

    @property
    def people(self) -> int:
        return sum(row.count for row in self.rows) + self.elsewhere


def listed() -> QuerySet[Profile]:
    """Those who asked to be in the directory and are of the academy today, by name; `is_alumni` with each."""
    return (
        Profile.objects.filter(is_listed=True, person__is_active=True)
        .filter(_of_the_academy())
        .annotate(is_alumni=_alumni())
        .select_related("person")
        .order_by("person__display_name", "person__pk")
    )


def find(profiles: QuerySet[Profile], *, words: str = "", department: str = "", mentors: bool = False) -> Any:
    """Some of the directory: words of a name, of what people say about themselves or can help with."""
    for word in words.split()[:6]:
        said = Q(person__display_name__icontains=word) | Q(about__icontains=word) | Q(helps_with__icontains=word)
        profiles = profiles.filter(said)
    if department:
        profiles = profiles.filter(department=department)
    return profiles.filter(is_mentor=True) if mentors else profiles


def territory(profiles: QuerySet[Profile]) -> Territory:
    """The map of these people; 1 query."""
    counts = dict(profiles.order_by().values_list("department").annotate(people=Count("pk", distinct=True)))
    squares = tuple(
        Square(
            code=code,
            name=NAMES[code],
            count=(count := counts.get(code, 0)),
            level=sum(count >= least for least in _LEVELS),
            x=column * SQUARE,
            y=row * SQUARE,
        )
        for code, (column, row) in PLACES.items()
    )
    rows = sorted((square for square in squares if square.count), key=lambda square: (-square.count, square.name))
    return Territory(squares, tuple(rows), elsewhere=sum(count for code, count in counts.items() if not name_of(code)))


def profile_of(person: User) -> Profile:
    """Her profile as it is kept, or an empty one that is not saved; `is_alumni` with it."""
    kept = Profile.objects.filter(person=person).annotate(is_alumni=_alumni()).first()
    if kept is not None:
        return kept
    profile = Profile(person=person)
    profile.is_alumni = is_alumni(person)  # type: ignore[attr-defined]
    return profile


def is_alumni(person: User) -> bool:
    return any(enrolment.state == EnrolmentState.ALUMNI for enrolment in roles_of(person).enrolments)


def knows(user: User, person: User) -> bool:
    """Whether `user` has met `person` here: they share a cohort, they have written to each other, or she reads what
    the other wrote or offers."""
    cohorts = {one.cohort_id for one in roles_of(user).enrolments if one.is_open} | roles_of(user).staffed_cohort_ids
    theirs = {one.cohort_id for one in roles_of(person).enrolments if one.is_open} | roles_of(person).staffed_cohort_ids
    if cohorts & theirs:
        return True
    first, second = sorted((user.pk, person.pk))
    if Conversation.objects.filter(first=first, second=second, last_number__gt=0).exists():
        return True
    if posts_seen_by(user).filter(author=person).exists():
        return True
    return open_offers(timezone.localdate()).filter(author=person).exists()


def threads_begun_by(person: User, reader: User) -> QuerySet[Thread]:
    """What she began and `reader` reads, the newest first."""
    seen = threads_seen_by(reader).filter(author=person, hidden_at=None)
    return seen.select_related("space").order_by("-created_at")


def is_blocked(person: User, by: User) -> bool:
    return Block.objects.filter(person=by, blocked=person).exists()


def blocked_by(person: User) -> set[int]:
    """Database ids of those from whom she wants to hear nothing."""
    return set(Block.objects.filter(person=person).values_list("blocked_id", flat=True))


def _of_the_academy() -> Q:
    """The same people as `Sight.belongs`, as a condition on profiles."""
    person = OuterRef("person")
    return (
        Exists(Enrolment.objects.with_access().filter(learner=person))
        | Exists(CohortStaff.objects.filter(user=person))
        | Exists(PartnerMembership.objects.filter(user=person))
        | Exists(User.objects.filter(pk=person, groups__name__in=(MODERATORS, EDITORS)))
        | Q(person__is_superuser=True)
    )


def _alumni() -> Exists:
    return Exists(Enrolment.objects.filter(learner=OuterRef("person"), state=EnrolmentState.ALUMNI))
