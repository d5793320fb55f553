"""A quiz as a learner meets it: without JavaScript, one question a screen, no answer given away."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.enums import Finish, QuestionKind
from courses.models import QuestionAnswer, QuizAnswer, QuizAttempt
from courses.passages import passages_of
from courses.queries.quizzes import quizzes_in
from lms.kit.ids import uuid7
from tests.factories import LessonPageFactory, QuestionFactory, UserFactory, quiz_block, text_block


@pytest.fixture
def learner(classroom):
    client = Client()
    client.force_login(classroom.learner)
    return client


def start(client, lesson) -> QuizAttempt:
    spec = quizzes_in(lesson)[0]
    response = client.post(f"/lessons/{lesson.public_id}/quizzes/{spec.id}/")
    assert response.status_code == 302
    return QuizAttempt.objects.get()


def test_one_question_after_another_to_the_result(learner, classroom):
    attempt = start(learner, classroom.quizzed)
    single, multiple = classroom.questions
    paris = next(a for a in single.answers.all() if a.fraction > 0)
    first = f"/attempts/{attempt.public_id}/1/"
    page = learner.post(first, {"choice": paris.pk}, follow=True).content.decode()
    assert "Voici pourquoi." in page
    good = [a.pk for a in multiple.answers.all() if a.fraction > 0]
    learner.post(f"/attempts/{attempt.public_id}/2/", {"choices": good})
    result = learner.get(f"/attempts/{attempt.public_id}/").content.decode()
    assert "100" in result
    attempt.refresh_from_db()
    assert attempt.passed


def test_no_answer_is_in_the_page_before_it_is_given(learner, classroom):
    """T33: neither marks, nor feedback, nor the explanation, in any kind of question."""
    questions = [QuestionFactory(kind=kind) for kind in QuestionKind]
    lesson = LessonPageFactory(parent=classroom.first, finish=Finish.QUIZ, body=[quiz_block(*questions)])
    spec = quizzes_in(lesson)[0]
    learner.post(f"/lessons/{lesson.public_id}/quizzes/{spec.id}/")
    attempt = QuizAttempt.objects.get()
    shapes = set()
    for rank, question in enumerate(questions, 1):
        page = learner.get(f"/attempts/{attempt.public_id}/{rank}/").content.decode()
        assert "Voici pourquoi." not in page
        assert "Oui." not in page
        assert "3.13" not in page
        assert "3,13" not in page
        assert "navigateur" not in page
        if question.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE):
            # Every choice is written the same way, right or wrong.
            for row in re.findall(r'<label class="choice.*?</label>', page, re.DOTALL):
                shapes.add(re.sub(r"value=\"\d+\"|<span>.*</span>|checkbox|radio|choices?", "", row))
    assert len(shapes) == 1


def test_a_draft_is_found_again_on_another_device(learner, classroom):
    attempt = start(learner, classroom.quizzed)
    url = f"/attempts/{attempt.public_id}/1/"
    lyon = next(a for a in classroom.questions[0].answers.all() if a.text == "Lyon")
    assert learner.post(url, {"choice": lyon.pk, "save": "1"}).status_code == 204
    phone = Client()
    phone.force_login(classroom.learner)
    page = phone.get(url).content.decode()
    assert re.search(rf'value="{lyon.pk}" checked', page)
    assert QuizAnswer.objects.get().final_at is None


def test_nothing_answered_is_said_kindly_and_loses_nothing(learner, classroom):
    attempt = start(learner, classroom.quizzed)
    response = learner.post(f"/attempts/{attempt.public_id}/1/", {})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


def test_an_answer_cannot_be_changed_afterwards(learner, classroom):
    attempt = start(learner, classroom.quizzed)
    url = f"/attempts/{attempt.public_id}/1/"
    lyon, paris = classroom.questions[0].answers.all()
    learner.post(url, {"choice": lyon.pk})
    assert learner.post(url, {"choice": paris.pk}).status_code == 422
    assert QuizAnswer.objects.get().fraction == 0


def test_an_attempt_belongs_to_one_learner(learner, classroom):
    attempt = start(learner, classroom.quizzed)
    for stranger in (UserFactory(), UserFactory(is_superuser=True)):
        client = Client()
        client.force_login(stranger)
        assert client.get(f"/attempts/{attempt.public_id}/1/").status_code == 404
        assert client.post(f"/attempts/{attempt.public_id}/1/", {"choice": 1}).status_code == 404
        assert client.get(f"/attempts/{attempt.public_id}/").status_code == 404


def test_a_question_beyond_the_last_is_not_found(learner, classroom):
    attempt = start(learner, classroom.quizzed)
    assert learner.get(f"/attempts/{attempt.public_id}/3/").status_code == 404
    assert learner.get(f"/attempts/{attempt.public_id}/0/").status_code == 404


def test_an_expected_number_is_written_without_idle_zeros(learner, classroom):
    question = QuestionFactory(kind=QuestionKind.NUMERIC)
    lesson = LessonPageFactory(parent=classroom.first, finish=Finish.QUIZ, body=[quiz_block(question)])
    attempt = start(learner, lesson)
    page = learner.post(f"/attempts/{attempt.public_id}/1/", {"text": "12"}, follow=True).content.decode()
    assert "entre 3,13 et 3,15<" in page


def test_the_result_says_what_counts_in_part(learner, classroom):
    attempt = start(learner, classroom.quizzed)
    single, multiple = classroom.questions
    wrong = next(a for a in single.answers.all() if a.fraction <= 0)
    half = next(a for a in multiple.answers.all() if a.fraction > 0)
    learner.post(f"/attempts/{attempt.public_id}/1/", {"choice": wrong.pk})
    learner.post(f"/attempts/{attempt.public_id}/2/", {"choices": [half.pk]})
    result = learner.get(f"/attempts/{attempt.public_id}/")
    assert (result.context["right"], result.context["partly"], result.context["marked"]) == (0, 1, 2)


def test_a_missed_answer_leads_to_what_explains_it_and_back(learner, classroom):
    """The passage an editor chose, of this lesson or of another; else what stands before the questions."""
    elsewhere = LessonPageFactory(parent=classroom.second, body=[text_block("<h2>Ailleurs</h2><p>Loin d’ici.</p>")])
    text = text_block("<p>Bonjour.</p><h2>Saluer</h2><p>Par son nom.</p>")
    here, there, gone, open_ = (QuestionFactory(kind=QuestionKind.SINGLE) for _ in range(4))
    quiz = quiz_block(here, there, gone, open_)
    lesson = LessonPageFactory(parent=classroom.first, finish=Finish.QUIZ, body=[text, quiz])
    named = {passage.words: passage for one in (lesson, elsewhere) for passage in passages_of(one.body.raw_data)}
    for question, page, words in ((here, lesson, "Par son nom."), (there, elsewhere, "Loin d’ici.")):
        question.place = f"{page.public_id}/{named[words].block_id}/{named[words].anchor}"
        question.save()
    gone.place = f"{elsewhere.public_id}/{uuid7()}/p-00000000"
    gone.save()
    attempt = start(learner, lesson)
    for rank, question in enumerate((here, there, gone, open_), 1):
        wrong = question.answers.get(fraction=0)
        learner.post(f"/attempts/{attempt.public_id}/{rank}/", {"choice": wrong.pk})
    asked = learner.get(f"/attempts/{attempt.public_id}/1/").content.decode()
    assert f"?attempt={attempt.public_id}&amp;question=1#{named['Par son nom.'].anchor}" in asked
    page = learner.get(f"/attempts/{attempt.public_id}/")
    assert [row.place.words for row in page.context["rows"]] == ["Par son nom.", "Loin d’ici.", "Saluer", "Saluer"]
    links = re.findall(r'href="(/lessons/[^"]*attempt=[^"]*)"', page.content.decode())
    assert [link.partition("?")[0] for link in links] == [
        one.get_absolute_url() for one in (lesson, elsewhere, lesson, lesson)
    ]
    for link in links:
        opened = learner.get(link.partition("#")[0]).content.decode()
        assert f'id="{link.partition("#")[2]}"' in opened
        assert f'<a class="btn" href="/attempts/{attempt.public_id}/"' in opened
    assert learner.get(lesson.get_absolute_url() + "?attempt=//evil.example").context["back_url"] == ""


def test_a_right_answer_leads_nowhere(learner, classroom):
    attempt = start(learner, classroom.quizzed)
    right = classroom.questions[0].answers.get(fraction=100)
    page = learner.post(f"/attempts/{attempt.public_id}/1/", {"choice": right.pk}, follow=True)
    assert page.context["place"] is None


@pytest.mark.parametrize("more", [0, 30])
def test_queries_of_a_result(learner, classroom, more, django_assert_num_queries):
    """All missed; the last question's place is in another lesson."""
    questions = [QuestionFactory(kind=QuestionKind.SINGLE) for _ in range(2 + more)]
    for question in questions[1:]:
        question.place = f"{classroom.reading.public_id}/{classroom.reading.body.raw_data[0]['id']}/x"
        question.save()
    lesson = LessonPageFactory(parent=classroom.first, finish=Finish.QUIZ, body=[quiz_block(*questions)])
    attempt = start(learner, lesson)
    now = timezone.now()
    QuizAnswer.objects.bulk_create(
        QuizAnswer(attempt=attempt, question=one, response={}, fraction=0, saved_at=now, final_at=now)
        for one in questions
    )
    QuizAttempt.objects.update(finished_at=now, score_percent=0, passed=False)
    learner.get(f"/attempts/{attempt.public_id}/")
    with django_assert_num_queries(11):
        page = learner.get(f"/attempts/{attempt.public_id}/")
    assert page.context["rows"][-1].place.lesson_url == classroom.reading.get_absolute_url()


@pytest.mark.usefixtures("indexed")
def test_an_editor_chooses_the_passage_by_its_words(classroom, admin_client):
    """All that the asking lesson says, the headings of those beside; what is gone from them is not lost either."""
    beside = LessonPageFactory(parent=classroom.first, body=[text_block("<h2>Plus loin</h2><p>Un détail.</p>")])
    question = classroom.questions[0]
    question.place = "gone"
    question.save()
    url = reverse("wagtailsnippets_courses_question:edit", args=[question.pk])
    form = admin_client.get(url).context["form"]
    groups = {
        title: [words.strip() for _value, words in options] for title, options in form.fields["place"].choices[1:]
    }
    assert groups[beside.title] == ["Plus loin"]
    assert ["gone"] in [[value for value, _words in options] for _title, options in form.fields["place"].choices[1:]]
    assert not form.fields["place"].valid_value("nowhere")
    assert form.fields["place"].valid_value("gone")


def test_htmx_gets_the_question_alone(learner, classroom):
    attempt = start(learner, classroom.quizzed)
    page = learner.get(f"/attempts/{attempt.public_id}/1/", headers={"HX-Request": "true"})
    assert page.content.decode().strip().startswith('<div class="quiz')
    assert "HX-Request" in page["Vary"]


@pytest.mark.parametrize("more", [0, 30])
def test_queries(learner, classroom, more, django_assert_num_queries):
    questions = classroom.questions + [QuestionFactory() for _ in range(more)]
    lesson = LessonPageFactory(parent=classroom.first, finish=Finish.QUIZ, body=[quiz_block(*questions)])
    attempt = start(learner, lesson)
    learner.get(f"/attempts/{attempt.public_id}/1/")
    with django_assert_num_queries(9):
        learner.get(f"/attempts/{attempt.public_id}/1/")


@pytest.fixture
def two_attempts(classroom):
    question = QuestionFactory(kind=QuestionKind.SINGLE)
    body = [quiz_block(question, max_attempts=2)]
    return LessonPageFactory(parent=classroom.first, finish=Finish.QUIZ, body=body)


def fail(client, lesson) -> str:
    """One attempt answered wrong; returns the page of its result."""
    started = client.post(f"/lessons/{lesson.public_id}/quizzes/{quizzes_in(lesson)[0].id}/")
    question = QuizAttempt.objects.latest("pk").question_ids[0]
    wrong = QuestionAnswer.objects.get(question=question, fraction=0)
    client.post(started["Location"], {"choice": wrong.pk})
    return client.get(f"/attempts/{QuizAttempt.objects.latest('pk').public_id}/").content.decode()


def test_counted_attempts_are_told_on_the_way(learner, classroom, two_attempts):
    classroom.learner.language = "en"
    classroom.learner.save(update_fields=["language"])
    started = learner.post(f"/lessons/{two_attempts.public_id}/quizzes/{quizzes_in(two_attempts)[0].id}/")
    assert "Attempt 1 of 2." in learner.get(started["Location"]).content.decode()


def test_nobody_is_left_at_a_door_without_attempts(learner, two_attempts):
    """No button leads to a refusal, and somebody is there to help."""
    help_button = re.compile(r'<a class="btn[^"]*" href="/help/"')
    start = f"/quizzes/{quizzes_in(two_attempts)[0].id}/"

    first = fail(learner, two_attempts)
    assert start in first
    assert not help_button.search(first)

    last = fail(learner, two_attempts)
    lesson = learner.get(two_attempts.get_absolute_url()).content.decode()
    for page in (last, lesson):
        assert start not in page
        assert help_button.search(page)


def test_an_attempt_missed_after_a_passed_one_alarms_nobody(learner, two_attempts):
    started = learner.post(f"/lessons/{two_attempts.public_id}/quizzes/{quizzes_in(two_attempts)[0].id}/")
    right = QuestionAnswer.objects.get(question=QuizAttempt.objects.get().question_ids[0], fraction=100)
    learner.post(started["Location"], {"choice": right.pk})
    assert 'btn wide" href="/help/"' not in fail(learner, two_attempts)
