"""A drawing keeps its shapes and loses everything that could act, fetch or hide."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from lms.kit.svg import MAX_BYTES, UnsafeSvg, clean_svg

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"


def drawing(inside: str, attributes: str = "") -> bytes:
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {spaces} {attributes}>{inside}</svg>".encode()


def names(cleaned: bytes) -> set[str]:
    """Every element and attribute name left, without the root's own."""
    found: set[str] = set()
    for element in ET.fromstring(cleaned).iter():
        found |= {element.tag, *element.attrib}
    return {name.rpartition("}")[2] for name in found} - {"svg"}


def test_prefixes_of_other_libraries_do_not_enter():
    ET.register_namespace("svg", "http://www.w3.org/2000/svg")
    assert b"svg:" not in clean_svg(b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>')


def test_an_ordinary_drawing_is_left_alone():
    source = drawing(
        "<title>Une maison</title><defs><linearGradient id='g'><stop offset='0' stop-color='#0B5D57'/></linearGradient>"
        "<style>.mur{fill:url(#g);stroke:rgb(0, 0, 0)}</style></defs><g transform='translate(1 2) rotate(45)'>"
        "<path class='mur' d='M0 0L10 10' fill=\"url('#g')\" style='stroke-width:2'/><use href='#g'/></g>"
        "<text x='1'>Ici (à droite)</text><animate attributeName='opacity' values='0;1' dur='2s'/>",
        'viewBox="0 0 10 10"',
    )
    cleaned = clean_svg(source)
    assert ET.canonicalize(cleaned, strip_text=True) == ET.canonicalize(source, strip_text=True)
    assert clean_svg(cleaned) == cleaned


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject><div xmlns='http://www.w3.org/1999/xhtml'>a</div></foreignObject>",
        "<script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>",
        "<handler xmlns='http://www.w3.org/2001/xml-events'>alert(1)</handler>",
        "<iframe src='x'/>",
        "<feImage href='https://example.org/a.png'/>",
        "<animate attributeName='href' values='javascript:alert(1)'/>",
        "<animate attributeName='xlink:href' to='javascript:alert(1)'/>",
        "<set attributeName='onmouseover' to='alert(1)'/>",
        "<set attributeName='style' to='fill:url(//example.org)'/>",
        "<style>@import '//example.org';</style>",
        "<style>*{fill:url(//example.org/a)}</style>",
        "<style>*{fill:u\\72l(//example.org/a)}</style>",
        "<style>*{fill:u/**/rl(//example.org/a)}</style>",
        "<style>*{fill:url/**/(//example.org/a);x:src(//example.org/a)}</style>",
        "<style>*{background:image-set('//example.org/a' 1x)}</style>",
        "<style>*{width:expression(alert(1))}</style>",
        "<metadata>nom de la machine</metadata>",
        "<?xml-stylesheet href='x'?>",
        "<!-- un mot de trop -->",
    ],
)
def test_what_acts_or_fetches_is_removed_whole(inside):
    assert ET.canonicalize(clean_svg(drawing(inside + "<g/>")), strip_text=True).count("<") == 4


@pytest.mark.parametrize(
    "attribute",
    [
        "onload='alert(1)'",
        "ONCLICK='alert(1)'",
        "href='javascript:alert(1)'",
        "href='https://example.org/a.svg#b'",
        "href='//example.org#b'",
        "xlink:href='data:image/svg+xml;base64,AAAA'",
        "xlink:href='data:text/html,a'",
        "fill='url(https://example.org/a#b)'",
        "fill='url( \"//example.org/a#b\" )'",
        "filter='url(data:image/svg+xml,a#b)'",
        "style='background:url(//example.org)'",
        "style='-moz-binding:url(//example.org)'",
        "style='fill:ur\\6c(//example.org)'",
        "xml:base='https://example.org/'",
        "src='a.png'",
        "formaction='a'",
    ],
)
@pytest.mark.parametrize("element", ["g", "use", "image", "path"])
def test_attributes_that_act_or_fetch_are_removed(element, attribute):
    assert names(clean_svg(drawing(f"<{element} {attribute}/>"))) == {element}


def test_scripts_deep_inside_are_removed():
    assert names(clean_svg(drawing("<g><defs><script href='#x'/></defs></g>"))) == {"g", "defs"}


def test_the_root_is_cleaned_too():
    assert names(clean_svg(drawing("<g/>", "onload='alert(1)' viewBox='0 0 1 1'"))) == {"g", "viewBox"}


def test_pictures_inside_stay_when_they_are_png_or_jpeg():
    cleaned = clean_svg(drawing("<image xlink:href='data:image/png;base64,iVBORw0KGgo='/>"))
    assert ET.fromstring(cleaned)[0].get(f"{XLINK}href") == "data:image/png;base64,iVBORw0KGgo="


def test_a_link_becomes_a_plain_group_and_text_around_the_removed_stays():
    cleaned = clean_svg(drawing("<a href='javascript:x'><path d='M0 0'/></a><text>un <script/>deux</text>"))
    root = ET.fromstring(cleaned)
    assert [element.tag for element in root] == [f"{SVG}g", f"{SVG}text"]
    assert root[0].attrib == {}
    assert "".join(root[1].itertext()) == "un deux"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "svg-unreadable"),
        (b"<svg", "svg-unreadable"),
        (b"\x89PNG\r\n\x1a\n", "svg-unreadable"),
        (b"<html><body>a</body></html>", "svg-not-svg"),
        (b"<svg><g/></svg>", "svg-not-svg"),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', "svg-unreadable"),
        (b'<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg xmlns="http://www.w3.org/2000/svg"/>', "svg-unreadable"),
        (b'<?xml version="1.0" encoding="no-such"?><svg xmlns="http://www.w3.org/2000/svg"/>', "svg-unreadable"),
        (drawing("<g>" * 5000 + "</g>" * 5000), "svg-too-deep"),
        (drawing(" " * MAX_BYTES), "svg-too-large"),
    ],
)
def test_what_is_not_a_drawing_is_refused_with_a_code(data, code):
    with pytest.raises(UnsafeSvg) as refused:
        clean_svg(data)
    assert refused.value.code == code
    assert str(refused.value.message)


def test_shared_vectors_leave_nothing_that_acts(material: Path):
    cases = json.loads((material / "sanitizer" / "dompurify-expect-shared.json").read_text(encoding="utf-8"))
    drawn = 0
    for case in cases:
        try:
            cleaned = clean_svg(drawing(case["payload"]))
        except UnsafeSvg:
            continue
        drawn += 1
        for element in ET.fromstring(cleaned).iter():
            assert element.tag.startswith(SVG)
            assert element.tag.rpartition("}")[2] not in {"script", "foreignObject", "a", "iframe"}
            for name, value in element.attrib.items():
                assert not name.lower().startswith("on")
                if name.endswith("href"):
                    assert value.startswith(("#", "data:image/png;base64,", "data:image/jpeg;base64,"))
    assert drawn >= 15
