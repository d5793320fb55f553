"""Courses and questions brought in as drafts: everything counted, nothing twice, no learner's row touched."""

import io
import re
import shutil
import zipfile
from pathlib import Path
from unicodedata import normalize

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image
from wagtail.models import Page, Revision

from courses.enums import Finish, ImportState
from courses.formats import escapad, gift
from courses.models import CoursePage, LessonPage, LessonProgress, ModulePage, Question
from courses.services.importing import ImportRefused, import_course, import_questions
from courses.services.imports import note_import
from courses.services.reports import KINDS
from courses.services.undoing import UndoRefused, undo_import
from lms.kit.archives import UnsafeArchive, open_tree
from media.models import LibraryDocument, LibraryImage
from tests.factories import AcademyHomePageFactory, EnrolmentFactory

pytestmark = pytest.mark.django_db

COURSE = """TITLE: Internet
LANGUAGE: fr

# Bonjour

### Le réseau

Un texte, ![un chat](media/chat.png) et [le guide](media/guide.txt).

[La vidéo](https://vimeo.com/122104210){: .cours_video }

```comprehension
::Réseau::Internet est un réseau ? {T}
```

# Suite

## Partie 1

Un.

## Partie 2

Deux.
"""


@pytest.fixture
def home():
    return AcademyHomePageFactory()


@pytest.fixture
def source(tmp_path):
    """A small course in a folder, to be changed by the test."""
    folder = tmp_path / "mon-cours"
    (folder / "module1" / "media").mkdir(parents=True)
    (folder / "module1" / "cours.md").write_text(COURSE, encoding="utf-8")
    Image.new("RGB", (2, 2)).save(folder / "module1" / "media" / "chat.png")
    (folder / "module1" / "media" / "guide.txt").write_text("Le guide", encoding="utf-8")
    return folder


@pytest.fixture
def run(home, django_capture_on_commit_callbacks):
    """Import a folder or a zip as the command does, transaction and files included."""

    def import_it(path, **options):
        with django_capture_on_commit_callbacks(execute=True), open_tree(path) as tree:
            return import_course(
                tree=tree,
                name=getattr(path, "stem", "mon-cours"),
                parent=home,
                actor=None,
                now=timezone.now(),
                **{"into": None, **options},
            )

    return import_it


def edit(source, old, new):
    file = source / "module1" / "cours.md"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def rows():
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Page, CoursePage, ModulePage, LessonPage, Question, Revision, LibraryImage, LibraryDocument)
    }


def files_on_disk():
    root = Path(settings.MEDIA_ROOT)
    return sorted(path for path in root.rglob("*") if path.is_file())


def codes(report):
    return [remark.code for remark in report.remarks]


class TestPages:
    def test_modules_and_lessons_are_drafts_in_the_order_of_the_source(self, run, source):
        run(source)

        course = CoursePage.objects.get()
        (module,) = ModulePage.objects.child_of(course)
        lessons = LessonPage.objects.child_of(module).order_by("path")
        assert [(lesson.section, lesson.title) for lesson in lessons] == [
            ("", "Bonjour"),
            ("Suite", "Partie 1"),
            ("Suite", "Partie 2"),
        ]
        assert not any(page.live for page in (course, module, *lessons))
        assert all(page.latest_revision_id for page in (course, module, *lessons))

    @pytest.mark.parametrize(
        ("said", "language"), [("fr", "fr"), ("EN", "en"), ("en-GB", "en"), ("tlh", "fr"), ("", "fr")]
    )
    def test_a_course_is_written_in_the_language_its_file_says(self, run, source, said, language):
        edit(source, "LANGUAGE: fr", f"LANGUAGE: {said}")

        run(source)

        assert CoursePage.objects.get().language == language

    def test_a_lesson_holds_its_blocks_its_minutes_and_how_it_ends(self, run, source):
        run(source)

        lesson = LessonPage.objects.get(title="Bonjour")
        kinds = [block.block_type for block in lesson.body]
        assert kinds == ["text", "image", "text", "embed", "quiz"]
        assert lesson.body[4].value["questions"][0].name == "Réseau"
        assert lesson.body[4].value["title"] == "Vérifiez pour vous"
        assert lesson.finish == Finish.QUIZ
        assert lesson.planned_minutes == 1 + 5 + 1
        assert LessonPage.objects.get(title="Partie 1").finish == Finish.READ

    def test_files_reach_the_disk_once(self, run, source):
        run(source)

        assert [path.suffix for path in files_on_disk()] == [".txt", ".png"]
        assert LibraryImage.objects.get().description == "un chat"

    def test_modules_follow_their_numbers(self, run, source):
        for number in (10, 2):
            folder = source / f"module{number}"
            folder.mkdir()
            (folder / "c.md").write_text(f"TITLE: M{number}\n\n# S\n\ntexte\n", encoding="utf-8")

        run(source)

        assert [module.title for module in ModulePage.objects.order_by("path")] == ["Internet", "M2", "M10"]

    def test_a_zip_gives_the_same_course_as_its_folder(self, run, source, tmp_path):
        run(source)
        before = rows()
        archive = Path(shutil.make_archive(str(tmp_path / "zip" / "mon-cours"), "zip", tmp_path, "mon-cours"))

        run(archive)

        assert rows() == before

    def test_windows_1252_is_read(self, run, source):
        (source / "module1" / "cours.md").write_bytes("TITLE: Été\n\n# Où\n\nC’est l’œuvre.\n".encode("cp1252"))

        run(source)

        assert ModulePage.objects.get().title == "Été"
        assert "œuvre" in str(LessonPage.objects.get().body)

    def test_text_before_the_first_sub_section_opens_it_or_stands_alone(self, run, source):
        edit(source, "# Suite\n", "# Suite\n\nQuelques mots.\n")
        run(source)
        assert "Quelques mots" in str(LessonPage.objects.get(title="Partie 1").body)

        edit(source, "Quelques mots.", "mot " * 100)
        run(source)
        assert LessonPage.objects.filter(title="Suite", section="Suite").exists()


class TestAgain:
    def test_the_same_source_twice_writes_nothing(self, run, source):
        run(source)
        before, files = rows(), files_on_disk()

        report = run(source)

        assert rows() == before
        assert files_on_disk() == files
        assert report.changes == []

    def test_a_changed_file_updates_drafts_only(self, run, source):
        run(source)
        lesson = LessonPage.objects.get(title="Partie 1")
        lesson.get_latest_revision().publish()
        untouched = LessonPage.objects.get(title="Partie 2").latest_revision_id

        edit(source, "Un.", "Un, corrigé.")
        run(source)

        lesson = LessonPage.objects.get(title="Partie 1")
        assert "corrigé" not in str(lesson.body)
        assert lesson.has_unpublished_changes
        assert "corrigé" in str(lesson.get_latest_revision_as_object().body)
        assert LessonPage.objects.get(title="Partie 2").latest_revision_id == untouched

    def test_what_an_editor_changed_is_kept_and_said(self, run, source):
        run(source)
        draft = LessonPage.objects.get(title="Partie 1").get_latest_revision_as_object()
        draft.title = "Mon titre"
        draft.save_revision()

        edit(source, "Un.", "Un, corrigé.")
        report = run(source)

        assert LessonPage.objects.get(pk=draft.pk).get_latest_revision_as_object().title == "Mon titre"
        assert "edited-by-hand" in codes(report)

    def test_a_lesson_that_left_the_source_is_kept_and_said(self, run, source):
        run(source)

        edit(source, "## Partie 2\n\nDeux.\n", "")
        report = run(source)

        assert LessonPage.objects.filter(title="Partie 2").exists()
        assert "lesson-gone" in codes(report)

    def test_a_new_lesson_stands_where_the_source_puts_it(self, run, source):
        run(source)

        edit(source, "## Partie 2", "## Entre deux\n\nIci.\n\n## Partie 2")
        run(source)

        titles = list(LessonPage.objects.order_by("path").values_list("title", flat=True))
        assert titles == ["Bonjour", "Partie 1", "Entre deux", "Partie 2"]

    def test_learners_keep_their_progress_and_their_quiz(self, run, source):
        run(source)
        lesson = LessonPage.objects.get(title="Bonjour")
        quiz_id = next(block.id for block in lesson.body if block.block_type == "quiz")
        progress = LessonProgress.objects.create(enrolment=EnrolmentFactory(), lesson=lesson, position="b-1")
        before = LessonProgress.objects.values().get(pk=progress.pk)

        edit(source, "Un texte", "Un autre texte\n\n> et une citation\n\nUn texte")
        run(source)

        draft = LessonPage.objects.get(title="Bonjour").get_latest_revision_as_object()
        assert next(block.id for block in draft.body if block.block_type == "quiz") == quiz_id
        assert LessonProgress.objects.values().get(pk=progress.pk) == before


class TestDryRun:
    def test_it_reports_the_same_and_writes_nothing(self, run, source):
        before = rows()

        report = run(source, dry_run=True)

        assert report.tallies["questions"].found == 1
        assert rows() == before
        assert files_on_disk() == []

    def test_the_report_is_that_of_the_import(self, run, source):
        dry = run(source, dry_run=True)

        assert run(source).as_json() == dry.as_json()


class TestCounts:
    def test_what_is_wrong_is_said_with_its_line(self, run, source):
        edit(source, "media/chat.png", "media/absent.png")
        edit(source, "{T}", "{~un ~deux}")

        report = run(source)

        said = {(remark.code, remark.line) for remark in report.remarks}
        assert ("file-missing", 8) in said
        assert ("no-right-answer", 13) in said
        assert report.tallies["media"].refused == 1
        assert report.tallies["questions"].refused == 1
        assert report.tallies["fences"].refused == 1
        assert "~deux" in str(LessonPage.objects.get(title="Bonjour").body)

    def test_files_nobody_refers_to_are_counted_and_kept(self, run, source):
        (source / "module1" / "media" / "reste.txt").write_text("x", encoding="utf-8")
        (source / "LISEZMOI.md").write_text("Rien d’un cours.", encoding="utf-8")

        report = run(source)

        assert report.tallies["media"].found == 4
        assert {"unreferenced", "not-a-module"} <= set(codes(report))
        assert LibraryDocument.objects.count() == 3

    def test_a_web_page_is_offered_as_text(self, run, source):
        edit(source, "media/guide.txt", "media/page.html")
        (source / "module1" / "media" / "page.html").write_text("<script>alert(1)</script>", encoding="utf-8")

        report = run(source)

        assert LibraryDocument.objects.filter(title="page.html.txt").exists()
        assert "markup-as-source" in codes(report)

    def test_a_file_of_a_refused_kind_is_counted(self, run, source):
        edit(source, "media/guide.txt", "media/prog.exe")
        (source / "module1" / "media" / "prog.exe").write_bytes(b"MZ")

        report = run(source)

        assert report.tallies["media"].refused == 1
        assert "file-refused" in codes(report)

    def test_a_picture_that_is_not_one_is_refused(self, run, source):
        (source / "module1" / "media" / "chat.png").write_bytes(b"<html><script>alert(1)</script>")

        assert run(source).tallies["media"].refused == 1
        assert not LibraryImage.objects.exists()


class TestHostile:
    @pytest.mark.parametrize(
        "names", [["../x.md"], ["/etc/x.md"], ["a\\..\\x.md"], ["a.md", "A.md"]], ids=["up", "root", "slash", "case"]
    )
    def test_a_zip_with_bad_names_is_refused(self, run, names):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for name in names:
                archive.writestr(name, COURSE)
        before = rows()

        with pytest.raises(UnsafeArchive):
            run(data)

        assert rows() == before
        assert files_on_disk() == []

    def test_a_bomb_is_refused(self, run):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("c.md", COURSE)
            archive.writestr("media/a.png", b"\0" * 20_000_000)

        with pytest.raises(UnsafeArchive):
            run(data)

    @pytest.mark.parametrize(
        ("content", "code"), [(b"\x00\x01\x02\x8d\x81", "not-text"), (b"Bonjour, ceci n'est rien.", "no-course")]
    )
    def test_what_is_not_a_course_is_refused_with_a_sentence(self, run, source, content, code):
        (source / "module1" / "cours.md").write_bytes(content)
        before = rows()

        with pytest.raises(ImportRefused) as refusal:
            run(source)

        assert refusal.value.code == code
        assert len(str(refusal.value)) > 20
        assert rows() == before
        assert files_on_disk() == []


class TestUndo:
    def undo(self, report):
        record = note_import(report=report, name="x", actor=None, now=timezone.now())
        return record, undo_import(record=record, actor=None, now=timezone.now())

    def test_drafts_of_an_import_go_away(self, run, source):
        before = rows()
        record, done = self.undo(run(source))

        record.refresh_from_db()
        assert record.state == ImportState.UNDONE
        assert done["kept"] == 0
        after = rows()
        for name in ("CoursePage", "ModulePage", "LessonPage", "Question", "LibraryImage", "LibraryDocument"):
            assert after[name] == before[name]

    def test_what_is_published_edited_or_used_stays(self, run, source):
        report = run(source)
        LessonPage.objects.get(title="Bonjour").get_latest_revision().publish()
        edited = LessonPage.objects.get(title="Partie 1").get_latest_revision_as_object()
        edited.title = "Mon titre"
        edited.save_revision()

        _record, done = self.undo(report)

        assert set(LessonPage.objects.values_list("title", flat=True)) == {"Bonjour", "Partie 1"}
        assert Question.objects.filter(name="Réseau", live=True).exists()
        assert done["kept"] >= 4

    def test_a_second_import_taken_back_gives_the_first_draft_again(self, run, source):
        run(source)
        edit(source, "Un.", "Un, corrigé.")
        _record, done = self.undo(run(source))

        draft = LessonPage.objects.get(title="Partie 1").get_latest_revision_as_object()
        assert "corrigé" not in str(draft.body)
        assert done == {"removed": 0, "restored": 1, "kept": 0}
        assert run(source).changes

    def test_an_import_is_taken_back_once(self, run, source):
        record, _done = self.undo(run(source))

        with pytest.raises(UndoRefused):
            undo_import(record=record, actor=None, now=timezone.now())


@pytest.mark.slow
class TestRealCourse:
    @pytest.fixture
    def real(self, material):
        return material / "courses" / "culture-numerique"

    def assert_the_counts_are_those_of_the_files(self, report, real):
        texts = {path: path.read_text(encoding="utf-8") for path in sorted(real.glob("*/*.md"))}
        files = [escapad.parse(text, path=path.name) for path, text in texts.items()]
        bank = [gift.parse(path.read_text(encoding="utf-8")).found for path in real.glob("*/*.gift")]
        referred = sum(len(file.media) for file in files)
        names = {normalize("NFC", str(path.relative_to(real))).casefold() for path in real.glob("*/media/*")}
        used = {
            normalize("NFC", f"{path.parent.name}/{ref.path}").casefold()
            for path, file in zip(texts, files, strict=True)
            for ref in file.media
        }
        found = {kind: report.tallies[kind].found for kind in KINDS}
        for kind in ("sections", "subsections", "videos", "fences"):
            assert found[kind] == sum(file.counts()[kind] for file in files), kind
        assert found["questions"] == sum(file.counts()["questions"] for file in files) + sum(bank)
        assert found["media"] == referred + len(names - used)
        # And as a person counts them.
        assert found == {
            "sections": 21,
            "subsections": 20,
            "media": 63,
            "videos": 23,
            "fences": 47,
            "questions": 158,
        }

    def test_all_is_counted_every_named_question_is_kept_or_explained_and_a_second_import_changes_nothing(
        self, run, real
    ):
        report = run(real)

        self.assert_the_counts_are_those_of_the_files(report, real)
        kept = set(Question.objects.values_list("name", flat=True))
        explained = {remark.detail for remark in report.remarks}
        names = [
            " ".join(name.split())
            for path in sorted(real.glob("*/*.md"))
            for name in re.findall(r"^::([^:\n].*?)::", path.read_text(encoding="utf-8"), re.MULTILINE)
        ]
        assert len(names) >= 145
        assert [name for name in names if name not in kept and name not in explained] == []
        for question in Question.objects.all():
            assert "](media/" not in question.stem + question.general_feedback, question.name
        for lesson in LessonPage.objects.all():
            prose = "".join(str(block.value) for block in lesson.body if block.block_type == "text")
            assert "](media/" not in prose, lesson.title
            assert "{:" not in prose, lesson.title
        before, files = rows(), files_on_disk()
        assert run(real).changes == []
        assert rows() == before
        assert files_on_disk() == files


class TestQuestions:
    def bring(self, text, **options):
        return import_questions(
            data=text.encode(), name="q.gift", category="Banque", actor=None, now=timezone.now(), **options
        )

    def test_categories_of_the_file_go_under_the_one_asked(self):
        self.bring("$CATEGORY: $course$/top/Réseau/Base\n\n::A::Vrai ? {T}\n\n::B::Faux ? {F}")

        assert set(Question.objects.values_list("name", "category")) == {
            ("A", "Banque/Réseau/Base"),
            ("B", "Banque/Réseau/Base"),
        }

    def test_again_writes_nothing_and_dry_writes_nothing(self):
        self.bring("::A::Vrai ? {T}", dry_run=True)
        assert not Question.objects.exists()

        self.bring("::A::Vrai ? {T}")
        assert self.bring("::A::Vrai ? {T}").changes == []
        assert Question.objects.count() == 1

    def test_a_name_given_twice_is_two_questions_and_a_warning(self):
        report = self.bring("::A::Vrai ? {T}\n\n::A::Faux ? {F}")

        assert Question.objects.count() == 2
        assert report.tallies["questions"].warned == 1

    @pytest.mark.parametrize("text", ["", "\x00\x01\x8d", "// rien"])
    def test_a_file_without_questions_is_refused(self, text):
        with pytest.raises(ImportRefused):
            self.bring(text)
