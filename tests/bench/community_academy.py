"""Fills a database with a forum of a given size, and says where its measured reader stands.

Run by itself, in the site whose environment it is given: `python -m tests.bench.community_academy fill POSTS LONG`, of
which LONG stand in one thread; or `… crowd PEOPLE`, who all read the forum: their sessions.
"""

import json
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402 - models load only now
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management.color import no_style  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from community.enums import Audience, Level, ReactionKind, ThreadKind, Trust  # noqa: E402
from community.models import Bookmark, Post, Reaction, Space, Standing, Thread, ThreadReading  # noqa: E402
from community.queries.thread import page_start  # noqa: E402
from lms.accounts.models import User  # noqa: E402
from lms.kit.ids import uuid7  # noqa: E402
from lms.programmes.enums import EnrolmentState  # noqa: E402
from lms.programmes.models import Enrolment  # noqa: E402
from tests import factories  # noqa: E402
from tests.bench.community_sites import Forum  # noqa: E402
from tests.bench.community_words import Words  # noqa: E402

SHORT = 50
"""Posts of the measured thread."""
OPEN_SPACES = 4
LIVELY = 300
"""Threads in which people write at the same time."""
DAYS = 25
"""Over so many days the posts of a small forum are spread; a large one's over three years."""
CHUNK = 20_000
SEEN = 0.7
"""The share of posts that stand in spaces which the measured person reads."""


@dataclass(slots=True)
class Talk:
    """A thread as it grows."""

    pk: int
    space: int
    author: int
    length: int
    began: datetime
    moved: datetime
    number: int = 0


def fill(posts: int, long: int) -> Forum:
    """A forum of `posts` posts, `long` of them in one thread; the measured one reads some 70 % of them."""
    now = timezone.now()
    since = timedelta(days=DAYS if posts < 10_000 else 3 * 365)
    me = _person(now)
    people = _people(max(50, posts // 200), now)
    seen, unseen = _spaces(me, posts)
    with Bulk() as bulk:
        threads = _write_posts(bulk, posts, long, people, seen, unseen, now - since, since)
        bulk.add(Thread, (_thread_row(talk) for talk in threads))
        bulk.add(ThreadReading, _readings(threads))
        bulk.add(Reaction, _reactions(posts, people))
    short = _short_thread(seen[0], people, now)
    _read_by(me, threads, set(seen))
    _know_the_tables()
    long_thread = Thread.objects.get(pk=threads[0].pk) if long else short
    far = long_thread.last_number * 9 // 10
    first, there = Post.objects.filter(thread=long_thread, number__in=(1, max(far, 1))).order_by("number")[:2]
    address = reverse("community:thread", args=[long_thread.public_id])
    return Forum(
        person=me.pk,
        session=_session_of(me),
        pages={
            f"thread of {SHORT} posts": reverse("community:thread", args=[short.public_id]),
            "space list": reverse("community:home"),
            "space": reverse("community:space", args=[Space.objects.get(pk=seen[0]).slug]),
            "unread": reverse("community:unread"),
        },
        first_page=address,
        far_page=f"{address}?from={page_start(long_thread, far)}",
        answer=reverse("community:answer", args=[long_thread.public_id]),
        first=str(first.public_id),
        far=str(there.public_id),
        answer_short=reverse("community:answer", args=[short.public_id]),
        socket=f"/ws/community/threads/{short.public_id}/",
    )


def crowd(count: int) -> list[str]:
    """Learners who read what everybody reads: the keys of their sessions."""
    [first] = Enrolment.objects.order_by("pk")[:1]
    people = _people(count, timezone.now(), name="reader")
    Enrolment.objects.bulk_create(
        Enrolment(learner_id=pk, cohort=first.cohort, state=EnrolmentState.ACTIVE) for pk in people
    )
    with transaction.atomic():
        return [_session_of(person) for person in User.objects.filter(pk__in=people)]


class Bulk:
    """Rows put into tables by the hundred thousand: by COPY on PostgreSQL, without the index of words, which is built
    once at the end, and without asking at each row whether what it points at is there."""

    def __enter__(self) -> "Bulk":
        self.is_postgres = connection.vendor == "postgresql"
        with connection.cursor() as cursor:
            if self.is_postgres:
                cursor.execute("DROP INDEX community_post_search")
                cursor.execute("SET session_replication_role = replica")
                cursor.execute("SET maintenance_work_mem = '512MB'")
            else:
                for statement in import_module("community.migrations.0002_search").SQLITE_BACK:
                    cursor.execute(statement)
                connection.disable_constraint_checking()
                cursor.execute("PRAGMA synchronous = OFF")
                cursor.execute("PRAGMA cache_size = -500000")
        return self

    def __exit__(self, *_problem: object) -> None:
        with connection.cursor() as cursor:
            if self.is_postgres:
                cursor.execute(import_module("community.migrations.0005_search_column").INDEX)
                for statement in connection.ops.sequence_reset_sql(no_style(), [Post, Thread, ThreadReading, Reaction]):
                    cursor.execute(statement)
                cursor.execute("SET session_replication_role = origin")
            else:
                for statement in import_module("community.migrations.0002_search").SQLITE:
                    cursor.execute(statement)
                connection.enable_constraint_checking()

    def add(self, model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
        """Rows by the names of their columns; what they do not say is as a new object has it."""
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        usual = {
            field.attname: field.get_db_prep_save(getattr(model(), field.attname), connection)
            for field in fields
            if field.name != "public_id"
        }
        names = [field.attname for field in fields]
        prepare = {
            field.attname: field.get_db_prep_save
            for field in fields
            if field.get_internal_type() in {"DateTimeField", "UUIDField"}
        }
        columns = ", ".join(f'"{name}"' for name in (["id", *names]))
        some: list[tuple[Any, ...]] = []
        for pk, row in enumerate(rows, start=1):
            told = usual | row
            values = (
                prepare[name](told[name], connection) if name in row and name in prepare else told[name]
                for name in names
            )
            some.append((pk, *values))
            if len(some) == CHUNK:
                self._write(model._meta.db_table, columns, some)
                some.clear()
        self._write(model._meta.db_table, columns, some)

    def _write(self, table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if not rows:
            return
        with transaction.atomic(), connection.cursor() as cursor:
            if self.is_postgres:
                with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', rows)  # noqa: S608


def _person(now: datetime) -> User:
    """The measured one: a learner who has been there for three years, trusted."""
    factories.TrainingProviderFactory()
    enrolment = factories.EnrolmentFactory(state=EnrolmentState.ACTIVE)
    me: User = enrolment.learner
    User.objects.filter(pk=me.pk).update(date_joined=now - timedelta(days=3 * 365))
    Standing.objects.create(person=me, trust=max(Trust.values))
    return User.objects.get(pk=me.pk)


def _people(count: int, now: datetime, name: str = "writer") -> list[int]:
    joined = now - timedelta(days=4 * 365)
    people = User.objects.bulk_create(
        User(email=f"{name}{n}@example.org", display_name=f"Clara Roy {n}", password="!", date_joined=joined)
        for n in range(count)
    )
    return [person.pk for person in people]


def _spaces(me: User, posts: int) -> tuple[list[int], list[int]]:
    """Those she reads: everybody's and her cohort's; and closed ones that she does not."""
    cohort = me.enrolments.get().cohort
    seen = [Space(name=f"Espace {n}", slug=f"espace-{n}", audience=Audience.ACADEMY) for n in range(OPEN_SPACES)]
    seen.append(Space(name="Ma promotion", slug="promotion", audience=Audience.COHORT, cohort=cohort))
    closed = 2 if posts < 10_000 else 60
    unseen = [
        Space(name=f"Fermé {n}", slug=f"ferme-{n}", audience=Audience.ACADEMY, is_closed=True) for n in range(closed)
    ]
    for space in (*seen, *unseen):
        space.save()
    return [space.pk for space in seen], [space.pk for space in unseen]


def _write_posts(
    bulk: Bulk,
    posts: int,
    long: int,
    people: list[int],
    seen: list[int],
    unseen: list[int],
    begin: datetime,
    span: timedelta,
) -> list[Talk]:
    """Posts in the order of time, in some hundred threads at once; the long thread grows all the while."""
    chance = random.Random(posts)
    threads: list[Talk] = []
    lively: list[Talk] = []

    def begun(at: datetime, length: int, space: int) -> Talk:
        talk = Talk(len(threads) + 1, space, chance.choice(people), length, at, at)
        threads.append(talk)
        return talk

    def rows() -> Iterator[dict[str, Any]]:
        endless = begun(begin, long, seen[1]) if long else None
        every = posts / long if long else 0
        for rank, (text, terms) in enumerate(Words(posts).texts(posts)):
            at = begin + span * (rank / posts)
            if endless is not None and endless.number < long and rank >= endless.number * every:
                talk = endless
            elif len(lively) < min(LIVELY, posts // 50):
                space = chance.choice(seen) if chance.random() < SEEN else chance.choice(unseen)
                talk = begun(at, min(1 + int(chance.expovariate(1 / 9)), 400), space)
                lively.append(talk)
            else:
                talk = chance.choice(lively)
            talk.number += 1
            talk.moved = at
            author = talk.author if talk.number == 1 else people[int(len(people) ** chance.random()) - 1]
            yield {
                "public_id": uuid7(),
                "thread_id": talk.pk,
                "number": talk.number,
                "author_id": author,
                "source": text,
                "html": f"<p>{text}</p>",
                "terms": terms,
                "created_at": at,
            }
            if talk is not endless and talk.number >= talk.length:
                lively.remove(talk)

    bulk.add(Post, rows())
    return threads


def _thread_row(talk: Talk) -> dict[str, Any]:
    return {
        "public_id": uuid7(),
        "space_id": talk.space,
        "kind": ThreadKind.QUESTION if talk.pk % 2 == 0 else ThreadKind.DISCUSSION,
        "title": f"Comment faire, question {talk.pk} ?",
        "author_id": talk.author,
        "created_at": talk.began,
        "last_post_at": talk.moved,
        "last_number": talk.number,
        "post_count": talk.number,
    }


def _readings(threads: list[Talk]) -> Iterator[dict[str, Any]]:
    for talk in threads:
        yield {"thread_id": talk.pk, "person_id": talk.author, "last_read": 1, "level": Level.FOLLOWING}


def _reactions(posts: int, people: list[int]) -> Iterator[dict[str, Any]]:
    for post in range(1, posts + 1, 5):
        yield {"post_id": post, "person_id": people[post % len(people)], "kind": ReactionKind.THANKS}


def _short_thread(space: int, people: list[int], now: datetime) -> Thread:
    """The thread that is looked at: fifty posts with reactions, the same in every forum."""
    thread = Thread.objects.create(
        space_id=space, kind=ThreadKind.DISCUSSION, title="Une affiche pour l’atelier", author_id=people[0]
    )
    texts = Words(7).texts(SHORT)
    for number, (text, terms) in enumerate(texts, start=1):
        Post.objects.create(
            thread=thread,
            number=number,
            author_id=people[number % 20],
            source=text,
            html=f"<p>{text}</p>",
            terms=terms,
            created_at=now,
        )
    Thread.objects.filter(pk=thread.pk).update(last_number=SHORT, post_count=SHORT, last_post_at=now)
    posts = list(thread.posts.all())
    Reaction.objects.bulk_create(
        Reaction(post=post, person_id=people[rank], kind=ReactionKind.HELPS) for post in posts[:20] for rank in range(3)
    )
    return Thread.objects.get(pk=thread.pk)


def _read_by(me: User, threads: list[Talk], seen: set[int]) -> None:
    """She follows twenty threads that moved since, and has kept three posts."""
    mine = sorted((talk for talk in threads if talk.space in seen), key=lambda talk: talk.moved)[-20:]
    ThreadReading.objects.bulk_create(
        [ThreadReading(thread_id=talk.pk, person=me, last_read=1, level=Level.FOLLOWING) for talk in mine],
        ignore_conflicts=True,
    )
    posts = Post.objects.filter(thread__in=[talk.pk for talk in mine[:3]], number=1)
    Bookmark.objects.bulk_create(Bookmark(post=post, person=me) for post in posts)


def _know_the_tables() -> None:
    """The planner of a database that has lived knows its tables."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _session_of(person: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "lms.accounts.backends.AcademyBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    what, *numbers = sys.argv[1:]
    if what == "crowd":
        print(json.dumps(crowd(int(numbers[0]))))
    else:
        print(json.dumps(asdict(fill(*(int(number) for number in numbers)))))
