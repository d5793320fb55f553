"""Search and what is unread: what one may read, found by its stems, in as many queries as ever."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from community.enums import Audience, Level
from community.models import Post, Space
from community.queries.search import Asked, authors_named, excerpt, search, similar
from community.queries.sight import sight_of
from community.queries.unread import unread_by_space, unread_count, unread_page
from community.services.search import index_post
from lms.accounts.models import User
from tests.community.factories import (
    PostFactory,
    SpaceFactory,
    SpaceReadingFactory,
    ThreadFactory,
    ThreadReadingFactory,
)
from tests.factories import UserFactory
from tests.world import World

NOW = timezone.now()


def afresh(person: User) -> User:
    """As in a request of its own."""
    User.objects.filter(pk=person.pk).update(date_joined=NOW - timedelta(days=100))
    return User.objects.get(pk=person.pk)


@pytest.fixture
def lina(world: World) -> User:
    return afresh(world.a.learner)


@pytest.fixture
def space(world: World) -> Space:
    Space.objects.update(archived_at=NOW)  # what the world holds is not counted
    row: Space = SpaceFactory()
    return row


def written(text: str, **fields: object) -> Post:
    post: Post = PostFactory(source=text, **fields)
    index_post(post)
    return post


def ids(person: User, words: str, **fields: object) -> set[int]:
    found = [hit.public_id for hit in search(person, Asked(words, **fields)).hits]  # type: ignore[arg-type]
    return set(Post.objects.filter(public_id__in=found).values_list("pk", flat=True))


def test_stems_accents_and_titles_are_found(lina: User, space: Space) -> None:
    thread = ThreadFactory(space=space, title="Préparer une réunion", first="")
    first = written("Bonjour à tous.", thread=thread)
    answer = written("J’ai imprimé deux **affiches**.", thread=thread)
    assert ids(lina, "affiche") == {answer.pk}
    assert ids(lina, "REUNIONS") == {first.pk}
    assert ids(lina, "affiche réunion") == set()
    assert ids(lina, "l’affiche imprimer") == {answer.pk}
    assert ids(lina, "") == ids(lina, "le la") == set()


@pytest.mark.parametrize("words", ['"', "affiche OR", "NEAR(a b)", "a' & !b | (c:*", "affich*", "%", "\\", "x:y", "-a"])
def test_whatever_is_typed_is_no_operator(lina: User, space: Space, words: str) -> None:
    written("Une affiche.", thread=ThreadFactory(space=space, first=""))
    search(lina, Asked(words))
    similar(lina, words)


def test_what_one_may_not_read_is_not_found(world: World, lina: User, space: Space) -> None:
    other = SpaceFactory(audience=Audience.PARTNER, partner=world.b.partner)
    closed = SpaceFactory(is_closed=True)
    for place in (other, closed):
        written("Une girafe secrète.", thread=ThreadFactory(space=place, first=""))
    thread = ThreadFactory(space=space, first="")
    written("Une girafe cachée.", thread=thread, hidden_at=NOW)
    written("Une girafe reprise.", thread=thread, deleted_at=NOW)
    written("Une girafe.", thread=ThreadFactory(space=space, first="", hidden_at=NOW))
    mine = written("Une girafe permise.", thread=thread)
    assert ids(lina, "girafe") == {mine.pk}
    assert {one.pk for one in similar(lina, "girafe secrète")} <= {thread.pk}
    theirs = afresh(world.b.learner)
    assert len(ids(theirs, "girafe")) == 2


def test_filters(world: World, lina: User, space: Space) -> None:
    solved = ThreadFactory(space=space, first="")
    early = written("Un éléphant.", thread=solved, created_at=NOW - timedelta(days=10), author=lina)
    late = written("Des éléphants.", thread=ThreadFactory(first=""), created_at=NOW)
    solved.accepted = early
    solved.save()
    day = timezone.localdate(NOW)
    assert ids(lina, "éléphant") == {early.pk, late.pk}
    assert ids(lina, "éléphant", space=space) == {early.pk}
    assert ids(lina, "éléphant", authors=(lina.pk,)) == {early.pk}
    assert early.pk in ids(lina, "", authors=(lina.pk,))
    assert ids(lina, "éléphant", since=day) == {late.pk}
    assert ids(lina, "éléphant", until=day - timedelta(days=1)) == {early.pk}
    assert ids(lina, "éléphant", solved=True) == {early.pk}
    assert ids(lina, "éléphant", solved=False) == {late.pk}


@pytest.mark.parametrize("count", [1, 15])
def test_filters_alone_find_the_newest_first(
    world: World, lina: User, space: Space, django_assert_num_queries: object, count: int
) -> None:
    """Nothing of what she may not read; a question once, by what was asked, however much was answered."""
    thread = ThreadFactory(space=space, title="Quelle affiche ?", first="Une affiche ?", created_at=NOW)
    answers = [PostFactory(thread=thread, created_at=NOW - timedelta(hours=count - n)) for n in range(count)]
    thread.accepted = answers[0]
    thread.save(update_fields=["accepted"])
    PostFactory(thread=thread, hidden_at=NOW, created_at=NOW)
    ThreadFactory(space=space, hidden_at=NOW)
    ThreadFactory(space=SpaceFactory(audience=Audience.PARTNER, partner=world.b.partner))
    _ = sight_of(lina).spaces
    day = timezone.localdate(NOW)
    first = thread.posts.get(number=1)
    newest = [first.public_id, *(post.public_id for post in reversed(answers))]

    for asked, expected in (
        (Asked(space=space), newest),
        (Asked(space=space, since=day - timedelta(days=2)), newest),
        (Asked(space=space, until=day - timedelta(days=2)), []),
        (Asked(space=space, solved=True), [first.public_id]),
        (Asked(space=space, solved=False), []),
        (Asked(space=space, solved=True, authors=(answers[0].author_id,)), [answers[0].public_id]),
    ):
        assert asked.says_something
        with django_assert_num_queries(1):  # type: ignore[operator]
            assert [hit.public_id for hit in search(lina, asked).hits] == expected, asked
    assert first.public_id in [hit.public_id for hit in search(lina, Asked(since=day - timedelta(days=1))).hits]
    assert not Asked(words="le la").says_something
    assert search(afresh(world.b.learner), Asked(space=space, solved=True)).hits != ()  # everybody's space


@pytest.mark.parametrize("typed", ["Bérangere", "BÉRANGÈRE", "@Berangere-NGuyen", "nguyen bérangère", "gère"])
def test_an_author_is_found_whatever_the_accents(typed: str, lina: User) -> None:
    berangere = UserFactory(display_name="Bérangère N’Guyen")
    UserFactory(display_name="Béranger Martin")

    assert authors_named(typed) == (berangere.pk,)


@pytest.mark.parametrize(("typed", "found"), [("", None), ("  ", None), ("!!!", ()), ("zzz", ())])
def test_who_is_nobody_finds_nothing(typed: str, found: tuple[int, ...] | None, lina: User) -> None:
    assert authors_named(typed) == found


def test_changed_and_deleted_posts_leave_the_index(lina: User, space: Space) -> None:
    post = written("Une baleine.", thread=ThreadFactory(space=space, first=""))
    post.html = "<p>Un dauphin.</p>"
    post.save()
    index_post(post)
    assert ids(lina, "baleine") == set()
    assert ids(lina, "dauphin") == {post.pk}
    post.delete()
    assert ids(lina, "dauphin") == set()


def test_similar_threads_share_words_and_begin_with_the_closest(lina: User, space: Space) -> None:
    close = ThreadFactory(space=space, title="Comment refuser poliment une demande ?", first="")
    far = ThreadFactory(space=space, title="Refuser une demande de stage", first="")
    none = ThreadFactory(space=space, title="Où trouver une salle ?", first="")
    for thread in (none, far, close):
        written("Bonjour.", thread=thread)
    assert similar(lina, "Refuser poliment une demande") == [close, far]


def test_an_excerpt_shows_where_the_word_stands() -> None:
    text = "début " * 60 + "la réunion est demain " + "fin " * 60
    assert "réunion" in excerpt(text, {"reunion"})
    assert excerpt("court", {"reunion"}) == "court"


@pytest.mark.parametrize("count", [1, 15])
def test_search_costs_one_query_or_two(lina: User, space: Space, django_assert_num_queries: object, count: int) -> None:
    thread = ThreadFactory(space=space, first="")
    for _n in range(count):
        written("Une girafe.", thread=thread)
    _ = sight_of(lina).spaces
    with django_assert_num_queries(1 if connection.vendor == "sqlite" else 2):  # type: ignore[operator]
        found = search(lina, Asked("girafe"))
        assert [hit.space.name for hit in found.hits] == [space.name] * count


@pytest.mark.parametrize("rounds", [0, 1, 2])
def test_what_lies_under_much_that_one_may_not_read_is_found_page_by_page(
    lina: User, space: Space, monkeypatch: pytest.MonkeyPatch, rounds: int
) -> None:
    monkeypatch.setattr("community.queries.search.PAGE", 2)
    monkeypatch.setattr("community.queries.search.ROUNDS", rounds)
    closed = ThreadFactory(space=SpaceFactory(is_closed=True), first="")
    thread = ThreadFactory(space=space, first="")
    mine = []
    for n in range(5):
        mine.append(written("Une girafe.", thread=thread).public_id)
        for _n in range(3 * n):
            written("Une girafe secrète.", thread=closed)
    pages = [search(lina, Asked("girafe"), page) for page in (1, 2, 3, 4)]
    assert [[hit.public_id for hit in found.hits] for found in pages] == [mine[:2:-1], mine[2:0:-1], mine[:1], []]
    assert [found.has_more for found in pages] == [True, True, False, False]


# --- What is unread --------------------------------------------------


def test_new_threads_are_unread_until_they_are_opened(lina: User, space: Space) -> None:
    thread = ThreadFactory(space=space)
    assert unread_by_space(lina, NOW) == {space.pk: 1}
    ThreadReadingFactory(thread=thread, person=lina, last_read=1)
    assert unread_count(lina, NOW) == 0
    PostFactory(thread=thread)
    assert unread_count(lina, NOW) == 0, "opened, and not followed"


@pytest.mark.parametrize(
    ("of_thread", "of_space", "expected"),
    [
        (Level.FOLLOWING, Level.NORMAL, 1),
        (Level.WATCHING, Level.MUTED, 0),
        (Level.MUTED, Level.WATCHING, 0),
        (Level.NORMAL, Level.WATCHING, 0),
        ("", Level.WATCHING, 1),
        ("", Level.FOLLOWING, 1),
        ("", Level.NORMAL, 0),
    ],
)
def test_levels(lina: User, space: Space, of_thread: str, of_space: str, expected: int) -> None:
    thread = ThreadFactory(space=space)
    ThreadReadingFactory(thread=thread, person=lina, last_read=1, level=of_thread)
    SpaceReadingFactory(space=space, person=lina, level=of_space, read_before=NOW - timedelta(days=5))
    PostFactory(thread=thread)
    assert unread_count(lina, NOW) == expected


def test_the_unread_page_goes_on_where_one_stopped(lina: User, space: Space) -> None:
    thread = ThreadFactory(space=space)
    ThreadReadingFactory(thread=thread, person=lina, last_read=1, level=Level.FOLLOWING)
    PostFactory(thread=thread)
    PostFactory(thread=thread)
    page = unread_page(lina, NOW)
    assert [(row.thread.pk, row.first_number, row.count) for row in page.threads] == [(thread.pk, 2, 2)]


def test_what_one_may_not_read_is_not_counted(world: World, lina: User, space: Space) -> None:
    hidden = SpaceFactory(audience=Audience.PARTNER, partner=world.b.partner)
    ThreadFactory(space=hidden)
    ThreadFactory(space=SpaceFactory(is_closed=True))
    ThreadFactory(space=SpaceFactory(), hidden_at=NOW)
    ThreadFactory(space=SpaceFactory(archived_at=NOW))
    assert unread_by_space(lina, NOW) == {}


@pytest.mark.parametrize("count", [1, 12])
def test_the_unread_page_costs_two_queries(
    lina: User, space: Space, django_assert_num_queries: object, count: int
) -> None:
    for _n in range(count):
        ThreadFactory(space=space)
    _ = sight_of(lina).spaces
    with django_assert_num_queries(2):  # type: ignore[operator]
        page = unread_page(lina, NOW)
        assert [row.thread.space.name for row in page.threads] == [space.name] * count
