"""`import_course` and `import_questions`, as typed in a terminal."""

import json
import subprocess
import sys
import time
import zipfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from courses.enums import ImportState
from courses.models import CourseImport, CoursePage, LessonPage, Question
from courses.services.reports import KINDS
from tests.conftest import ROOT
from tests.factories import AcademyHomePageFactory, CoursePageFactory

pytestmark = pytest.mark.django_db

COURSE = "TITLE: Internet\n\n# Un\n\ntexte\n\n```comprehension\n::Q::Vrai ? {T}\n\n::R::Faux ? {}\n```\n"


@pytest.fixture(autouse=True)
def home():
    return AcademyHomePageFactory()


@pytest.fixture
def course(tmp_path):
    path = tmp_path / "mon-cours"
    path.mkdir()
    (path / "cours.md").write_text(COURSE, encoding="utf-8")
    return path


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_json_report_adds_up(course):
    report = json.loads(run("import_course", str(course), "--report", "json"))

    assert set(report) == {*KINDS, "messages"}
    for kind in KINDS:
        counts = report[kind]
        assert counts["found"] == counts["imported"] + counts["warned"] + counts["refused"]
    assert report["questions"]["found"] == 2
    assert all({"kind", "file", "line", "reason"} <= set(message) for message in report["messages"])
    assert CoursePage.objects.get().title == "Internet"


def test_an_import_leaves_a_record_that_can_be_undone(course):
    run("import_course", str(course))

    record = CourseImport.objects.get()
    assert record.state == ImportState.DONE
    assert record.name == "mon-cours"
    assert record.report["changes"]


def test_a_dry_run_writes_nothing(course):
    assert "1" in run("import_course", str(course), "--dry-run")

    assert not CoursePage.objects.exists()
    assert not CourseImport.objects.exists()


def test_a_single_markdown_file_is_a_course(course):
    run("import_course", str(course / "cours.md"))

    assert LessonPage.objects.get().title == "Un"


def test_into_another_course(course, home):
    into = CoursePageFactory(parent=home, slug="le-cours")

    run("import_course", str(course), "--into", "le-cours")

    assert LessonPage.objects.get().is_descendant_of(into)
    with pytest.raises(CommandError, match="absent"):
        run("import_course", str(course), "--into", "absent")


@pytest.mark.parametrize("name", ["absent", "empty"])
def test_a_refusal_is_a_sentence(tmp_path, name):
    (tmp_path / "empty").mkdir()

    with pytest.raises(CommandError) as error:
        run("import_course", str(tmp_path / name))

    assert str(error.value).endswith(".")
    assert not CoursePage.objects.exists()


def test_questions_go_into_the_bank(tmp_path):
    path = tmp_path / "q.gift"
    path.write_bytes("$CATEGORY: Réseau\n\n::Été::Où est l’été ? {=Ici ~Là}".encode("cp1252"))

    report = json.loads(run("import_questions", str(path), "--category", "Banque", "--report", "json"))

    assert report["questions"]["imported"] == 1
    question = Question.objects.get()
    assert (question.name, question.category) == ("Été", "Banque/Réseau")
    assert not question.live


def test_questions_checked_only(tmp_path):
    path = tmp_path / "q.gift"
    path.write_text("::A::Vrai ? {T}", encoding="utf-8")

    run("import_questions", str(path), "--dry-run")

    assert not Question.objects.exists()
    with pytest.raises(CommandError):
        run("import_questions", str(tmp_path / "absent.gift"))


@pytest.mark.slow
def test_a_hostile_archive_is_refused_quickly_and_small(tmp_path):
    """Measured in a process of its own: what the refusal costs beyond a Django that has started."""
    path = tmp_path / "bombe.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cours.md", COURSE)
        for number in range(40):
            archive.writestr(f"media/{number}.png", b"\0" * 24_000_000)
    program = (
        "import resource, sys, time, django; django.setup()\n"
        "from pathlib import Path\n"
        "from courses.services.imports import open_course\n"
        "from lms.kit.errors import DomainError\n"
        "import courses.services.importing\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before, start = peak(), time.process_time()\n"
        "try: open_course(Path(sys.argv[1]), name='bombe.zip')\n"
        "except DomainError as refusal: print(refusal.code, time.process_time() - start, peak() - before)\n"
    )
    started = time.monotonic()

    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "lms.settings", "VAR_DIR": str(tmp_path), "PATH": ""},
        check=True,
        timeout=60,
    )

    code, seconds, kilobytes = done.stdout.split()[-3:]
    assert code in ("bomb", "too-big")
    assert float(seconds) < 5
    assert int(kilobytes) < 64 * 1024
    assert time.monotonic() - started < 60
