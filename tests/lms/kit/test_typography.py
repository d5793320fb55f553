"""Spaces go where French wants them, in text only, and a second pass changes nothing."""

import pytest

from lms.kit.typography import french_spaces

N = "\u202f"  # narrow no-break
B = "\u00a0"  # no-break


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Prêt ? Oui ! Bien ; allons", f"Prêt{N}? Oui{N}! Bien{N}; allons"),
        ("Durée : 2 h", f"Durée{B}: 2 h"),
        ("« Bonjour »", f"«{B}Bonjour{B}»"),
        ("«Bonjour»", f"«{B}Bonjour{B}»"),
        ("«&nbsp;Bonjour&nbsp;» &#160;!", f"«{B}Bonjour{B}»{N}!"),
        ("12:30, https://example.org/?a=1;b, C:\\ et &amp;", "12:30, https://example.org/?a=1;b, C:\\ et &amp;"),
        ('<a title="Prêt ? : > ok !" href="/a ?b">Prêt ?</a>', f'<a title="Prêt ? : > ok !" href="/a ?b">Prêt{N}?</a>'),
        ("<p>a <code>b ? c : d !</code> e !</p>", f"<p>a <code>b ? c : d !</code> e{N}!</p>"),
        ("<pre>x ?<b> y ?</b></pre> ?", f"<pre>x ?<b> y ?</b></pre>{N}?"),
        ("<p>Bonjour<em> !</em></p>", f"<p>Bonjour<em>{N}!</em></p>"),
        ("3 < 4 ? oui", f"3 < 4{N}? oui"),
        ("", ""),
    ],
)
def test_french_spaces(source, expected):
    assert french_spaces(source) == expected
    assert french_spaces(expected) == expected
