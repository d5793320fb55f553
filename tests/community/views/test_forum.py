"""The forum's pages: read and written with and without JavaScript, by those who may, in as many queries as ever."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.enums import Action, Audience, Level, MemberRole, ThreadKind
from community.forms.posting import ThreadForm
from community.models import Draft, Mention, Post, Space, SpaceReading, Thread
from community.queries.badges import badges_of
from community.queries.lessons import lessons_of
from community.queries.thread import PAGE
from community.queries.unread import unread_by_space
from community.services import posting
from community.services.moderation import Verdict, decide
from courses.models import LessonPage
from courses.queries.outline import outline_of
from lms.accounts.models import User
from lms.kit.ids import uuid7
from lms.programmes.enums import CohortRole
from tests.community.factories import (
    PostFactory,
    SpaceFactory,
    SpaceMemberFactory,
    ThreadFactory,
    ThreadReadingFactory,
)
from tests.factories import CohortStaffFactory
from tests.world import World, client_for

NOW = timezone.now()
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def space(world: World) -> Space:
    row: Space = SpaceFactory(name="Promotion A", slug="promotion-a", audience=Audience.COHORT, cohort=world.a.cohort)
    return row


@pytest.fixture
def lina(world: World) -> User:
    User.objects.filter(pk=world.a.learner.pk).update(language="en", display_name="Lina Diallo")
    return User.objects.get(pk=world.a.learner.pk)


@pytest.fixture
def client(lina: User) -> Client:
    return client_for(lina)


@pytest.fixture
def thread(space: Space, lina: User) -> Thread:
    row: Thread = ThreadFactory(space=space, author=lina, title="Comment refuser sans blesser ?")
    return row


def url(name: str, *args: Any) -> str:
    return reverse(f"community:{name}", args=args)


def typed(**fields: Any) -> dict[str, Any]:
    return {"key": str(uuid7()), "source": "Une **petite** affiche.", **fields}


# --- Home and spaces --------------------------------------------------------------------------------------------------


def test_the_home_shows_her_cohort_first_and_what_waits(client: Client, thread: Thread, world: World) -> None:
    SpaceFactory(name="Toute l’académie", order=1)
    SpaceFactory(name="Promotion B", audience=Audience.COHORT, cohort=world.b.cohort)

    page = client.get(url("home")).content.decode()

    assert page.index("Promotion A") < page.index("Toute l’académie")
    assert "Promotion B" not in page
    assert "Comment refuser sans blesser" in page
    assert url("thread-new", world.a.talk.space.slug) in page


@pytest.mark.parametrize("name", ["home", "unanswered"])
def test_an_auditor_finds_no_community(name: str, world: World, thread: Thread) -> None:
    assert client_for(world.a.auditor).get(url(name)).status_code == 404
    assert Client().get(url(name)).status_code == 302


def test_what_one_may_not_see_is_not_there(world: World, thread: Thread) -> None:
    post = thread.posts.get()
    stranger = client_for(world.b.learner)

    for address in (
        url("space", "promotion-a"),
        url("thread-new", "promotion-a"),
        url("thread", thread.public_id),
        url("answer", thread.public_id),
        url("thread-manage", thread.public_id),
        url("post", post.public_id),
        url("post-edit", post.public_id),
        url("post-history", post.public_id),
        url("post-take-back", post.public_id),
    ):
        assert stranger.get(address).status_code == 404, address
    for name in ("thread-state", "thread-move", "thread-merge", "thread-split"):
        assert stranger.post(url(name, thread.public_id)).status_code == 404, name
    assert stranger.post(url("post-accept", post.public_id)).status_code == 404
    assert stranger.post(url("preview", "promotion-a"), {"source": "x"}).status_code == 404
    assert stranger.post(url("answer", thread.public_id), typed()).status_code == 404
    assert thread.posts.count() == 1


def test_a_space_lists_its_threads_and_filters_them(client: Client, space: Space, thread: Thread) -> None:
    ThreadFactory(space=space, kind=ThreadKind.ANNOUNCEMENT, title="Atelier lundi", pinned_at=NOW)
    ThreadFactory(space=space, title="Cachée", hidden_at=NOW)
    solved = ThreadFactory(space=space, title="Déjà réglé")
    Thread.objects.filter(pk=solved.pk).update(accepted=PostFactory(thread=solved))

    page = client.get(url("space", "promotion-a")).content.decode()
    unsolved = client.get(url("space", "promotion-a"), {"show": "unsolved"}, **HTMX).content.decode()

    assert page.index("Atelier lundi") < page.index("Déjà réglé")
    assert "Cachée" not in page
    assert "<html" in page
    assert "Comment refuser" in unsolved
    assert "Déjà réglé" not in unsolved
    assert "<html" not in unsolved


def test_older_threads_follow_by_keyset(client: Client, space: Space) -> None:
    for number in range(31):
        ThreadFactory(space=space, title=f"Fil {number:02d}", first="", last_post_at=NOW)
    first = client.get(url("space", "promotion-a"))

    page = client.get(url("space", "promotion-a"), {"after": str(first.context["page"].after.public_id)})

    assert [row.thread.title for row in page.context["page"].threads] == ["Fil 00"]
    assert client.get(url("space", "promotion-a"), {"after": "x"}).status_code == 200


def test_questions_that_wait_for_a_day(client: Client, space: Space, lina: User) -> None:
    old = ThreadFactory(space=space, title="Hier", created_at=NOW - timedelta(hours=30))
    PostFactory(thread=old, author=old.author)
    ThreadFactory(space=space, title="Tout juste")
    answered = ThreadFactory(space=space, title="Avec réponse", created_at=NOW - timedelta(hours=30))
    PostFactory(thread=answered)

    waiting = client.get(url("unanswered")).content.decode()
    everything = client.get(url("unanswered"), {"all": "on"}).content.decode()

    assert "Hier" in waiting
    assert "Tout juste" not in waiting
    assert "Avec réponse" not in everything
    assert "Tout juste" in everything


# --- Threads ----------------------------------------------------------------------------------------------------------


def test_a_thread_is_read(client: Client, thread: Thread, world: World) -> None:
    answer = PostFactory(thread=thread, author=world.a.coach, source="Changez le **contrat**.")
    gone = PostFactory(thread=thread, source="Un secret", deleted_at=NOW)
    hidden = PostFactory(thread=thread, source="Une insulte", hidden_at=NOW)

    page = client.get(url("thread", thread.public_id)).content.decode()

    assert "Changez le <strong>contrat</strong>." in page
    assert f'id="post-{answer.number}"' in page
    assert "Un secret" not in page
    assert "Une insulte" not in page
    assert "its author took it back" in page
    assert "a moderator has hidden it" in page
    as_moderator = client_for(world.moderator).get(url("thread", thread.public_id)).content.decode()
    assert "Un secret" in as_moderator
    assert url("thread-manage", thread.public_id) in as_moderator
    assert (gone.number, hidden.number) == (3, 4)


def test_a_long_thread_is_read_fifty_posts_at_a_time(client: Client, thread: Thread) -> None:
    for _number in range(120):
        PostFactory(thread=thread, author=thread.author)
    ThreadReadingFactory(thread=thread, person=thread.author, last_read=70)

    first = client.get(url("thread", thread.public_id)).context["page"]
    middle = client.get(url("thread", thread.public_id), {"from": "51"}).context["page"]
    last = client.get(first.last_url).context["page"]
    beyond = client.get(url("thread", thread.public_id), {"from": "999"}).context["page"]
    before = client.get(url("thread", thread.public_id), {"before": "72"}).context["page"]

    pages = (first, middle, last, beyond, before)
    assert [len(page.posts) for page in pages] == [PAGE] * 5
    assert [page.first_number for page in pages] == [1, 51, 72, 72, 22]
    assert [page.has_previous for page in pages] == [False, True, True, True, True]
    assert (first.next_from, middle.next_from, last.next_from, first.unread_from) == (51, 101, None, 71)
    assert first.is_jump_offered
    assert client.get(url("thread", thread.public_id), {"from": "x'"}).status_code == 200


def test_a_merged_thread_leads_to_the_other(client: Client, thread: Thread, space: Space) -> None:
    old = ThreadFactory(space=space, merged_into=thread)

    response = client.get(url("thread", old.public_id))

    assert (response.status_code, response.url) == (301, url("thread", thread.public_id))


def test_an_answer_is_sent_and_may_be_taken_back_at_once(client: Client, thread: Thread) -> None:
    Draft.objects.create(person=thread.author, place=f"thread:{thread.public_id}", content={"source": ["Début"]})
    assert "Début" in client.get(url("thread", thread.public_id)).content.decode()

    response = client.post(url("answer", thread.public_id), typed(), follow=True)

    post = Post.objects.get(thread=thread, number=2)
    assert response.redirect_chain[0][0].endswith(f"?sent={post.public_id}#post-2")
    assert "Your message is sent." in response.content.decode()
    assert url("post-take-back", post.public_id) in response.content.decode()
    assert not Draft.objects.filter(person=thread.author, place=f"thread:{thread.public_id}").exists()
    back = client.post(url("post-take-back", post.public_id), follow=True)
    assert back.redirect_chain[0][0].endswith(f"{url('thread', thread.public_id)}#answer")
    page = back.content.decode()
    assert "Your message is taken back: here is your text." in page
    assert "Une **petite** affiche.</textarea>" in page
    assert "<strong>petite</strong>" not in page
    assert Draft.objects.get(person=thread.author, place=f"thread:{thread.public_id}").version == 1


def test_a_thread_taken_back_at_once_is_in_the_form_again(client: Client, space: Space) -> None:
    poll = {"poll_question": "Quand ?", "poll_options": "Lundi\nMardi", "poll_several": "on"}
    client.post(url("thread-new", space.slug), typed(title="Une sortie", kind="discussion", **poll))
    post = Post.objects.get(thread__title="Une sortie")

    back = client.post(url("post-take-back", post.public_id), follow=True)

    assert back.redirect_chain[0][0] == url("thread-new", space.slug)
    shown = back.context["form"].initial
    assert (shown["title"], shown["kind"], shown["source"]) == ("Une sortie", "discussion", post.source)
    assert (shown["poll_question"], shown["poll_options"], shown["poll_several"]) == ("Quand ?", "Lundi\nMardi", "on")
    assert 'value="Une sortie"' in back.content.decode()


def test_a_message_taken_back_later_leaves_no_draft(client: Client, thread: Thread) -> None:
    post = PostFactory(thread=thread, author=thread.author, created_at=NOW - timedelta(minutes=2))

    back = client.post(url("post-take-back", post.public_id), follow=True).content.decode()

    assert "Your message is taken back.<" in back
    assert not Draft.objects.filter(place=f"thread:{thread.public_id}").exists()


def test_a_refused_answer_keeps_what_was_typed(client: Client, thread: Thread) -> None:
    empty = client.post(url("answer", thread.public_id), typed(source="  "))
    poll = client.post(url("answer", thread.public_id), typed(poll_question="Quand ?", poll_options="Lundi"))
    Thread.objects.update(closed_at=NOW)
    closed = client.post(url("answer", thread.public_id), typed())
    forged = client.post(url("answer", thread.public_id), typed(key="x"))

    assert [answer.status_code for answer in (empty, poll, closed, forged)] == [422] * 4
    assert "Your message is empty" in empty.content.decode()
    assert "Quand ?" in poll.content.decode()
    assert "Une **petite** affiche." in poll.content.decode()
    assert thread.posts.count() == 1


def test_quoting_and_answering_one_message(client: Client, thread: Thread, world: World) -> None:
    post = PostFactory(thread=thread, author=world.a.coach, source="Changez le contrat.")

    page = client.get(url("answer", thread.public_id), {"quote": str(post.public_id)})
    client.post(url("answer", thread.public_id), typed(to=str(post.public_id)))

    assert "&gt; Changez le contrat." in page.content.decode()
    assert Post.objects.get(thread=thread, number=3).reply_to == post
    assert client.get(url("answer", thread.public_id), {"to": "nothing"}).status_code == 200


def test_a_thread_is_started_about_a_lesson(client: Client, space: Space, world: World) -> None:
    lesson = world.a.content.lesson
    form = client.get(url("thread-new", "promotion-a"), {"lesson": str(lesson.public_id)}).content.decode()
    assert f'value="{lesson.public_id}" selected' in form

    sent = typed(kind="question", title="Par où commencer ?", lesson=str(lesson.public_id))
    response = client.post(url("thread-new", "promotion-a"), sent, follow=True)

    thread = Thread.objects.get(space=space)
    assert (thread.space, thread.lesson, thread.kind) == (space, lesson, ThreadKind.QUESTION)
    assert "Par où commencer" in response.content.decode()
    link = f'about the lesson <a href="{lesson.get_absolute_url()}">'
    assert link in response.content.decode()
    # Who may not read the lesson does not learn of it.
    User.objects.update(language="en")
    assert link in client_for(world.a.coach).get(url("thread", thread.public_id)).content.decode()
    without = client_for(world.moderator).get(url("thread", thread.public_id)).content.decode()
    assert "Par où commencer" in without
    assert "about the lesson" not in without
    assert lesson.title not in without


@pytest.mark.parametrize("threads", [1, 8])
def test_a_lesson_says_how_much_was_written_about_it(
    threads: int, client: Client, space: Space, lina: User, world: World, django_assert_num_queries: Any
) -> None:
    lesson = world.a.content.lesson
    for number in range(threads):
        ThreadFactory(space=space, author=lina, lesson=lesson, title=f"Fil {number}", kind=ThreadKind.DISCUSSION)
    asked: Thread = ThreadFactory(space=space, author=lina, lesson=lesson, title="Et si elle refuse ?")
    theirs = ThreadFactory(space=world.b.talk.space, author=world.b.learner, lesson=lesson, title="Secret de B")
    ThreadFactory(space=space, author=lina, title="Autre chose")
    ThreadReadingFactory(thread=asked, person=lina, last_read=1)
    PostFactory(thread=asked, author=world.a.coach)
    page = client.get(lesson.get_absolute_url()).content.decode()
    assert f'<a class="go" href="{url("lesson", lesson.public_id)}">' in page
    assert f'hx-get="{url("lesson", lesson.public_id)}"' in page

    with django_assert_num_queries(9):
        beside = client.get(url("lesson", lesson.public_id), **HTMX).content.decode()
    with django_assert_num_queries(10):
        listed = client.get(url("lesson", lesson.public_id)).content.decode()

    assert f"{threads + 1} threads are about it, including 1 question." in beside
    assert "<html" not in beside
    ask = f"{url('thread-new', world.a.talk.space.slug)}?kind=question&amp;lesson={lesson.public_id}"
    assert ask in beside
    assert ask in listed
    assert listed.count("Fil ") == threads
    assert "1 new message" in listed
    assert theirs.title not in listed
    assert "Autre chose" not in listed
    form = client.get(ask.replace("&amp;", "&")).content.decode()
    assert f'value="{lesson.public_id}" selected' in form
    assert re.search(r'value="question"[^>]* checked', form)


def test_staff_write_about_the_lessons_they_read(space: Space, world: World) -> None:
    lesson = world.a.content.lesson
    for person in (world.a.coach, world.a.manager, world.editor, world.administrator):
        assert str(lesson.public_id) in lessons_of(person)[world.a.content.track.name], person
    assert str(lesson.public_id) not in str(lessons_of(world.b.coach))
    assert lessons_of(world.moderator) == {}

    coach = client_for(world.a.coach)
    sent = typed(kind="discussion", title="Ce que j’en dis", lesson=str(lesson.public_id))
    coach.post(url("thread-new", "promotion-a"), sent)

    assert Thread.objects.get(space=space).lesson == lesson


def test_who_reads_several_tracks_chooses_the_lesson_in_its_track() -> None:
    lessons = {"220 h": {"1": "1.1 Accueillir"}, "280 h": {"2": "1.1 Écouter"}}
    form = ThreadForm(space=SpaceFactory.build(), kinds=["question"], lessons=lessons)

    assert '<optgroup label="280 h">' in str(form["lesson"])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "This field is to be filled in"),
        ({"source": ""}, "Your message is empty"),
        ({"kind": "announcement"}, "Select a valid choice"),
        ({"poll_options": "Lundi\nMardi"}, "Say what the poll asks"),
    ],
)
def test_a_refused_thread_keeps_what_was_typed(
    client: Client, space: Space, fields: dict[str, str], words: str
) -> None:
    sent = typed(kind="question", title="Par où commencer ?") | fields

    response = client.post(url("thread-new", "promotion-a"), sent)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert sent["source"] in response.content.decode()
    assert not Thread.objects.filter(space=space).exists()


def test_the_preview_says_who_will_be_told(client: Client, space: Space, world: World) -> None:
    User.objects.filter(pk=world.a.classmate.pk).update(display_name="Éva Petit")
    User.objects.filter(pk=world.b.learner.pk).update(display_name="Bob Loin")

    shown = client.post(url("preview", "promotion-a"), {"source": "**Merci** @eva-petit, @Bob-Loin"}, **HTMX)

    page = shown.content.decode()
    assert "<strong>Merci</strong>" in page
    assert "Éva Petit" in page
    assert "@Bob-Loin" in page
    assert "Bob Loin" not in page
    assert not Post.objects.filter(thread__space=space).exists()


def test_the_preview_of_a_change_names_only_who_will_be_told_of_it(
    client: Client, space: Space, world: World, lina: User
) -> None:
    for person, name in ((world.a.classmate, "Éva Petit"), (world.a.manager, "Pia Legrand")):
        User.objects.filter(pk=person.pk).update(display_name=name)
    thread = ThreadFactory(space=space, author=lina)
    PostFactory(thread=thread, author=world.a.manager)
    mine = PostFactory(thread=thread, author=lina, source="Merci @Eva-Petit.")
    Mention.objects.create(post=mine, person=world.a.classmate)

    page = client.get(url("post-edit", mine.public_id)).content.decode()
    sent = {"source": "Merci @Eva-Petit et @Pia.", "thread": thread.public_id, "post": mine.public_id}
    shown = client.post(url("preview", space.slug), sent, **HTMX).content.decode()

    assert "Only people whom you name for the first time are told" in page
    for name, value in (("thread", thread.public_id), ("post", mine.public_id)):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
    assert "Pia Legrand" in shown  # by her first name: she wrote in this thread
    assert "Éva Petit" not in shown


def test_what_looks_like_spam_is_said_kindly(
    client: Client, thread: Thread, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits: its author reads it, moderators do, the others see nothing of it, or that one waits where they read one
    before. Nobody is told that a moderator hid it, until one has."""
    other = PostFactory(thread=thread, author=thread.author, source="Une autre.")
    User.objects.update(language="en")
    monkeypatch.setattr("community.services.trust.spam_points", lambda *_args, **_more: 100)

    sent = client.post(url("answer", thread.public_id), typed(), follow=True).content.decode()
    changed = {"source": "Une autre, **grande**.", "version": 1}
    client.post(url("post-edit", other.public_id), changed)
    others, moderators = client_for(world.a.classmate), client_for(world.moderator)
    mine, theirs, hers = (
        one.get(url("thread", thread.public_id)).content.decode() for one in (client, others, moderators)
    )

    assert "A moderator reads it before the others do" in sent
    assert "petite" in sent
    texts = ("<strong>petite</strong>", "<strong>grande</strong>")
    assert (mine.count("A moderator reads it first"), [text in mine for text in texts]) == (2, [True, True])
    assert (hers.count("It waits for a moderator<"), [text in hers for text in texts]) == (2, [True, True])
    assert theirs.count("stood here; it waits for a moderator to read it.") == 1
    assert [text in theirs for text in texts] == [False, False]
    assert theirs.count("data-post=") == 2
    assert "has hidden it" not in mine + theirs + hers

    held = Post.objects.get(thread=thread, number=3)
    hidden = Verdict(Action.HIDE, rule="Pas de publicité.", message="Bonjour.")
    decide(things=[other, held], seen={}, verdict=hidden, moderator=world.moderator, now=NOW + timedelta(hours=1))
    page = others.get(url("thread", thread.public_id)).content.decode()
    assert (page.count("a moderator has hidden it"), page.count("stood here")) == (1, 1)
    # A question that waits takes its thread with it: one is told so, where one still may be.
    first = {"title": thread.title, "source": "Autrement.", "version": 1}
    edited = client.post(url("post-edit", thread.posts.first().public_id), first, follow=True)
    assert edited.redirect_chain == [(url("space", "promotion-a"), 302)]
    assert "A moderator reads it before the others do" in edited.content.decode()


# --- One message ------------------------------------------------------------------------------------------------------


def test_a_permalink_leads_to_the_message_wherever_it_is(client: Client, thread: Thread) -> None:
    posts = [PostFactory(thread=thread, author=thread.author) for _number in range(60)]

    response = client.get(url("post", posts[-1].public_id))

    assert response.url == f"{url('thread', thread.public_id)}?from=37#post-61"
    assert client.get(url("post", uuid7())).status_code == 404


def test_a_message_and_its_title_are_changed_and_its_history_read(client: Client, thread: Thread) -> None:
    post = thread.posts.get()
    assert "Je ne sais pas" in client.get(url("post-edit", post.public_id)).content.decode()

    client.post(url("post-edit", post.public_id), {"title": "Autre titre", "source": "Autrement.", "version": 1})

    thread.refresh_from_db()
    history = client.get(url("post-history", post.public_id)).content.decode()
    assert thread.title == "Autre titre"
    assert "Autrement." in history
    assert "Je ne sais pas" in history


def test_two_changes_at_once_are_both_shown(client: Client, thread: Thread, lina: User) -> None:
    post = thread.posts.get()
    posting.edit(post=post, source="Le premier.", version=1, actor=lina, now=NOW)

    response = client.post(url("post-edit", post.public_id), {"title": "T", "source": "Le second.", "version": 1})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Le premier." in page
    assert "Le second." in page
    again = client.post(url("post-edit", post.public_id), {"title": "T", "source": "Le second.", "version": 2})
    assert again.status_code == 302


def test_what_is_new_in_a_list_is_what_its_count_says(client: Client, space: Space, lina: User) -> None:
    week = NOW - timedelta(days=7)
    ThreadFactory(space=space, title="De la semaine passée", created_at=week, last_post_at=week)
    SpaceReading.objects.create(space=space, person=lina, read_before=NOW - timedelta(days=1))
    ThreadFactory(space=space, title="D’aujourd’hui")

    rows = client.get(url("space", space.slug)).context["page"].threads

    assert {row.thread.title: bool(row.unread) for row in rows} == {
        "De la semaine passée": False,
        "D’aujourd’hui": True,
    }
    assert unread_by_space(lina, NOW + timedelta(minutes=1))[space.pk] == 1
    SpaceReading.objects.update(level=Level.MUTED)
    rows = client.get(url("space", space.slug)).context["page"].threads
    assert not any(row.unread for row in rows)


def test_the_draft_of_a_change_goes_on_from_any_device_until_it_is_saved(
    client: Client, thread: Thread, lina: User
) -> None:
    post = thread.posts.get()
    place, edit = f"post:{post.public_id}", url("post-edit", post.public_id)
    assert f'data-draft="{place}"' in client.get(edit).content.decode()
    kept = {"draft_place": place, "draft_version": 0, "title": "Titre en cours", "source": "Mots en cours."}
    client.post(url("drafts"), kept, headers={"X-Requested-With": "fetch"})

    page = client.get(edit).content.decode()

    assert "Titre en cours" in page
    assert "Mots en cours." in page
    assert 'data-draft-version="1"' in page
    assert edit in client.get(url("drafts")).content.decode()
    client.post(edit, {"title": "Titre", "source": "Mots finis.", "version": 1})
    assert not Draft.objects.filter(person=lina, place=place).exists()
    assert "Mots finis." in client.get(edit).content.decode()


def test_a_draft_older_than_the_last_saving_is_shown_beside_it(client: Client, thread: Thread, lina: User) -> None:
    post = thread.posts.get()
    Draft.objects.create(
        person=lina, place=f"post:{post.public_id}", content={"source": ["Mon brouillon."]}, kept_at=NOW
    )
    posting.edit(post=post, source="Enregistré depuis.", version=1, actor=lina, now=NOW + timedelta(minutes=1))

    page = client.get(url("post-edit", post.public_id)).content.decode()

    assert "Mon brouillon." in page
    assert "Enregistré depuis." in page
    assert "changed meanwhile" in page


def test_what_a_moderator_removed_is_not_in_the_history(client: Client, thread: Thread, world: World) -> None:
    post = thread.posts.get()
    posting.edit(post=post, source="Sans nom.", version=1, actor=world.moderator, reason="Un nom", now=NOW)

    assert "Je ne sais pas" not in client.get(url("post-history", post.public_id)).content.decode()
    moderators = client_for(world.moderator).get(url("post-history", post.public_id)).content.decode()
    assert "Je ne sais pas" in moderators


def test_another_person_changes_nothing(thread: Thread, world: World) -> None:
    post = thread.posts.get()
    classmate = client_for(world.a.classmate)

    assert classmate.get(url("post-edit", post.public_id)).status_code == 404
    assert classmate.post(url("post-take-back", post.public_id)).status_code == 404
    answer = PostFactory(thread=thread)
    response = classmate.post(url("post-accept", answer.public_id), {"accept": "on"})
    assert response.status_code == 302
    thread.refresh_from_db()
    assert thread.accepted is None


def test_the_answer_that_solves_is_chosen_and_stands_at_the_head(client: Client, thread: Thread) -> None:
    PostFactory(thread=thread)
    answer = PostFactory(thread=thread, source="La bonne réponse.")

    client.post(url("post-accept", answer.public_id), {"accept": "on"})

    page = client.get(url("thread", thread.public_id)).content.decode()
    assert '<span class="tag ok" data-solved>' in page
    assert '<span class="tag info" data-unsolved hidden>' in page
    assert page.count("La bonne réponse.") == 2
    listed = client.get(url("space", "promotion-a")).content.decode()
    assert "Question solved" in listed
    assert "data-unsolved" not in listed
    client.post(url("post-accept", answer.public_id), {"accept": ""})
    assert '<span class="tag ok" data-solved hidden>' in client.get(url("thread", thread.public_id)).content.decode()
    assert "Question solved" not in client.get(url("space", "promotion-a")).content.decode()


@pytest.mark.parametrize(("address", "fragment"), [("home", "forum"), ("space", "threads"), ("unread", "unread")])
def test_a_list_is_asked_again_as_its_own_fragment(address: str, fragment: str, client: Client, thread: Thread) -> None:
    """Its line that something moved is there, hidden, for the script: asked by a link, which leads without it."""
    where = url(address, *(["promotion-a"] if address == "space" else []))
    asked = f'<a href="{where}" hx-get="{where}" hx-target="#{fragment}" hx-swap="outerHTML">'

    page = client.get(where).content.decode()
    again = client.get(where, **HTMX).content.decode()

    for html in (page, again):
        assert asked in html
        assert f'id="{fragment}"' in html
        assert 'data-moved data-until="' in html
    assert "<html" not in again
    assert "community/lists.js" in page


# --- Looking after a thread -------------------------------------------------------------------------------------------


def test_a_moderator_of_the_space_looks_after_its_threads(
    client: Client, thread: Thread, space: Space, lina: User
) -> None:
    SpaceMemberFactory(space=space, person=lina, role=MemberRole.MODERATOR)
    other = SpaceFactory(slug="ailleurs")
    SpaceMemberFactory(space=other, person=lina, role=MemberRole.MODERATOR)
    PostFactory(thread=thread, author=lina)
    target = ThreadFactory(space=space)
    assert client.get(url("thread-manage", thread.public_id)).status_code == 200

    client.post(url("thread-state", thread.public_id), {"pinned": "on", "slow_mode_seconds": "60"})
    moved = thread.posts.get(number=2)
    assert f"#{moved.number}, <time" in client.get(url("thread", thread.public_id)).content.decode()
    manage = client.get(url("thread-manage", thread.public_id))
    assert manage.context["split_form"].initial == {"kind": "question"}
    client.post(url("thread-split", thread.public_id), {"numbers": "#2", "title": "À part", "kind": "discussion"})
    client.post(url("thread-move", thread.public_id), {"space": "ailleurs"})
    merged = client.post(
        url("thread-merge", thread.public_id), {"into": f"https://a.org{url('thread', target.public_id)}"}
    )

    thread.refresh_from_db()
    assert merged.url == url("thread", target.public_id)
    assert (thread.space, thread.slow_mode_seconds, thread.merged_into) == (other, 60, target)
    apart = Thread.objects.get(title="À part")
    assert (apart.kind, apart.posts.get()) == ("discussion", moved)
    # The address of a message leads to wherever it is now.
    for post, there in ((moved, apart), (target.posts.latest("number"), target)):
        post.refresh_from_db()
        leads = client.get(url("post", post.public_id))
        assert leads.url == f"{url('thread', there.public_id)}#post-{post.number}"


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("thread-state", {"slow_mode_seconds": "7"}),
        ("thread-move", {"space": "nulle-part"}),
        ("thread-merge", {"into": "https://example.org/"}),
        ("thread-merge", {"into": ""}),
        ("thread-split", {"numbers": "deux", "title": "T", "kind": "question"}),
        ("thread-split", {"numbers": "1", "title": "T", "kind": "question"}),
        ("thread-split", {"numbers": "²", "title": "T", "kind": "question"}),
        ("thread-split", {"numbers": "9" * 30, "title": "T", "kind": "question"}),
        ("thread-split", {"numbers": "2-99999", "title": "T", "kind": "question"}),
    ],
)
def test_a_moderator_is_told_what_is_wrong(name: str, fields: dict[str, str], thread: Thread, world: World) -> None:
    response = client_for(world.moderator).post(url(name, thread.public_id), fields)

    assert response.status_code == 422


# --- Queries ----------------------------------------------------------------------------------------------------------


def fill(space: Space, author: User, lesson: LessonPage, threads: int, posts: int) -> None:
    for _number in range(threads):
        thread = ThreadFactory(space=space, author=author, lesson=lesson, created_at=NOW - timedelta(hours=30))
        ThreadReadingFactory(thread=thread, person=author, last_read=1)
        for _post in range(posts):
            PostFactory(thread=thread, author=author)


@pytest.mark.parametrize(("threads", "posts"), [(1, 1), (8, 60)])
def test_the_number_of_queries_does_not_grow(
    threads: int, posts: int, lina: User, client: Client, space: Space, world: World
) -> None:
    fill(space, lina, world.a.content.lesson, threads, posts)
    thread = Thread.objects.latest("pk")
    CohortStaffFactory(role=CohortRole.TRAINER)
    cache.clear()
    client.get(url("home"))
    badges_of([lina.pk])
    outline_of(world.a.cohort.track_id)
    start = str(max(1, posts - 30))
    addresses = {
        "home": url("home"),
        "space": url("space", space.slug),
        "unanswered": url("unanswered"),
        "thread": url("thread", thread.public_id),
        "later": f"{url('thread', thread.public_id)}?from={start}",
    }

    counts = {}
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts[name] = len(queries)

    assert counts == {"home": 11, "space": 10, "unanswered": 9, "thread": 11, "later": 11}
