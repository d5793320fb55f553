"""What a phone reads in the drawing is the text that was asked for."""

from xml.etree import ElementTree as ET

from lms.kit import qr


def test_the_code_is_a_drawing_with_its_quiet_zone_and_no_size():
    wide, bare = (ET.fromstring(qr.svg("https://example.org/v/7KQ2M9XR4T", border=border)) for border in (4, 0))
    assert wide.tag == "{http://www.w3.org/2000/svg}svg"
    assert "width" not in wide.attrib
    width = [int(root.attrib["viewBox"].split()[2]) for root in (wide, bare)]
    assert width[0] - width[1] == 8
    assert {"script", "style", "image"}.isdisjoint(element.tag.rpartition("}")[2] for element in wide.iter())


def test_text_is_never_markup():
    assert qr.svg('"><script>alert(1)</script>').count("<") == qr.svg("a").count("<")
