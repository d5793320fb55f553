"""A forum that moves in: everything counted, nothing lost without a word, nothing twice."""

import json
import subprocess
import sys
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from community.enums import Audience, ThreadKind
from community.models import Post, Space, Thread
from community.queries.sight import threads_seen_by
from community.services.import_report import KINDS, REASONS
from community.services.importing import ForumRefused, import_path
from lms.accounts.models import User
from lms.kit.archives import UnsafeArchive
from lms.notifications.models import Notification
from tests.community.factories import SpaceFactory
from tests.conftest import ROOT
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
AT = "2026-03-02T10:00:00+01:00"
SPACE = {"type": "space", "id": "entraide", "name": "Entraide", "audience": "academy"}
LINA = {"type": "person", "id": "p1", "name": "Lina", "email": "Lina@Example.org"}
JEANNE = {"type": "person", "id": "p2", "name": "Jeanne"}
THREAD = {"type": "thread", "id": 12, "space": "entraide", "kind": "question", "title": "Un compte ?", "author": "p1"}
THREAD |= {"created_at": AT}
FIRST = {"type": "post", "id": 40, "thread": 12, "author": "p1", "created_at": AT, "text": "Peut-on **partager** ?"}
SECOND = {"type": "post", "id": 41, "thread": 12, "author": "p2", "created_at": "2026-03-02T12:00:00"}
SECOND |= {"html": "<p>Non <script>alert(1)</script><b onclick=x>jamais</b>.</p>", "reply_to": 40, "accepted": True}
ALL = [SPACE, LINA, JEANNE, THREAD, FIRST, SECOND]


@pytest.fixture
def lina():
    return UserFactory(email="lina@example.org", display_name="Lina Haddad")


@pytest.fixture
def lines(tmp_path):
    def write(*rows, name="forum.jsonl"):
        path = tmp_path / name
        path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
        return path

    return write


def run(path, **options):
    return import_path(path=path, source="Ancien forum", now=NOW, **options)


def counts(report, kind):
    tally = report.tallies[kind]
    return (tally.imported, tally.warned, tally.known, tally.refused)


def adds_up(report):
    told = report.as_json()
    for kind in KINDS:
        row = told[kind]
        assert row["found"] == row["imported"] + row["warned"] + row["known"] + row["refused"]
    spoken = sum(told[kind]["refused"] for kind in KINDS)
    assert spoken <= len(told["messages"])
    return told


def test_lines_become_a_thread_with_its_solution(lines, lina):
    report = run(lines(*ALL))

    adds_up(report)
    thread = Thread.objects.get()
    first, second = thread.posts.all()
    assert (thread.kind, thread.title, thread.author) == (ThreadKind.QUESTION, "Un compte ?", lina)
    assert (thread.accepted, second.reply_to) == (second, first)
    assert (thread.post_count, thread.last_number, thread.last_post_at) == (2, 2, second.created_at)
    assert second.created_at == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert "<strong>partager</strong>" in first.html
    assert "script" not in second.html
    assert "onclick" not in second.html
    assert "<b>jamais</b>" in second.html
    assert "jamais" in second.source
    assert Space.objects.get().audience == Audience.ACADEMY
    assert not Notification.objects.exists()


def test_who_is_not_here_is_one_archived_person_who_cannot_sign_in(lines, lina):
    report = run(lines(*ALL, {**JEANNE, "id": "p3"}, {**SECOND, "id": 42, "author": "p3"}))

    jeanne = User.objects.get(display_name="Jeanne")
    assert not jeanne.is_active
    assert not jeanne.has_usable_password()
    assert Post.objects.filter(author=jeanne).count() == 2
    assert counts(report, "people") == (0, 1, 2, 0)


def test_a_second_import_adds_only_what_is_new(lines, lina):
    path = lines(*ALL)
    run(path)
    Post.objects.filter(number=1).update(source="Changé ici", html="<p>Changé ici</p>")
    third = {**SECOND, "id": 43, "text": "Une adresse chacun.", "html": "", "accepted": False}

    again = run(lines(*ALL, third))

    assert counts(again, "threads") == (0, 0, 1, 0)
    assert counts(again, "posts") == (1, 0, 2, 0)
    assert [post.number for post in Post.objects.all()] == [1, 2, 3]
    assert Post.objects.get(number=1).source == "Changé ici"
    assert Thread.objects.get().post_count == 3
    assert User.objects.count() == 2


def test_a_dry_run_says_the_same_and_writes_nothing(lines, lina):
    tried = run(lines(*ALL), dry_run=True)

    assert not Thread.objects.exists()
    assert not Space.objects.exists()
    assert User.objects.count() == 1
    assert tried.as_json() == run(lines(*ALL)).as_json()


def test_each_refusal_has_its_line_and_reason(lines, lina):
    report = run(
        lines(
            *ALL,
            "{not json",
            {"type": "poll"},
            {**FIRST, "id": 50, "created_at": "hier"},
            {**FIRST, "id": 51, "thread": 99},
            {**FIRST, "id": 52, "text": " "},
            {**FIRST, "id": 40},
            {**FIRST, "id": 53, "created_at": "2031-01-01T00:00:00Z"},
            {**FIRST, "id": 54, "text": "a" * 20_001},
            {**FIRST, "id": 55, "reply_to": 777},
            {**FIRST, "id": 56, "text": "un\u0000deux \ud800"},
            {**THREAD, "id": 13, "title": "Vide"},
            "[" * 90_000,
        )
    )

    told = adds_up(report)
    assert [(row["line"], row["code"]) for row in told["messages"] if row["kind"] in ("posts", "lines")] == [
        (7, "not-json"),
        (8, "type-unknown"),
        (9, "date-unread"),
        (10, "thread-unknown"),
        (11, "empty"),
        (12, "id-twice"),
        (13, "date-future"),
        (14, "too-long"),
        (15, "reply-unknown"),
        (18, "not-json"),
    ]
    assert counts(report, "threads") == (1, 0, 0, 1)
    assert counts(report, "posts") == (3, 1, 0, 6)
    assert Thread.objects.count() == 1
    assert Post.objects.get(imported_from="ancien-forum:p:56").source == "undeux "


def test_a_space_that_nobody_opened_is_closed(lines, lina):
    space = {key: value for key, value in SPACE.items() if key != "audience"}

    report = run(
        lines(
            space,
            LINA,
            JEANNE,
            THREAD,
            FIRST,
            {**THREAD, "id": 14, "space": "autre"},
            {**FIRST, "id": 60, "thread": 14},
        )
    )

    assert {row.code for row in report.remarks if row.kind in ("spaces", "threads")} == {"space-made", "space-unknown"}
    assert set(Space.objects.values_list("is_closed", flat=True)) == {True}
    assert not threads_seen_by(lina).exists()


def test_a_space_of_the_academy_is_asked_for_by_its_address(lines, lina):
    here = SpaceFactory(slug="entraide")

    run(lines(*ALL))

    assert Thread.objects.get().space == here


EMOJI = '<img class="emoji" alt=":)" src="/e.png">'


def topic(number, **fields):
    posts = [
        {"id": number * 10 + 1, "username": "jeanne", "name": "Jeanne", "created_at": AT, "post_number": 1}
        | {"cooked": f'<p>Bonjour <a class="mention" href="/u/bob">@bob</a> {EMOJI}</p>'},
        {"id": number * 10 + 2, "username": "bob", "created_at": AT, "post_number": 2, "reply_to_post_number": 1}
        | {"raw": "Voici *la* réponse", "cooked": "<p>Voici <em>la</em> réponse</p>", "accepted_answer": True},
        {"id": number * 10 + 3, "username": "modo", "created_at": AT, "post_number": 3, "post_type": 4}
        | {"cooked": "<p>entre nous</p>"},
    ]
    stream = [post["id"] for post in posts] + [number * 10 + 4]
    return {
        "id": number,
        "title": f"Sujet {number}",
        "category_id": 5,
        "created_at": AT,
        "closed": True,
        "post_stream": {"posts": posts, "stream": stream},
    } | fields


def test_discourse_topics_of_a_zip(tmp_path, lina):
    path = tmp_path / "forum.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("t/2.json", json.dumps(topic(2)))
        archive.writestr("t/10.json", json.dumps(topic(10, archetype="private_message")))
        archive.writestr("categories.json", json.dumps({"category_list": {"categories": [{"id": 5, "name": "Aide"}]}}))
        archive.writestr("people.json", json.dumps({"Bob": "lina@example.org"}))
        archive.writestr("t/3.json", "[]")

    report = run(path)

    adds_up(report)
    thread = Thread.objects.get()
    first, second = thread.posts.all()
    assert (thread.kind, thread.accepted, second.author, second.reply_to) == (ThreadKind.QUESTION, second, lina, first)
    assert thread.closed_at == NOW
    assert first.html == "<p>Bonjour @bob :)</p>"
    assert (second.source, second.html) == ("Voici *la* réponse", "<p>Voici <em>la</em> réponse</p>")
    assert thread.space.name == "Aide"
    assert thread.space.is_closed
    codes = Counter(row.code for row in report.remarks)
    assert codes == {"space-made": 1, "author-unknown": 1, "private": 5, "not-in-files": 2, "not-a-topic": 1}


def test_one_topic_and_its_pictures(tmp_path):
    path = tmp_path / "12.json"
    told = topic(12)
    told["post_stream"]["posts"][0]["cooked"] = (
        '<p><a href="/t/9">avant</a> <img src="https://x.test/a.png" alt="capture"> <img src="/b.png" alt="perdue"></p>'
    )
    path.write_text(json.dumps(told))

    report = run(path)

    assert Post.objects.get(number=1).html == (
        '<p>avant <a href="https://x.test/a.png" rel="noopener noreferrer">capture</a> perdue</p>'
    )
    assert {"picture-as-link", "picture-lost", "link-dropped"} <= {row.code for row in report.remarks}


@pytest.mark.parametrize(
    ("name", "data", "refusal"),
    [
        ("a.jsonl", b"\x89PNG\r\n" + b"\0" * 500_000, ForumRefused),
        ("a.jsonl", b'{"type": "cours"}\n', ForumRefused),
        ("a.jsonl", b'{"type": "post"}\n' * 5_000, ForumRefused),
        ("a.zip", b"PK not really", UnsafeArchive),
        ("a.json", b" " * 3_000_000, ForumRefused),
    ],
)
def test_another_sort_of_file_is_refused_whole(tmp_path, name, data, refusal):
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(refusal):
        run(path)
    assert not Thread.objects.exists()


def test_the_command_prints_the_report_and_says_what_it_refuses(lines, tmp_path, lina):
    out = StringIO()
    call_command("import_forum", str(lines(*ALL)), "--report", "json", "--source", "vieux", stdout=out)
    assert json.loads(out.getvalue())["posts"]["found"] == 2
    assert Thread.objects.get().imported_from == "vieux:t:12"

    out = StringIO()
    call_command("import_forum", str(lines(*ALL)), "--dry-run", "--source", "vieux", stdout=out)
    assert "2" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("import_forum", str(tmp_path / "absent.jsonl"))
    with pytest.raises(CommandError):
        call_command("import_forum", str(lines("rien", name="x.jsonl")))


def test_every_reason_can_be_said():
    assert all(sentence.count("{detail}") <= 1 for sentence in REASONS.values())


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["bomb", "brackets", "lines"])
def test_a_hostile_file_is_refused_quickly_and_small(tmp_path, kind):
    """Measured in a process of its own: what the refusal costs beyond a Django that has started."""
    if kind == "bomb":
        path = tmp_path / "bombe.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(200):
                archive.writestr(f"t/{number}.json", b"[" * 1_900_000)
    elif kind == "brackets":
        path = tmp_path / "t.json"
        path.write_bytes(b"[" + b"[]," * 690_000 + b"[]]")
    else:
        path = tmp_path / "long.jsonl"
        path.write_bytes(b'{"type": "cours"' + b" " * 100_000_000)
    program = (
        "import resource, sys, time, django; django.setup()\n"
        "from pathlib import Path\n"
        "from community.formats import discourse, forum_lines\n"
        "from community.services.importing import _open_discourse\n"
        "from lms.kit.errors import DomainError\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "path = Path(sys.argv[1])\n"
        "before, start = peak(), time.process_time()\n"
        "try:\n"
        "    if path.suffix == '.jsonl': print(len(list(forum_lines.pieces(path.open('rb'), 'x'))))\n"
        "    else: print([piece.code for piece in discourse.pieces(_open_discourse(path))][:1])\n"
        "except DomainError as refusal: print(refusal.code)\n"
        "print(time.process_time() - start, peak() - before)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "lms.settings", "VAR_DIR": str(tmp_path), "PATH": ""},
        check=True,
        timeout=60,
    )

    said, seconds, kilobytes = done.stdout.split()[-3:]
    assert said in ("bomb", "too-big", "not-a-forum", "['not-a-topic']")
    assert float(seconds) < 5
    assert int(kilobytes) < 64 * 1024


def test_a_thread_keeps_its_dates(lines, lina):
    run(lines(*ALL))

    thread = Thread.objects.get()
    assert NOW - thread.created_at > timedelta(days=200)
