"""Who is told of a message, answers by mail, cards of links, what was missed."""

import mailbox
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation
from pytest_django import Settings

from community.enums import Audience, CardState, Level
from community.formats.addresses import news_behind, reply_address
from community.formats.mails import LARGEST
from community.models import LinkCard, Post, PostTelling, Space, SpaceReading, SpamRule, Thread, ThreadReading
from community.queries.unread import unread_ids
from community.services import cards, posting
from community.services.absence import sweep_absent
from community.services.inbound import receive
from community.services.moderation import show
from community.services.reading import mark_read, mark_space_read, set_space_level, set_thread_level, sweep_tellings
from lms.accounts.models import User
from lms.kit import outbound
from lms.kit.ids import uuid7
from lms.notifications.mail import news_mail
from lms.notifications.models import Delivery, Notification
from tests.community.factories import (
    PostFactory,
    SpaceReadingFactory,
    ThreadFactory,
    ThreadReadingFactory,
)
from tests.world import World

NOW = timezone.now()
LATER = NOW + timedelta(seconds=11)


@pytest.fixture(autouse=True)
def _here(settings: Settings) -> Iterator[None]:
    settings.REPLY_ADDRESS = "reply@mail.example.org"
    with translation.override("en"):
        yield


@pytest.fixture
def asker(world: World) -> User:
    return world.a.learner


@pytest.fixture
def coach(world: World) -> User:
    return world.a.coach


@pytest.fixture
def thread(asker: User) -> Thread:
    row: Thread = ThreadFactory(author=asker, title="Comment refuser ?", created_at=NOW - timedelta(days=1))
    return row


def answer(thread: Thread, author: User, source: str = "Oui, **demain**.", now: datetime = NOW) -> Post:
    fresh = User.objects.get(pk=author.pk)
    return posting.answer(thread=thread, author=fresh, source=source, key=uuid7(), now=now)


def told(person: User) -> list[str]:
    rows = Notification.objects.filter(recipient=person, kind__startswith="community.").order_by("pk")
    return list(rows.values_list("kind", flat=True))


# --- Telling --------------------------------------------------------------------------


def test_who_asked_is_told_after_ten_seconds_and_once_until_she_reads(thread: Thread, asker: User, coach: User) -> None:
    answer(thread, coach)
    sweep_tellings(now=NOW + timedelta(seconds=5))
    assert told(asker) == []
    sweep_tellings(now=LATER)
    sweep_tellings(now=LATER)
    assert told(asker) == ["community.answer"]
    answer(thread, coach, "Encore.")
    sweep_tellings(now=LATER)
    assert told(asker) == ["community.answer"]
    thread.refresh_from_db()
    mark_read(thread=thread, person=asker, until=99, now=NOW)
    answer(thread, coach, "Et encore.")
    sweep_tellings(now=LATER)
    assert told(asker) == ["community.answer"] * 2
    assert not PostTelling.objects.exists()


def test_what_is_taken_back_is_told_to_nobody(thread: Thread, asker: User, coach: User) -> None:
    post = answer(thread, coach)
    posting.take_back(post=post, actor=User.objects.get(pk=coach.pk), now=NOW)
    sweep_tellings(now=LATER)
    assert told(asker) == []


def change(post: Post, source: str, now: datetime, **more: Any) -> None:
    actor = User.objects.get(pk=more.pop("actor", post.author).pk)
    fresh = Post.objects.get(pk=post.pk)
    posting.edit(post=fresh, source=source, version=fresh.version, actor=actor, now=now, **more)


def named(world: World) -> tuple[User, User]:
    for person, name in ((world.a.classmate, "Éva Petit"), (world.a.manager, "Pia Legrand")):
        User.objects.filter(pk=person.pk).update(display_name=name)
    return world.a.classmate, world.a.manager


def test_whom_another_wording_names_is_told_once(world: World, thread: Thread, coach: User) -> None:
    eva, pia = named(world)
    post = answer(thread, coach, "Merci @Eva-Petit.")
    change(post, "Merci à @Eva-Petit.", NOW)  # within the ten seconds: told with the rest
    assert told(eva) == []
    sweep_tellings(now=LATER)
    change(post, "Merci @Eva-Petit et @Pia-Legrand.", LATER)
    change(post, "Merci.", LATER)
    change(post, "Merci @Pia-Legrand.", LATER)
    assert (told(eva), told(pia)) == (["community.mention"], ["community.mention"])


def test_a_wording_that_waits_for_a_moderator_names_nobody_before(
    world: World, thread: Thread, coach: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    eva, pia = named(world)
    set_thread_level(thread=thread, person=eva, level=Level.MUTED, now=NOW)
    post = answer(thread, coach)
    sweep_tellings(now=LATER)
    with monkeypatch.context() as patched:
        patched.setattr("community.services.trust.spam_points", lambda *_args, **_more: 100)
        change(post, "Merci @Eva-Petit et @Pia-Legrand.", LATER)
    assert (told(eva), told(pia)) == ([], [])
    held = Post.objects.select_related("thread__space").get(pk=post.pk)
    show(held, LATER)
    assert (told(eva), told(pia)) == ([], ["community.mention"])


def test_a_moderators_wording_tells_nobody(world: World, thread: Thread, coach: User) -> None:
    eva, _pia = named(world)
    post = answer(thread, coach)
    sweep_tellings(now=LATER)
    change(post, "Merci @Eva-Petit.", LATER, actor=world.moderator, reason="Le nom")
    assert told(eva) == []


def test_one_piece_of_news_each_and_none_for_who_muted(world: World, thread: Thread, asker: User, coach: User) -> None:
    manager, moderator = world.a.manager, world.moderator
    ThreadReadingFactory(thread=thread, person=manager, level=Level.WATCHING)
    SpaceReadingFactory(space=thread.space, person=moderator, level=Level.WATCHING)
    answer(thread, coach)
    sweep_tellings(now=LATER)
    assert told(manager) == told(moderator) == ["community.watched"]
    assert told(coach) == []
    for person in (asker, manager, moderator):
        set_thread_level(thread=thread, person=person, level=Level.MUTED, now=NOW)
        mark_read(thread=Thread.objects.get(pk=thread.pk), person=person, until=9, now=NOW)
    answer(thread, coach)
    sweep_tellings(now=LATER)
    assert len(told(manager)) == len(told(moderator)) == len(told(asker)) == 1


def test_who_may_no_longer_read_is_not_told(world: World, thread: Thread, coach: User) -> None:
    stranger = world.b.learner
    ThreadReadingFactory(thread=thread, person=stranger, level=Level.WATCHING)
    answer(thread, coach)
    Space.objects.filter(pk=thread.space_id).update(audience=Audience.PARTNER, partner=world.a.cohort.partner)
    sweep_tellings(now=LATER)
    assert told(stranger) == []


def test_what_waits_for_a_moderator_is_new_to_nobody_before_it_is_shown(
    world: World, thread: Thread, asker: User, coach: User
) -> None:
    def is_new() -> bool:
        return thread.pk in unread_ids(coach, NOW).get(thread.space_id, [])

    coach.date_joined = NOW - timedelta(days=60)  # what was written before one came is not new
    SpamRule.objects.create(signal="word", word="casino", points=100)
    mark_read(thread=thread, person=coach, until=1, now=NOW)
    set_thread_level(thread=thread, person=coach, level=Level.FOLLOWING, now=NOW)
    held = posting.answer(thread=thread, author=asker, source="Au casino !", key=uuid7(), now=NOW)
    assert not is_new()
    taken = posting.answer(thread=thread, author=asker, source="Pardon.", key=uuid7(), now=NOW)
    posting.take_back(post=taken, actor=asker, now=NOW)  # counted again, and what is held still is not there
    assert not is_new()

    mark_read(thread=Thread.objects.get(pk=thread.pk), person=coach, until=3, now=NOW)
    held.thread.refresh_from_db()
    show(held, NOW)

    assert is_new()
    after = posting.answer(thread=thread, author=asker, source="Autre chose.", key=uuid7(), now=NOW)
    assert (held.number, taken.number, after.number) == (2, 3, 4)


def test_positions_never_go_back_nor_past_the_end(thread: Thread, coach: User) -> None:
    for until, expected in ((1, 1), (0, 1), (500, 1)):
        mark_read(thread=thread, person=coach, until=until, now=NOW)
        assert ThreadReading.objects.get(thread=thread, person=coach).last_read == expected


def test_writing_follows_and_a_choice_stays(thread: Thread, coach: User) -> None:
    answer(thread, coach)
    reading = ThreadReading.objects.get(thread=thread, person=coach)
    assert (reading.last_read, reading.level) == (2, Level.FOLLOWING)
    set_thread_level(thread=thread, person=coach, level=Level.MUTED, now=NOW)
    answer(thread, coach)
    assert ThreadReading.objects.get(thread=thread, person=coach).level == Level.MUTED


def test_a_space_counts_as_read(thread: Thread, coach: User) -> None:
    set_space_level(space=thread.space, person=coach, level=Level.WATCHING, now=NOW)
    mark_space_read(space=thread.space, person=coach, now=NOW)
    row = SpaceReading.objects.get(space=thread.space, person=coach)
    assert (row.level, row.read_before) == (Level.WATCHING, NOW)


# --- Answers by mail --------------------------------------------------------------------------


@pytest.fixture
def news(thread: Thread, asker: User, coach: User) -> Notification:
    answer(thread, coach)
    sweep_tellings(now=LATER)
    return Notification.objects.get(recipient=asker, kind="community.answer")


def mail_of(news: Notification, text: str = "Merci <b>beaucoup</b> !\n\n> Oui", **headers: str) -> bytes:
    message = EmailMessage()
    given = {"From": news.recipient.email, "To": reply_address(news.public_id), "Message-ID": "<1@x>"} | headers
    for name, value in given.items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes()


def test_the_mail_says_where_to_answer(news: Notification) -> None:
    delivery = Delivery.objects.get(notification=news, channel="email")
    mail = news_mail(delivery, news, None)
    [address] = mail.reply_to
    assert len(address.partition("@")[0]) <= 64
    assert news_behind(address.upper()) == news.public_id
    assert "demain" in mail.body


def test_an_answer_by_mail_is_one_post_however_often_it_comes(news: Notification, asker: User, thread: Thread) -> None:
    post = receive(mail_of(news), now=NOW)
    again = receive(mail_of(news), now=NOW)
    assert post is not None
    assert post == again
    assert (post.author, post.thread, post.by_mail, post.source) == (asker, thread, True, "Merci <b>beaucoup</b> !")
    assert "<b>" not in post.html


@pytest.mark.parametrize(
    "headers",
    [
        {"From": "stranger@example.org"},
        {"To": "reply+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@mail.example.org"},
        {"To": "reply@mail.example.org"},
        {"Auto-Submitted": "auto-replied"},
    ],
)
def test_what_is_not_hers_is_dropped_in_silence(news: Notification, headers: dict[str, str]) -> None:
    before = Post.objects.count(), Notification.objects.count()
    assert receive(mail_of(news, **headers), now=NOW) is None
    assert (Post.objects.count(), Notification.objects.count()) == before


def test_who_may_no_longer_read_cannot_answer(world: World, news: Notification, thread: Thread) -> None:
    Space.objects.filter(pk=thread.space_id).update(is_closed=True)
    assert receive(mail_of(news), now=NOW) is None


def test_a_refusal_is_told_to_who_wrote(news: Notification, asker: User, thread: Thread) -> None:
    Thread.objects.filter(pk=thread.pk).update(closed_at=NOW)
    assert receive(mail_of(news), now=NOW) is None
    assert told(asker) == ["community.answer", "community.by_mail"]


def test_a_maildir_and_an_mbox_are_read_once(news: Notification, tmp_path: Path) -> None:
    folder = mailbox.Maildir(str(tmp_path / "box"))
    folder.add(mail_of(news))
    folder.add(b"nothing at all")
    out = StringIO()
    call_command("read_mailbox", str(tmp_path / "box"), stdout=out)
    call_command("read_mailbox", str(tmp_path / "box"), stdout=out)
    assert out.getvalue() == "2 read, 1 published\n0 read, 0 published\n"
    file = mailbox.mbox(str(tmp_path / "mbox"))
    file.add(mail_of(news, "Autre chose.", **{"Message-ID": "<2@x>"}))
    file.close()
    out = StringIO()
    call_command("read_mailbox", str(tmp_path / "mbox"), stdout=out)
    call_command("read_mailbox", str(tmp_path / "mbox"), stdout=out)
    assert out.getvalue() == "1 read, 1 published\n0 read, 0 published\n"


@contextmanager
def imap_server(folder: Path, *mails: bytes) -> Iterator[tuple[int, Callable[[], str]]]:
    """A server with these mails unread: its port, and what tells the flags of each."""
    files = []
    for number, mail in enumerate(mails):
        files.append(folder / f"{number}.eml")
        files[-1].write_bytes(mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    command = [sys.executable, "-m", "tests.community.imap_server", "reply", "open-sesame", *map(str, files)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        reading, asking = server.stdout, server.stdin

        def flags() -> str:
            asking.write("?\n")
            asking.flush()
            return reading.readline().strip()

        try:
            yield int(reading.readline()), flags
        finally:
            server.terminate()


def test_a_mailbox_is_read_by_imap_once_and_keeps_what_it_held(
    news: Notification, tmp_path: Path, settings: Settings
) -> None:
    settings.INBOUND_MAILBOX_PASSWORD = "open-sesame"
    out = StringIO()
    huge = b"Subject: Lourd\n\n" + b"x" * (LARGEST + 1)
    with imap_server(tmp_path, mail_of(news), b"Subject: Rien\n\nnothing at all", huge) as (port, flags):
        for _time in range(2):
            call_command("read_mailbox", f"imap://reply@127.0.0.1:{port}/INBOX", stdout=out)
        assert flags() == str([["\\Seen"]] * 3)

        settings.INBOUND_MAILBOX_PASSWORD = "wrong"
        with pytest.raises(CommandError, match="The mailbox does not answer"):
            call_command("read_mailbox", f"imap://reply@127.0.0.1:{port}/INBOX")
        with pytest.raises(CommandError, match="Write the mailbox as"):
            call_command("read_mailbox", "imap://127.0.0.1/INBOX")
    with pytest.raises(CommandError, match="The mailbox does not answer"):
        call_command("read_mailbox", f"imap://reply@127.0.0.1:{port}/INBOX")

    assert out.getvalue() == "3 read, 1 published\n0 read, 0 published\n"
    assert Post.objects.get(by_mail=True).author == news.recipient


# --- Cards of links --------------------------------------------------------------------------


def test_cards_are_asked_once_by_the_worker(thread: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def request(method: str, url: str, **options: object) -> outbound.Answer:
        asked.append(url)
        if "private" in url:
            raise outbound.OutboundError("forbidden", "no")
        return outbound.Answer(url, 200, {"content-type": "text/html"}, b"<title>Un titre</title>")

    monkeypatch.setattr(outbound, "request", request)
    post = PostFactory(thread=thread)
    links = [
        "https://example.org/a",
        "https://private.example.org/",
        "http://localhost:8000/x",
        "https://example.org/a",
    ]
    cards.keep_links(post, links)
    cards.sweep_links(now=NOW)
    cards.sweep_links(now=NOW)
    assert sorted(asked) == ["https://example.org/a", "https://private.example.org/"]
    states = dict(LinkCard.objects.values_list("url", "state"))
    assert states == {links[0]: CardState.FOUND, links[1]: CardState.NOTHING}
    cards.keep_links(post, [])
    assert not post.links.exists()


def test_a_private_address_is_never_called(thread: Thread) -> None:
    cards.keep_links(PostFactory(thread=thread), ["https://127.0.0.1/", "https://10.0.0.1/x", "https://[::1]/"])
    cards.sweep_links(now=NOW)
    assert set(LinkCard.objects.values_list("state", flat=True)) == {CardState.NOTHING}


# --- Who was absent --------------------------------------------------------------------------

MONDAY = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(("days", "expected"), [(2, []), (10, ["community.absent"]), (90, [])])
def test_only_who_was_absent_gets_the_digest(world: World, days: int, expected: list[str]) -> None:
    person = world.a.learner
    User.objects.filter(pk=person.pk).update(date_joined=MONDAY - timedelta(days=200))
    seen = ThreadFactory(created_at=MONDAY - timedelta(days=100), last_post_at=MONDAY - timedelta(days=100))
    ThreadReadingFactory(thread=seen, person=person, last_read=1, read_at=MONDAY - timedelta(days=days))
    ThreadFactory(created_at=MONDAY - timedelta(days=1), last_post_at=MONDAY - timedelta(days=1))
    sweep_absent(now=MONDAY - timedelta(days=1))
    assert told(person) == []
    sweep_absent(now=MONDAY)
    sweep_absent(now=MONDAY)
    assert told(person) == expected
