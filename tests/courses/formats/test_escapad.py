"""The Esc@pad course file: what it holds is found, and the real modules are read to the last question."""

import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.formats import escapad
from courses.formats.escapad import CourseFile, Fence, Markdown, MediaRef, Video

HEADER = "TITLE: Un cours\nMENUTITLE: Cours\nAUTHOR: Nous\nLANGUAGE: fr\nCSS: http://x.fr/a.css\n\n"
MODULES = {
    "module1/coursinternet.md": {
        "sections": 7, "subsections": 5, "media": 14, "videos": 8, "fences": 16, "questions": 38,
    },
    "module2/coursLeWeb.md": {
        "sections": 8, "subsections": 15, "media": 0, "videos": 12, "fences": 17, "questions": 53,
    },
    "module3/representation.md": {
        "sections": 6, "subsections": 0, "media": 22, "videos": 3, "fences": 14, "questions": 60,
    },
}  # fmt: skip


def read(body: str, header: str = HEADER) -> CourseFile:
    return escapad.parse(header + body, path="cours.md")


def parts(body: str) -> list[escapad.Part]:
    return list(read(f"# S\n{body}").all_parts())


def codes(course: CourseFile) -> list[str]:
    return [message.code for message in course.messages]


def fences(course: CourseFile) -> list[Fence]:
    return [part for part in course.all_parts() if isinstance(part, Fence)]


# -- Header ---


@pytest.mark.parametrize(
    "text",
    [
        HEADER,
        "\ufeff" + HEADER,
        HEADER.replace("\n", "\r\n"),
        "\n\nLANGUAGE:   fr\nAUTHOR :Nous\n\nCSS: http://x.fr/a.css\n  Title:\tUn cours  \nMenu_Title: Cours\n\n",
        "---\ntitle: Un cours\nmenutitle: Cours\nauthor: Nous\nlanguage: fr\ncss: http://x.fr/a.css\n---\n",
        HEADER.replace("a.css", 'a.css" />'),
    ],
)
def test_header(text):
    course = escapad.parse(f"{text}# Section : un\n\nTexte : deux\n", path="m/cours.md")
    assert course.path == "m/cours.md"
    assert course.header == escapad.Header("Un cours", "Cours", "Nous", "fr", "http://x.fr/a.css")
    assert [section.title for section in course.sections] == ["Section : un"]
    assert course.sections[0].parts[0].text == "Texte : deux"
    assert course.messages == ()


def test_header_keeps_what_it_does_not_know():
    course = read("# S", header="LICENSE: CC BY\nTITLE: Internet: usages\nVersion: 2\n")
    assert course.header.title == "Internet: usages"
    assert course.header.extra == {"LICENSE": "CC BY", "VERSION": "2"}


def test_header_twice():
    course = read("# S", header="TITLE: a\nTITLE: b\n\n")
    assert course.header.title == "a"
    assert [(message.code, message.line) for message in course.messages] == [("header-twice", 2)]


def test_a_section_is_enough():
    course = escapad.parse("Note : ceci n'est pas un en-tête\n\n# Un\n", path="a.md")
    assert course.header == escapad.Header()
    assert [section.title for section in course.sections] == ["", "Un"]
    assert codes(course) == ["text-before-section"]


@pytest.mark.parametrize("text", ["", "Bonjour", "## Sous-titre", "{'json': 1}\n", "```\n# non\n```", "Cher : ami\n"])
def test_not_a_course(text):
    with pytest.raises(escapad.NotACourse, match="not a course") as refused:
        escapad.parse(text, path="a.md")
    assert isinstance(refused.value, ValueError)
    assert refused.value.code == "not-a-course"


def test_text_without_a_section_has_one():
    course = read("Bonjour\n\n## Sous\n\nTexte")
    assert [section.title for section in course.sections] == [""]
    assert [sub.title for sub in course.sections[0].subsections] == ["Sous"]
    assert codes(course) == ["text-before-section"]
    assert codes(read("<!-- rien -->\n\n# S")) == []


# -- Outline ---


def test_outline_and_order():
    course = read("# Un\nA\n\n[V](https://v.fr/1){: .cours_video }\nB\n\n## Un.un ##\nC\n### Gras\nD\n# Deux {#id}\n")
    first, second = course.sections
    assert [(first.title, first.line), (second.title, second.line)] == [("Un", 7), ("Deux", 17)]
    assert [(sub.title, sub.line) for sub in first.subsections] == [("Un.un", 13)]
    assert first.parts == (Markdown("A", 8), Video("https://v.fr/1", "V", 10), Markdown("B", 11))
    assert first.subsections[0].parts == (Markdown("C\n### Gras\nD", 14),)
    assert course.counts() == {
        "sections": 2, "subsections": 1, "media": 0, "videos": 1, "fences": 0, "questions": 0,
    }  # fmt: skip


def test_headings_in_fences_and_hashtags_in_text_are_not_headings():
    course = read("# Un\n```\n# non\n```\n#hashtag\n    # code\n\n#Deux\n\n#trois\n")
    assert [section.title for section in course.sections] == ["Un", "Deux"]


# -- Videos ---


@pytest.mark.parametrize(
    "link",
    [
        "[Titre](https://vimeo.com/1){: .cours_video }",
        "  [Titre]( https://vimeo.com/1 ){:.cours_video}",
        "[ Titre ](https://vimeo.com/1 )  {: .cours_video #v }",
        '![Titre](<https://vimeo.com/1> "t"){.Cours-Video}',
        "- [Titre](https://vimeo.com/1){: .a .cours_video }",
        "> [Titre](https://vimeo.com/1){: .cours_video }",
    ],
)
def test_video_alone(link):
    assert parts(link) == [Video("https://vimeo.com/1", "Titre", 8)]


def test_video_in_a_text():
    link = "[V](https://v.fr/?a=1&amp;b=2){: .cours_video }"
    assert parts(f"Avant {link} après\n{link}\nfin `{link}`") == [
        Markdown("Avant", 8),
        Video("https://v.fr/?a=1&b=2", "V", 8),
        Markdown(" après", 8),
        Video("https://v.fr/?a=1&b=2", "V", 9),
        Markdown(f"fin `{link}`", 10),
    ]


# -- Fences ---


@pytest.mark.parametrize(
    ("info", "kind"),
    [
        ("comprehension", "comprehension"),
        ("Compréhension", "comprehension"),
        (unicodedata.normalize("NFD", "COMPRÉHENSION"), "comprehension"),
        ("activité", "activity"),
        (" Activite ", "activity"),
        ("activités", "activity"),
        ("activité-avancée", "advanced_activity"),
        ("activite_avancee", "advanced_activity"),
        ("Activité  Avancée", "advanced_activity"),
        ("{.activité-avancée}", "advanced_activity"),
        ("", "code"),
        ("python", "code"),
        ("c++", "code"),
    ],
)
@pytest.mark.parametrize("marks", ["```", "````", "~~~"])
def test_fence_names(info, kind, marks):
    course = read(f"# S\n{marks}{info}\n::Q::V ? {{T}}\n{marks}\nSuite")
    fence, after = course.sections[0].parts
    assert fence == Fence(kind, info.strip(), "::Q::V ? {T}", 8)
    assert after == Markdown("Suite", 11)
    assert course.counts()["questions"] == (0 if kind == "code" else 1)
    assert [code for code in codes(course) if kind != "code"] == []


def test_a_misspelt_fence_is_guessed_and_an_unknown_one_is_said():
    course = read(
        "# S\n```comprehnsion\nQ {T}\n```\n```exercice\n::Q::V {T}\n```\n```exercice long\n```\n```bash\nls\n```"
    )
    assert [fence.kind for fence in fences(course)] == ["comprehension", "code", "code", "code"]
    assert [(m.code, m.line) for m in course.messages] == [
        ("fence-guessed", 8),
        ("fence-unknown", 11),
        ("fence-unknown", 14),
    ]


def test_a_longer_fence_holds_a_shorter_one():
    course = read("# S\n````activité\nQ\n```\ncode\n```\n{}\n````\n\n````\n```comprehension\nQ {T}\n```\n````\n")
    assert [(fence.kind, fence.text.count("\n")) for fence in fences(course)] == [("activity", 4), ("code", 2)]
    assert codes(course) == []


def test_an_indented_fence_loses_its_indentation():
    assert parts("1. a\n\n    ```python\n    if a:\n        b\n    ```\n2. c")[1] == Fence(
        "code", "python", "if a:\n    b", 10
    )


@pytest.mark.parametrize(
    "ending",
    ["``\n", "`````\n", "\n\n", ""],
    ids=["two marks", "proper", "next heading", "next heading without a blank line"],
)
def test_an_unclosed_fence_swallows_nothing(ending):
    gap = ending or "\n"
    course = read(
        f"# Un\n```activité\n::Q::R {{####\n## Correction\n}}\n{gap}"
        "# Deux\nTexte\n```comprehension\n::P::V {T}\n```\n"
    )
    assert [section.title for section in course.sections] == ["Un", "Deux"]
    assert [fence.kind for fence in fences(course)] == ["activity", "comprehension"]
    assert course.counts()["questions"] == 2
    assert codes(course) == ([] if ending == "`````\n" else ["fence-unclosed"])


def test_a_fence_open_at_the_end_keeps_its_text():
    course = read("# Un\n```comprehension\n::P::V {T}\n\n::O::W {F}")
    assert course.counts()["questions"] == 2
    assert [(message.code, message.line) for message in course.messages] == [("fence-unclosed", 8)]


def test_questions_count_lines_in_the_course_file():
    fence = fences(read("# Un\n\n```activité\n// c\n::A::B {T}\n::C::D {\n```"))[0]
    parsed = fence.questions()
    assert parsed.questions[0].line == 11
    assert parsed.refused[0].line == 12


# -- Media, attributes, HTML ---


def test_media_of_every_form():
    course = read(
        "# S\n"
        "![Une  image](media/a%20b.png \"titre\") et [doc](./media/Fermé.odt#p2) [site](http://x.fr/media/a.png)\n"
        "<img alt='i' src=media/c.svg> <a class=\"x\" href=\"media/d.pdf?v=1\">d</a> "
        "<video src='media/e.mp4'></video>\n"
        "[![v](media/f.png)](media/g(1).pdf) [r][ref] `![non](media/non.png)` <!-- ![non](media/non.png) -->\n"
        "[www.x.fr](www.x.fr) [ancre](#a) [racine](/media/x.png) [autre](chapitre.md) [mail](mailto:a@b.fr)\n"
        "\n[ref]: media/h.png\n"
        "```activité\nVoir ![i](media/j.png) <a href\\=\"media/k\\:1.html\">k</a> {}\n```\n"
        "```html\n<img src=\"media/non.png\">\n```\n"
    )  # fmt: skip
    assert course.media == (
        MediaRef("media/a b.png", "Une image", 8, "image"),
        MediaRef("media/Fermé.odt", "doc", 8, "link"),
        MediaRef("media/c.svg", "i", 9, "image"),
        MediaRef("media/d.pdf", "", 9, "link"),
        MediaRef("media/e.mp4", "", 9, "link"),
        MediaRef("media/f.png", "v", 10, "image"),
        MediaRef("media/g(1).pdf", "", 10, "link"),
        MediaRef("chapitre.md", "autre", 11, "link"),
        MediaRef("media/h.png", "ref", 13, "link"),
        MediaRef("media/j.png", "i", 15, "image"),
        MediaRef("media/k:1.html", "", 15, "link"),
    )


def test_a_path_that_climbs_stays_visible_to_the_importer():
    assert [ref.path for ref in read("# S\n![a](media/../../secret.png)").media] == ["../secret.png"]


def test_attributes_are_removed_and_counted():
    course = read("# S {: #s }\nTexte{: .a }\n![i](media/a.png){.right}\n{: .b #c }\n`{: .code }`\n")
    assert course.sections[0].title == "S"
    assert course.sections[0].parts == (Markdown("Texte\n![i](media/a.png)\n\n`{: .code }`", 8),)
    assert [(message.code, message.detail) for message in course.messages] == [("attributes-removed", "4")]


def test_unclosed_html_is_said():
    course = read("# S\n<div>\n\nTexte `<em>` <p>para <br>\n\n## T\n<strong>a</strong> <span\n")
    assert [(message.code, message.line, message.detail) for message in course.messages] == [
        ("html-unclosed", 8, "div"),
        ("html-unclosed", 13, "<span"),
    ]


# -- The real modules ---


@pytest.fixture(scope="module", params=sorted(MODULES))
def module(request, material) -> tuple[str, str]:
    text, _ = escapad.decode((material / "courses" / "culture-numerique" / request.param).read_bytes())
    return request.param, text


def test_real_modules(module):
    name, text = module
    course = escapad.parse(text, path=name)
    assert course.counts() == MODULES[name]
    assert course.header.language == "fr"
    assert course.header.title
    assert course.header.author.lower().startswith("culture num")


def test_real_modules_counted_another_way(module):
    """The same figures by searching the raw file, without the parser."""
    name, text = module
    counts = escapad.parse(text, path=name).counts()
    openings = re.findall(r"^[ \t]*```+[ \t]*[A-Za-zéÉ].*$", text, re.MULTILINE)
    bare = re.findall(r"^[ \t]*```+[ \t]*$", text, re.MULTILINE)
    broken = re.findall(r"^``$", text, re.MULTILINE)
    assert counts["fences"] == len(openings) + (len(bare) + len(broken) - len(openings)) // 2
    assert counts["videos"] == len(re.findall(r"cours_video", text))
    assert counts["media"] == len(re.findall(r"\]\(media/", text))
    outside = re.sub(r"^[ \t]*```.*?^(?:```|``$)", "", text, flags=re.MULTILINE | re.DOTALL)
    assert counts["sections"] == len(re.findall(r"^# ", outside, re.MULTILINE))
    assert counts["subsections"] == len(re.findall(r"^## ", outside, re.MULTILINE))


def test_every_named_question_is_accounted_for(module):
    name, text = module
    named = [found.strip() for found in re.findall(r"^[ \t]*::(.+?)::", text, re.MULTILINE)]
    read_names = []
    for fence in fences(escapad.parse(text, path=name)):
        parsed = fence.questions()
        assert parsed.refused == ()
        read_names += [question.name for question in parsed.questions if question.name in named]
    assert read_names == named


def test_all_150_named_questions_of_the_three_modules(material):
    """150 names at the start of a line, and one question without a name in module 2."""
    named = found = 0
    for name in MODULES:
        text, _ = escapad.decode((material / "courses" / "culture-numerique" / name).read_bytes())
        named += len(re.findall(r"^::", text, re.MULTILINE))
        found += escapad.parse(text, path=name).counts()["questions"]
    assert (named, found) == (150, 151)


def test_the_warnings_of_the_real_modules_are_the_ones_read_by_hand(material):
    seen = []
    for name in sorted(MODULES):
        text, _ = escapad.decode((material / "courses" / "culture-numerique" / name).read_bytes())
        course = escapad.parse(text, path=name)
        seen += [(message.code, message.line) for message in course.messages]
        for fence in fences(course):
            for question in fence.questions().questions:
                seen += [(warning.code, warning.line) for warning in question.warnings]
    assert seen == [
        ("fence-unclosed", 872),  # closed by two marks on line 930
        ("same-answer", 1101),
        ("pairs-without-sign", 1160),
        ("html-unclosed", 315),  # `</p{}`
        ("weights-sum", 891),  # 3 × 30 %
    ]


def test_windows_1252_gives_the_same_course(module):
    name, text = module
    text = unicodedata.normalize("NFC", text)  # one combining accent has no place in Windows-1252
    read_back, encoding = escapad.decode(text.replace("\n", "\r\n").encode("windows-1252"))
    assert encoding == "windows-1252"
    assert escapad.parse(read_back, path=name) == escapad.parse(text, path=name)


def test_other_markdown_is_read_or_refused(material):
    files = sorted((material / "courses" / "markdown").rglob("*.md"))
    assert len(files) > 40
    for file in files:
        text, _ = escapad.decode(file.read_bytes())
        course = escapad.parse(text, path=file.name)
        kept = " ".join(part.text for part in course.all_parts() if not isinstance(part, Video))
        outside = re.sub(r"\A---.*?^---$|<!--.*?-->|^#+ .*?$|^[ \t]*```.*?$", "", text, flags=re.DOTALL | re.MULTILINE)
        assert len(re.findall(r"\w+", kept)) >= len(re.findall(r"\w+", outside)) > 5


# -- Anything at all ---

_lines = st.sampled_from(
    ["# A", "## B", "###", "```", "````", "``", "~~~", "```activité", "```python", "TITLE: x", "---", "", "::Q::R {T}",
     "texte {", "}", "[v](u){: .cours_video }", "![i](media/a.png)", "<div>", "<!--", "-->", "`", "{: .x }", "    # c"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(_lines, max_size=30).map("\n".join)))
@settings(max_examples=300, deadline=None)
def test_no_text_crashes_and_no_word_is_lost(text):
    try:
        course = escapad.parse(text, path="a.md")
    except escapad.NotACourse:
        return
    counts = course.counts()
    assert counts["videos"] <= text.count(".cours_video")
    assert all(1 <= part.line <= text.count("\n") + text.count("\r") + 1 for part in course.all_parts())
    if "\ufeff" not in text and "TITLE" not in text and "{: .x" not in text:
        kept = "".join(part.text for part in course.all_parts() if not isinstance(part, Video))
        for word in ("texte", "media/a.png", "::Q::R"):
            assert kept.count(word) == text.count(word)


@pytest.mark.parametrize(
    "mess",
    [
        "```x\n\n# a\n",
        "# a\n",
        "```\n",
        "[",
        "[a](",
        "![](",
        "{:",
        "<a ",
        "<!--",
        "`",
        "``",
        "a `b` ",
        "(((",
        "](",
        "<img src=",
    ],
)
def test_no_mess_takes_long(mess):
    text = HEADER + "# S\n" + mess * (100_000 // len(mess))
    started = time.process_time()
    try:
        escapad.parse(text, path="a.md").counts()
    except escapad.NotACourse:
        assert mess.startswith("```x")  # hundreds of unclosed fences are no course
    assert time.process_time() - started < 3


def test_the_path_is_only_a_label():
    assert escapad.parse("# A", path=str(Path("x") / ".." / "y.md")).path == "x/../y.md"
