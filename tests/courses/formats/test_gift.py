"""GIFT as Moodle writes it, as people write it, and as nobody should."""

import re
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.formats import gift
from courses.formats.gift import Choice, Kind, Pair, Question, Rich, Span
from courses.formats.messages import REASONS

pytestmark = pytest.mark.slow  # no database has a part in it

D = Decimal


def one(text: str) -> Question:
    parsed = gift.parse(text)
    assert not parsed.refused, parsed.refused
    assert len(parsed.questions) == 1, [question.stem.text for question in parsed.questions]
    return parsed.questions[0]


def codes(question: Question) -> list[str]:
    return [warning.code for warning in question.warnings]


def choices(question: Question) -> list[tuple[str, int]]:
    return [(choice.text.text, int(choice.fraction)) for choice in question.choices]


# -- Each kind ---


def test_single_choice():
    question = one("::Couleur:: Le ciel est {~vert#Non. =bleu#Oui ! ~%50%gris#Parfois.} à midi.")
    assert question.kind is Kind.SINGLE
    assert question.name == "Couleur"
    assert question.stem == Rich("Le ciel est _____ à midi.", "moodle")
    assert choices(question) == [("vert", 0), ("bleu", 100), ("gris", 50)]
    assert [choice.feedback.text for choice in question.choices if choice.feedback] == ["Non.", "Oui !", "Parfois."]
    assert question.warnings == ()


def test_multiple_choice_by_weights_alone():
    question = one("Cochez {~%33.33333%a ~%33.33333%b ~%33,33333%c ~%-100%d ~e}")
    assert question.kind is Kind.MULTIPLE
    assert [choice.fraction for choice in question.choices] == [D("33.33333")] * 3 + [D(-100), D(0)]
    assert question.warnings == ()


def test_weights_that_miss_100_are_kept_and_said():
    question = one("Cochez {~%30%a ~%30%b ~%30%c}")
    assert question.kind is Kind.MULTIPLE
    assert [(warning.code, warning.detail) for warning in question.warnings] == [("weights-sum", "90")]
    assert "90 %" in question.warnings[0].text


def test_equals_with_partial_weights_becomes_multiple():
    question = one("Q {=%50%a =%50%b ~c}")
    assert question.kind is Kind.MULTIPLE
    assert codes(question) == ["became-multiple"]


def test_several_right_answers_of_a_single_choice():
    question = one("Q {=a =b ~c}")
    assert question.kind is Kind.SINGLE
    assert codes(question) == ["several-right"]


@pytest.mark.parametrize(("word", "right"), [("T", 0), ("TRUE", 0), ("true", 0), ("F", 1), ("False", 1)])
def test_true_false(word, right):
    question = one(f"Vrai ? {{{word}}}")
    assert question.kind is Kind.TRUE_FALSE
    assert [choice.text.text for choice in question.choices] == ["true", "false"]
    assert [choice.fraction for choice in question.choices].index(D(100)) == right


def test_true_false_feedback_is_wrong_then_right():
    true, false = one("Q {FALSE#Perdu.#Gagné.####En général.}").choices
    assert (true.feedback, true.fraction) == (Rich("Perdu."), D(0))
    assert (false.feedback, false.fraction) == (Rich("Gagné."), D(100))


def test_short_answer_with_variants_and_a_catch_all():
    question = one("Capitale ? {=Paris#Oui =%50%paris =%0%*#Non, cherchez encore}")
    assert question.kind is Kind.SHORT
    assert choices(question) == [("Paris", 100), ("paris", 50)]
    assert question.otherwise == Rich("Non, cherchez encore")


@pytest.mark.parametrize(
    ("body", "spans"),
    [
        ("#1822", [("1822", "1822", 100)]),
        ("#3:0.5", [("2.5", "3.5", 100)]),
        ("#3,5:0,5", [("3.0", "4.0", 100)]),
        ("#-5..5", [("-5", "5", 100)]),
        ("#.5", [("0.5", "0.5", 100)]),
        ("# 1e2 : 1", [("99", "101", 100)]),
        ("#3:", [("3", "3", 100)]),
        ("#\n=1822:0\n=%50%1822:2}", [("1822", "1822", 100), ("1820", "1824", 50)]),
        ("#=1..2#bien =%25%0..3", [("1", "2", 100), ("0", "3", 25)]),
    ],
)
def test_numeric(body, spans):
    question = one(f"Combien ? {{{body.rstrip('}')}}}")
    assert question.kind is Kind.NUMERIC
    expected = [(D(low), D(high), D(fraction)) for low, high, fraction in spans]
    assert [(span.minimum, span.maximum, span.fraction) for span in question.spans] == expected
    assert question.warnings == ()


def test_numeric_feedback_for_everybody_else():
    question = one("De 1 à 5 ? {#3:2#Oui ~#Pas du tout}")
    assert question.spans == (Span(D(1), D(5), D(100), Rich("Oui")),)
    assert question.otherwise == Rich("Pas du tout")


def test_a_range_written_backwards_is_turned_round():
    question = one("Q {#5..1}")
    assert (question.spans[0].minimum, question.spans[0].maximum) == (D(1), D(5))
    assert codes(question) == ["bounds-reversed"]


def test_matching_with_a_distractor():
    question = one("[html]Reliez {=[html]<b>a</b> -> un =b->deux = -> trois}")
    assert question.kind is Kind.MATCH
    assert question.pairs == (
        Pair(Rich("<b>a</b>", "html"), "un"),
        Pair(Rich("b", "html"), "deux"),
        Pair(Rich("", "html"), "trois"),
    )


def test_matching_without_signs():
    question = one("Classez\n{\n3G -> 2\n4G -> 4\n####\n# Débits\n}")
    assert question.kind is Kind.MATCH
    assert question.pairs == (Pair(Rich("3G"), "2"), Pair(Rich("4G"), "4"))
    assert question.general_feedback == Rich("# Débits")
    assert codes(question) == ["pairs-without-sign"]


def test_essay_and_its_model_answer():
    assert one("Racontez. {}").general_feedback is None
    question = one("[markdown]Racontez.\n{####\n## Correction\n\n* un {détail}\n* deux = trois ~ quatre\n}")
    assert question.kind is Kind.ESSAY
    assert question.general_feedback == Rich("## Correction\n\n* un {détail}\n* deux = trois ~ quatre", "markdown")


def test_description_has_no_answers():
    question = one("::Consigne::[html]<p>Lisez d'abord.</p>")
    assert (question.kind, question.stem) == (Kind.DESCRIPTION, Rich("<p>Lisez d'abord.</p>", "html"))


# -- Text ---


def test_escapes():
    question = one(r"::a\:\:b::x \= \{y\} \~ \# \\ \z\nfin {=\=1#\#un ~\~2}")
    assert question.name == "a::b"
    assert question.stem.text == "x = {y} ~ # \\ \\z\nfin"
    assert choices(question) == [("=1", 100), ("~2", 0)]
    assert question.choices[0].feedback == Rich("#un")


@pytest.mark.parametrize("name", ["html", "markdown", "plain", "moodle", "HTML"])
def test_answers_inherit_the_format_of_the_question(name):
    question = one(f"[{name}]Q {{=[plain]a#b ~c#[markdown]d####e}}")
    assert question.stem.format == name.lower()
    first, second = question.choices
    assert (first.text.format, first.feedback and first.feedback.format) == ("plain", name.lower())
    assert (second.text.format, second.feedback and second.feedback.format) == (name.lower(), "markdown")
    assert question.general_feedback == Rich("e", name.lower())


def test_an_unknown_format_is_text():
    assert one("[latex]x {T}").stem == Rich("[latex]x", "moodle")


def test_comments_go_and_addresses_stay():
    text = (
        "// titre {\n::A::Voir http://a.fr//b {\n  // un { commentaire\n"
        "  =oui#http://c.fr\n\t//autre\n  ~non}\n// fin }"
    )
    question = one(text)
    assert question.stem.text == "Voir http://a.fr//b"
    assert choices(question) == [("oui", 100), ("non", 0)]
    assert question.choices[0].feedback == Rich("http://c.fr")
    assert question.line == 2


def test_signs_in_tags_and_addresses_are_text():
    question = one('[html]Q {=<a href="https://x.fr/?a=1&b=~c">ici</a> ~voir https://y.fr/?d=2 }')
    assert choices(question) == [
        ('<a href="https://x.fr/?a=1&b=~c">ici</a>', 100),
        ("voir https://y.fr/?d=2", 0),
    ]
    assert codes(question) == ["sign-in-markup"]


def test_a_name_comes_from_the_text():
    assert one("[html]<p>Le  <b>ciel</b></p> {T}").name == "Le ciel"
    long = one("mot " * 40 + "{T}").name
    assert len(long) <= 60
    assert long.endswith("mot…")


def test_a_question_without_text_shows_its_name():
    question = one("::Le ciel est bleu::{T}")
    assert question.stem == Rich("Le ciel est bleu", "plain")
    assert codes(question) == ["name-as-stem"]


def test_unclosed_html_is_said():
    assert [(w.code, w.detail) for w in one("[html]<div><p>a</div> <em>b {}").warnings] == [("html-unclosed", "em")]
    assert codes(one("[html]<ul><li>a<li>b<br></ul> `<section>` {}")) == []
    assert one("[html]fin </p{}").warnings[0].detail == "</p"


# -- Where a question starts and ends ---


def test_blank_lines_do_not_matter_where_the_meaning_is_clear():
    text = "::A::\n\nTexte A\n\n{\n\n=a\n\n~b\n\n}\n::B::Texte B{T}\nTexte C{F}\nTexte D {\n=d\n}\n\n\nTexte E"
    parsed = gift.parse(text)
    assert not parsed.refused
    assert [question.stem.text for question in parsed.questions] == [f"Texte {letter}" for letter in "ABCDE"]
    assert [question.line for question in parsed.questions] == [1, 12, 13, 14, 19]
    assert [question.kind.value for question in parsed.questions] == [
        "single", "true_false", "true_false", "short", "description",
    ]  # fmt: skip


def test_the_end_of_a_sentence_may_be_on_the_next_line():
    assert one("Le ciel {=bleu} est\nau-dessus.\n").stem.text == "Le ciel _____ est\nau-dessus."


def test_scraps_after_the_answers_are_left_out():
    question = one('Q {T}";')
    assert question.stem.text == "Q"
    assert codes(question) == ["trailing-text"]


def test_categories():
    parsed = gift.parse("A{T}\n\n$CATEGORY: $course$/Un\nB{T}\n$CATEGORY:deux\n\nC{T}")
    assert [question.category for question in parsed.questions] == ["", "$course$/Un", "deux"]


def test_lines_count_from_the_line_given():
    parsed = gift.parse("// c\n\nA{T}\n\nB{", first_line=100)
    assert parsed.questions[0].line == 102
    assert parsed.refused[0].line == 104


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("::Mauvaise::Q {=a ~b", "answers-unclosed"),
        ("::Mauvaise::Q {=a ~b\n\nsuite", "answers-unclosed"),
        ("::Mauvaise::Q {T} et {F}", "answers-twice"),
        ("::Mauvaise::Q {~a ~b}", "no-right-answer"),
        ("::Mauvaise::Q {~%-50%a ~%-50%b}", "no-right-answer"),
        ("::Mauvaise::Q {=%0%a}", "no-right-answer"),
        ("::Mauvaise::Q {#}", "no-right-answer"),
        ("::Mauvaise::Q {#douze}", "number-unread"),
        ("::Mauvaise::Q {#1e999999999}", "number-unread"),
        ("::Mauvaise::Q {=}", "empty-answers"),
        ("::Mauvaise::Q {=a -> b =c}", "pairs-mixed"),
        ("::Mauvaise::Q {=a -> }", "pair-incomplete"),
        ("::Mauvaise::Q {>2 none\nA\nB}", "unsupported"),
        ("::Mauvaise::Q {1:MC:~a~=b}", "unsupported"),
        ("::Mauvaise::Q {" + "~a" * 101 + "}", "too-many-answers"),
        ("::Mauvaise::", "empty-question"),
        ("{T}", "empty-question"),
    ],
)
def test_a_bad_question_is_refused_alone(bad, code):
    parsed = gift.parse(f"::Avant::Bonne {{T}}\n\n{bad}\n\n::Après::Bonne {{F}}\n\nEncore bonne {{=x}}")
    kept = [question.stem.text for question in parsed.questions]
    assert [kept[0], *kept[-2:]] == ["Bonne", "Bonne", "Encore bonne"]
    assert len(kept) == 3 or "suite" in kept
    assert [reason.code for reason in parsed.refused] == [code]
    assert parsed.refused[0].line == 3
    assert parsed.found == len(kept) + 1


def test_an_unclosed_brace_does_not_swallow_unnamed_questions():
    parsed = gift.parse("Un {~a =b\n\nDeux {T}\n\nTrois } quatre\n\nCinq {#5}")
    assert [(reason.code, reason.line) for reason in parsed.refused] == [("answers-unclosed", 1)]
    assert [question.stem.text for question in parsed.questions] == ["Deux", "Trois } quatre", "Cinq"]
    assert codes(parsed.questions[1]) == ["brace-in-text"]


def test_a_brace_too_many_inside_answers_is_text():
    question = one("Un {~a {b =c}\n")
    assert choices(question) == [("a {b", 0), ("c", 100)]
    assert codes(question) == ["brace-in-text"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Q {=a ~}", "empty-answer"),
        ("Q {=a ~b ~b}", "same-answer"),
        ("Q {=%150%a}", "weight-range"),
        ("Q {=a ~%x%b}", "weight-unread"),
        ("Q {=%50%a}", "best-below-full"),
        ("Q {Paris}", "answer-without-sign"),
        ("Q {choisir =a ~b}", "text-before-answers"),
        ("Q {=a -> b}", "one-pair"),
    ],
)
def test_doubtful_questions_are_kept_with_a_warning(text, code):
    question = one(text)
    assert codes(question) == [code]
    assert question.warnings[0].text
    assert "{detail}" not in question.warnings[0].text


def test_braces_by_the_thousand_are_not_questions():
    parsed = gift.parse("{}" * 10_001, first_line=7)
    assert [(reason.code, reason.line) for reason in parsed.refused] == [("too-many-braces", 7)]
    assert parsed.found == 1


def test_text_before_the_answers_is_not_lost():
    assert one("Q {choisir =a ~b}").stem.text == "Q choisir"


# -- Bytes ---


def test_decoding():
    assert gift.decode("é\r\nà\r".encode()) == ("é\nà\n", "utf-8")
    assert gift.decode(b"\xef\xbb\xbf" + "é".encode()) == ("é", "utf-8-sig")
    assert gift.decode("l’été, œuvre €".encode("windows-1252")) == ("l’été, œuvre €", "windows-1252")
    assert gift.decode(b"") == ("", "utf-8")


@pytest.mark.parametrize(
    "data",
    [b"a\x00b", "é".encode("utf-16"), b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"\x81\x8d\xff", b"\x01\x02\x03abc"],
)
def test_binary_is_refused_with_a_sentence(data):
    with pytest.raises(gift.NotText, match="not text") as refused:
        gift.decode(data)
    assert refused.value.code == "not-text"


def test_a_huge_text_is_refused():
    for data in (b"a" * (1024 * 1024 + 1), b"\n" * 20_001, b"\r" * 20_001):
        with pytest.raises(gift.NotText, match="1 MB or 20,000 lines"):
            gift.decode(data)


def test_reasons_translate():
    assert all(isinstance(reason, str) and reason.endswith(".") for reason in REASONS.values())
    refused = gift.parse("Q {#douze}").refused[0]
    assert "douze" in refused.translated()


def test_formats_need_no_settings():
    program = (
        "from courses.formats import escapad, gift\n"
        "print(gift.parse('Q {T}').found, gift.parse('Q {').refused[0].text, escapad.parse('# A', path='a').counts())"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 The answers open with {")


# -- Real files ---


@pytest.mark.parametrize(
    ("name", "kept", "refused"),
    [
        ("examples.txt", 43, 0),
        ("questions.gift.txt", 9, 0),
        ("questions_in_category.gift.txt", 4, 0),
        ("testexport.gift.txt", 0, 1),  # one ordering question
    ],
)
def test_moodle_s_own_examples(material, name, kept, refused):
    text, _ = gift.decode((material / "questions" / "gift" / name).read_bytes())
    parsed = gift.parse(text)
    assert (len(parsed.questions), len(parsed.refused)) == (kept, refused)
    assert len(parsed.questions) + len(parsed.refused) >= len(re.findall(r"^::", text, re.MULTILINE))
    assert {code for question in parsed.questions for code in codes(question)} <= {"trailing-text"}


def test_the_loose_questions_of_the_real_course(material):
    data = (material / "courses" / "culture-numerique" / "module3" / "autresQuestions.gift").read_bytes()
    text, _ = gift.decode(data)
    parsed = gift.parse(text)
    named = re.findall(r"^::(.+?)::", text, re.MULTILINE)
    assert [question.name for question in parsed.questions if question.kind is not Kind.DESCRIPTION] == [
        name.strip() for name in named
    ]
    assert [question.kind for question in parsed.questions].count(Kind.DESCRIPTION) == 1  # a note left in the file
    assert not parsed.refused


# -- Anything at all ---

_mess = st.sampled_from([*"{}=~#:\\%->.<>[]\n\t é1aTF$/`", "\n\n", "####", "::", "::n::", "->", "http://a?b=c"])


@given(st.one_of(st.text(), st.lists(_mess).map("".join)))
@settings(max_examples=300, deadline=None)
def test_no_text_raises(text):
    parsed = gift.parse(text)
    assert parsed.found == len(parsed.questions) + len(parsed.refused)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    for question in parsed.questions:
        assert 1 <= question.line <= lines
        assert question.name
        assert question.stem.text
        assert len(question.choices) <= text.count("=") + text.count("~") + 2


@given(st.binary())
@settings(max_examples=200, deadline=None)
def test_no_bytes_crash(data):
    try:
        text, encoding = gift.decode(data)
    except gift.NotText:
        return
    assert encoding in {"utf-8", "utf-8-sig", "windows-1252"}
    gift.parse(text)


@given(st.lists(_mess, max_size=8).map("".join))
@settings(max_examples=200, deadline=None)
def test_no_mess_swallows_a_named_question(mess):
    parsed = gift.parse(mess + "\n\n::Repère::Toujours là ? {T}\n")
    assert parsed.questions[-1].name == "Repère"
    assert parsed.questions[-1].kind is Kind.TRUE_FALSE


@pytest.mark.parametrize(
    "mess", ["{", "}", "{\n\n", "{}", "::", "\n", "=", "~%", "a\n\n", "{a}", "<", "`", "<!--", "[a](", "::a::{\n", "\\"]
)
def test_no_mess_takes_long(mess):
    text = mess * (100_000 // len(mess))
    started = time.process_time()
    gift.parse("[html]" + text)
    assert time.process_time() - started < 3


# -- There and back ---


def _escape(text: str) -> str:
    return re.sub(r"[~=#{}:\\]", r"\\\g<0>", text)


def _rich(rich: Rich | None) -> str:
    return f"[{rich.format}]{_escape(rich.text)}" if rich else ""


def _feedback(rich: Rich | None) -> str:
    return f"#{_rich(rich)}" if rich else ""


def to_gift(question: Question) -> str:
    """Write a question as Moodle would export it."""
    body = ""
    if question.kind is Kind.TRUE_FALSE:
        right, wrong = sorted(question.choices, key=lambda choice: -choice.fraction)
        body = f"{right.text.text.upper()}#{_rich(wrong.feedback)}#{_rich(right.feedback)}"
    elif question.kind is Kind.NUMERIC:
        body = "#" + "".join(
            f"\n=%{span.fraction}%{span.minimum}..{span.maximum}{_feedback(span.feedback)}" for span in question.spans
        )
    elif question.kind is Kind.MATCH:
        body = "".join(f"\n={_rich(pair.left)} -> {_escape(pair.right)}" for pair in question.pairs)
    else:
        for choice in question.choices:
            sign = (
                "=" if question.kind is Kind.SHORT or (question.kind is Kind.SINGLE and choice.fraction == 100) else "~"
            )
            body += f"\n{sign}%{choice.fraction}%{_rich(choice.text)}{_feedback(choice.feedback)}"
    general = f"\n####{_rich(question.general_feedback)}" if question.general_feedback else ""
    braces = "" if question.kind is Kind.DESCRIPTION else f"{{{body}{general}\n}}"
    return f"// question\n::{_escape(question.name)}::{_rich(question.stem)}{braces}\n"


# No arrow and no line that is a comment or blank: GIFT has no escape for those.
_words = (
    st.text(st.sampled_from("abcéÀœ 0123.,;!?'\"&%*_`()[]~=#{}:\\\n"), min_size=1, max_size=40)
    .map(lambda text: re.sub(r"\s*\n\s*", "\n", text).strip())
    .filter(lambda text: text and not text.startswith(("%", "[")))
)
_name = _words.map(lambda text: text.replace("\n", " "))
_richs = st.builds(Rich, _words.map(lambda text: f"x{text}"), st.sampled_from(["html", "markdown", "plain", "moodle"]))
_maybe = st.none() | _richs
_percent = st.decimals(-100, 99, places=5)
_numbers = st.decimals(-(10**6), 10**6, places=3)


@st.composite
def _questions(draw: st.DrawFn) -> Question:
    kind = draw(st.sampled_from(list(Kind)))
    texts = draw(st.lists(_richs, min_size=2, max_size=5, unique_by=lambda rich: rich.text))
    choices: tuple[Choice, ...] = ()
    spans: tuple[Span, ...] = ()
    pairs: tuple[Pair, ...] = ()
    if kind in (Kind.SINGLE, Kind.SHORT):
        choices = tuple(
            Choice(text, D(100) if i == 0 else draw(_percent), draw(_maybe)) for i, text in enumerate(texts)
        )
    elif kind is Kind.MULTIPLE:
        share = (D(100) / len(texts)).quantize(D("0.00001"))
        choices = tuple(Choice(text, share, draw(_maybe)) for text in texts)
    elif kind is Kind.TRUE_FALSE:
        right = draw(st.booleans())
        choices = (
            Choice(Rich("true", "plain"), D(100 * right), draw(_maybe)),
            Choice(Rich("false", "plain"), D(100 * (not right)), draw(_maybe)),
        )
    elif kind is Kind.NUMERIC:
        low, high = sorted((draw(_numbers), draw(_numbers)))
        spans = (Span(low, high, D(100), draw(_maybe)), Span(low - 1, high + 1, D(50), draw(_maybe)))
    elif kind is Kind.MATCH:
        pairs = tuple(Pair(text, draw(_words.map(lambda right: f"x{right}"))) for text in texts)
    general = None if kind is Kind.DESCRIPTION else draw(_maybe)
    return Question(kind, draw(_name), draw(_richs), choices, pairs, spans, general)


def _comparable(question: Question) -> tuple[object, ...]:
    return (
        question.kind, question.name, question.stem, question.choices, question.pairs, question.spans,
        question.general_feedback, question.otherwise,
    )  # fmt: skip


@given(st.lists(_questions(), min_size=1, max_size=4), st.sampled_from(["\n", "\n\n"]))
@settings(max_examples=200, deadline=None)
def test_round_trip(questions, between):
    parsed = gift.parse(between.join(to_gift(question) for question in questions))
    assert not parsed.refused
    assert [_comparable(question) for question in parsed.questions] == [_comparable(question) for question in questions]
