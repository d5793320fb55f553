"""Drawings from editors and imported courses: an SVG file reduced to shapes, text and colours."""

import re
from xml.etree import ElementTree as ET

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _

from lms.kit.errors import DomainError

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"

MAX_BYTES = 2_000_000
MAX_DEPTH = 64

_ELEMENTS = frozenset(
    """svg g defs symbol use switch title desc path rect circle ellipse line polyline polygon text tspan textPath image
    linearGradient radialGradient stop clipPath mask pattern marker style filter feBlend feColorMatrix
    feComponentTransfer feComposite feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge
    feMergeNode feMorphology feOffset feTile animate animateMotion animateTransform set mpath""".split()  # noqa: SIM905
)
_ANIMATIONS = frozenset({"animate", "animateMotion", "animateTransform", "set"})

# What draws: these may also be animated.
_DRAWING = frozenset(
    """alignment-baseline baseline-shift clip-path clip-rule clipPathUnits color color-interpolation
    color-interpolation-filters cx cy d direction display dominant-baseline dx dy fill fill-opacity fill-rule filter
    filterUnits flood-color flood-opacity font-family font-size font-size-adjust font-stretch font-style font-variant
    font-weight fr fx fy gradientTransform gradientUnits height in in2 k1 k2 k3 k4 kernelMatrix lengthAdjust
    letter-spacing marker-end marker-mid marker-start markerHeight markerUnits markerWidth mask maskContentUnits
    maskUnits mode offset opacity operator order orient overflow paint-order pathLength patternContentUnits
    patternTransform patternUnits points preserveAspectRatio primitiveUnits r radius refX refY result rotate rx ry
    shape-rendering slope spreadMethod startOffset stdDeviation stop-color stop-opacity stroke stroke-dasharray
    stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width tableValues
    text-anchor text-decoration text-rendering textLength transform transform-origin type unicode-bidi values
    vector-effect viewBox visibility width word-spacing writing-mode x x1 x2 y y1 y2 intercept amplitude exponent
    """.split()  # noqa: SIM905
)
_ATTRIBUTES = _DRAWING | frozenset(
    """accumulate additive aria-hidden aria-label aria-labelledby aria-describedby attributeName attributeType begin by
    calcMode class dur end fill from id keyPoints keySplines keyTimes lang max min path repeatCount repeatDur restart
    role style systemLanguage to version""".split()  # noqa: SIM905
)

_LOCAL_REFERENCE = re.compile(r"#[^\s#]+")
_PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]+")
# In a value that CSS may read, functions are an allow-list too: url() of this file, colours, transforms, sums.
_FUNCTION = re.compile(r"([\w-]*)\s*\(\s*[\"']?\s*(.?)", re.DOTALL)
_FUNCTIONS = frozenset(
    """rgb rgba hsl hsla matrix translate translatex translatey scale scalex scaley rotate skewx skewy calc var
    cubic-bezier""".split()  # noqa: SIM905
)


class UnsafeSvg(DomainError):
    """The file is not an SVG drawing this academy can show."""


def clean_svg(data: bytes) -> bytes:
    """Return the drawing as UTF-8 SVG with only known elements, attributes and references into itself.

    Scripts, event handlers, foreign content, outside addresses and comments are gone; links become plain groups.
    Pictures inside stay when they are PNG or JPEG.

    Raises:
        UnsafeSvg: `svg-too-large`, `svg-unreadable` (not well-formed, a DTD, entities), `svg-not-svg`, `svg-too-deep`.
    """
    if len(data) > MAX_BYTES:
        raise UnsafeSvg("svg-too-large", _("This drawing is too large. Simplify it, or use a PNG picture."))
    try:
        root = fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise UnsafeSvg("svg-unreadable", _("This file cannot be read as an SVG drawing.")) from error
    if root.tag != f"{{{SVG}}}svg":
        raise UnsafeSvg("svg-not-svg", _("This file is not an SVG drawing."))
    _clean_element(root, depth=1)
    root.tail = None
    # Prefixes are global to the process, and other libraries register theirs for SVG: ours are said each time.
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _clean_element(element: ET.Element, *, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise UnsafeSvg("svg-too-deep", _("This drawing has too many groups inside one another."))
    for child in list(element):
        name = _local_name(child.tag, SVG)
        if name == "a":
            child.tag, name = f"{{{SVG}}}g", "g"
        if name not in _ELEMENTS or _animates_more_than_drawing(child, name) or _styles_unsafely(child, name):
            _remove(element, child)
        else:
            _clean_element(child, depth=depth + 1)
    name = _local_name(element.tag, SVG) or ""
    for key, value in list(element.attrib.items()):
        if not _attribute_allowed(name, key, value):
            del element.attrib[key]


def _local_name(tag: object, namespace: str) -> str | None:
    """The name of a tag or attribute of `namespace`; None for any other (comments have no name at all)."""
    prefix = f"{{{namespace}}}"
    return tag.removeprefix(prefix) if isinstance(tag, str) and tag.startswith(prefix) else None


def _attribute_allowed(element: str, key: str, value: str) -> bool:
    if key == "href" or _local_name(key, XLINK) == "href":
        return bool(_LOCAL_REFERENCE.fullmatch(value) or (element == "image" and _PICTURE.fullmatch(value)))
    if _local_name(key, XML) in {"space", "lang"}:
        return True
    return key in _ATTRIBUTES and (key in {"aria-label", "id"} or _css_allowed(value))


def _animates_more_than_drawing(element: ET.Element, name: str) -> bool:
    return name in _ANIMATIONS and element.get("attributeName", "transform") not in _DRAWING


def _styles_unsafely(element: ET.Element, name: str) -> bool:
    return name == "style" and (len(element) > 0 or not _css_allowed(element.text or ""))


def _css_allowed(value: str) -> bool:
    """Say whether CSS can neither fetch (url, image-set, @import), hide a word (\\65) nor end its element."""
    if any(mark in value for mark in ("\\", "@", "<", "javascript:")):
        return False
    return all(
        not name or name.lower() in _FUNCTIONS or (name.lower() == "url" and first == "#")
        for name, first in _FUNCTION.findall(value)
    )


def _remove(parent: ET.Element, child: ET.Element) -> None:
    """Take a child out and keep the text that follows it (ElementTree hangs it on the child)."""
    if child.tail:
        index = list(parent).index(child)
        if index:
            before = parent[index - 1]
            before.tail = (before.tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    parent.remove(child)
