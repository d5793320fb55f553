"""The form of the demo's files."""

import pytest

from lms.portal.demo.reading import Directive, Markdown, read_document, read_steps

TEXT = """+++
title = "Un"
+++
Avant.

:::image chat.svg | Un chat | Légende
:::

:::code | html
<p>:::</p>
:::

Après.
"""


def test_a_file_is_its_header_and_its_parts(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(TEXT, encoding="utf-8")

    document = read_document(path)

    assert document.header == {"title": "Un"}
    assert document.parts == (
        Markdown("Avant."),
        Directive("image", ("chat.svg", "Un chat", "Légende"), ""),
        Directive("code", ("", "html"), "<p>:::</p>"),
        Markdown("Après."),
    )
    assert document.parts[1].argument(7) == ""


@pytest.mark.parametrize("text", ["+++\ntitle = 1\n", ":::quiz | Q\n::A::Vrai ? {T}\n"])
def test_what_is_not_closed_is_an_error(tmp_path, text):
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match="closed"):
        read_document(path)


def test_steps_have_a_title_and_a_text():
    assert read_steps("1. **Saluer** — Par son nom.\n   Deux fois.\n2. **Écouter**") == [
        ("Saluer", "Par son nom. Deux fois."),
        ("Écouter", ""),
    ]
    with pytest.raises(ValueError, match="not a step"):
        read_steps("Rien de numéroté")
