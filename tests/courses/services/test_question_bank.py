"""Questions kept as drafts, updated without touching what learners see, published with their lesson."""

from decimal import Decimal

import pytest
from django.utils import timezone

from courses import grading
from courses.formats import gift
from courses.models import Question
from courses.models.questions import FEEDBACK_PROSE, QUESTION_PROSE
from courses.services.drafts import as_edited
from courses.services.question_bank import Outcome, publish_questions_of, save_question
from courses.services.question_reading import Surroundings
from tests.factories import LessonPageFactory, quiz_block

pytestmark = pytest.mark.django_db

SINGLE = "::Capitale::[markdown]Quelle est la **capitale** ? {=Paris # Oui. ~Lyon # Non. ####Depuis 508.}"


def save(text, key="k", **options):
    (parsed,) = gift.parse(text).questions
    return save_question(
        parsed=parsed, category="Géographie", source_key=key, actor=None, now=timezone.now(), **options
    )


def test_a_new_question_is_a_draft_and_nothing_else():
    saved = save(SINGLE)

    question = Question.objects.get()
    assert saved.outcome == Outcome.CREATED
    assert not question.live
    assert question.latest_revision is not None
    assert (question.name, question.kind, question.category) == ("Capitale", "single", "Géographie")
    assert question.stem == "<p>Quelle est la <b>capitale</b> ?</p>"
    assert [(str(a), a.fraction, a.feedback) for a in question.answers.all()] == [
        ("Paris", Decimal(100), "<p>Oui.</p>"),
        ("Lyon", Decimal(0), "<p>Non.</p>"),
    ]


def test_the_same_source_twice_writes_nothing():
    save(SINGLE)
    revision = Question.objects.get().latest_revision_id

    assert save(SINGLE).outcome == Outcome.UNCHANGED
    assert Question.objects.get().latest_revision_id == revision


def test_a_changed_source_makes_a_draft_and_leaves_the_published_question_alone():
    question = save(SINGLE).question
    question.get_latest_revision().publish()
    before = list(Question.objects.get().answers.values_list("pk", "text"))

    saved = save(SINGLE.replace("508", "987"))

    live = Question.objects.get()
    assert saved.outcome == Outcome.UPDATED
    assert "508" in live.general_feedback
    assert list(live.answers.values_list("pk", "text")) == before
    assert live.has_unpublished_changes
    assert "987" in live.get_latest_revision_as_object().general_feedback


def test_a_draft_edited_by_hand_is_kept_and_said():
    question = save(SINGLE).question
    draft = question.get_latest_revision_as_object()
    draft.stem = "<p>Ma version</p>"
    draft.save_revision()

    saved = save(SINGLE.replace("508", "987"))

    assert saved.outcome == Outcome.KEPT
    assert ("edited-by-hand", "Capitale") in saved.notes
    assert Question.objects.get().get_latest_revision_as_object().stem == "<p>Ma version</p>"


def test_saving_in_the_editor_without_changing_anything_is_not_an_edit():
    question = save(SINGLE).question
    draft = question.get_latest_revision_as_object()
    draft.stem = draft.stem.replace("<p>", '<p data-block-key="abc12">')
    draft.save_revision()

    assert save(SINGLE.replace("508", "987")).outcome == Outcome.UPDATED


@pytest.mark.parametrize(
    ("language", "words"), [("fr", ["Vrai", "Faux"]), ("en", ["True", "False"]), ("de", ["Vrai", "Faux"])]
)
def test_true_and_false_speak_the_language_of_the_course(language, words):
    save("::V::Le ciel est bleu. {T}", surroundings=Surroundings(language))

    assert [str(answer) for answer in Question.objects.get().answers.all()] == words


def test_numbers_become_ranges_and_anything_else_has_its_word():
    save("::N::Pi ? {#=3.14:0.01 # Oui ~ # Cherchez encore}")

    question = Question.objects.get()
    assert grading.mark(question, {"text": "3,145"}).is_right
    wrong = grading.mark(question, {"text": "2"})
    assert wrong.fraction == 0
    assert "Cherchez encore" in wrong.feedback[0]


def test_a_short_answer_says_something_to_everybody_else():
    save("::S::Où ? {=Paris # Oui =%0%* # Relisez la carte}")

    question = Question.objects.get()
    assert grading.mark(question, {"text": "paris"}).is_right
    assert "Relisez" in grading.mark(question, {"text": "Lyon"}).feedback[0]


def test_pairs_keep_their_right_side_as_plain_words():
    save("::M::[markdown]Associez. {=**France** -> *Paris* =Italie -> Rome}")

    assert [(str(a), a.match) for a in Question.objects.get().answers.all()] == [
        ("France", "Paris"),
        ("Italie", "Rome"),
    ]


def test_an_open_question_keeps_its_model_answer():
    save("::E::Racontez. {####Un bon récit.}")

    assert Question.objects.get().general_feedback == "<p>Un bon récit.</p>"


def test_a_text_that_asks_nothing_is_refused_with_its_reason():
    saved = save("Lisez bien ce qui suit.")

    assert saved.outcome == Outcome.REFUSED
    assert not Question.objects.exists()
    assert saved.notes[0][0] == "not-a-question"


def test_markdown_without_its_mark_is_read_as_markdown_and_said():
    saved = save("::F::Un **mot** et [un lien](https://example.org) ? {T}")

    assert "<b>mot</b>" in Question.objects.get().stem
    assert ("read-as-markdown", "") in saved.notes


def test_hostile_html_does_not_reach_the_bank():
    save('::X::[html]<p onclick="x()">Lire</p><script>alert(1)</script><img src=x onerror=alert(1)> ? {T}')

    stem = Question.objects.get().stem
    assert "Lire" in stem
    assert "script" not in stem
    assert "onerror" not in stem
    assert "onclick" not in stem


def test_a_question_nobody_can_answer_is_said():
    saved = save("::U::Une seule ? {=Oui ~%0%}")

    assert any(code == "not-answerable" for code, _detail in saved.notes)


@pytest.mark.parametrize("features", [QUESTION_PROSE, FEEDBACK_PROSE])
def test_what_is_stored_survives_the_editor(features):
    save(
        "::R::[markdown]Un `code`, *penché*, 1<sup>er</sup> :\\n\\n- a\\n- b\\n\\n| x | y |\\n|---|---|\\n| 1 | 2 | "
        "{=a # Un **mot** ~b ####\\n## Titre\\n\\ntexte}"
    )

    question = Question.objects.get()
    for html in (question.stem, question.general_feedback):
        assert as_edited(html, QUESTION_PROSE) == html


class TestPublishing:
    def test_publishing_a_lesson_publishes_what_it_asks(self):
        asked, other = save(SINGLE).question, save(SINGLE.replace("Capitale", "Autre"), key="other").question
        lesson = LessonPageFactory(live=False, body=[quiz_block(asked)])

        lesson.save_revision().publish()

        asked.refresh_from_db()
        other.refresh_from_db()
        assert asked.live
        assert not other.live

    def test_a_new_draft_of_an_import_goes_out_with_the_lesson(self):
        question = save(SINGLE).question
        lesson = LessonPageFactory(body=[quiz_block(question)])
        publish_questions_of(lesson)
        save(SINGLE.replace("508", "987"))

        publish_questions_of(lesson)

        assert "987" in Question.objects.get().general_feedback

    def test_a_draft_somebody_works_on_stays_hers(self):
        question = save(SINGLE).question
        lesson = LessonPageFactory(body=[quiz_block(question)])
        publish_questions_of(lesson)
        draft = Question.objects.get().get_latest_revision_as_object()
        draft.stem = "<p>Pas fini</p>"
        draft.save_revision()

        assert publish_questions_of(lesson) == []
        assert "Pas fini" not in Question.objects.get().stem

    def test_a_question_nobody_can_answer_stays_a_draft(self):
        question = save("::U::Une seule ? {=Oui ~%0%}").question

        assert publish_questions_of(LessonPageFactory(body=[quiz_block(question)])) == []
