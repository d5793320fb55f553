"""QR codes as drawings, for pages and papers alike."""

import io

import segno


def svg(text: str, *, border: int = 4) -> str:
    """Return `text` as a QR code in SVG: black on white, error correction M, without size so that the page sets it.

    `border` is the quiet zone in modules: four, as ISO/IEC 18004 asks, unless the page leaves that room itself.
    The drawing has no words of its own: whoever shows it gives the alternative text.
    """
    code = segno.make(text, error="m", micro=False, boost_error=False)
    drawing = io.BytesIO()
    bare = {"xmldecl": False, "nl": False, "svgclass": None, "lineclass": None, "omitsize": True}
    code.save(drawing, kind="svg", border=border, light="#fff", **bare)
    return drawing.getvalue().decode()
