"""Text decoded wrongly is repaired; text that merely looks rare is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.text.mojibake import repair

GOOD = [
    "Le café était fermé, déjà; l’été «à la carte» coûte 5 €.",
    "Größe – „gut“, ß und Umlaute äöü.",
    "Пример текста на русском языке.",
    "数学公式 a²+b²=c²，其中 a、b 是正数。",
    "½ × ¾ ± 3°, 5 µm, © 2020, naïve façade",
    "Ångström, Ærø, São Paulo, İstanbul",
]
LETTERS = st.characters(categories=["Lu", "Ll", "Lo"], max_codepoint=0x7FF)


@pytest.mark.parametrize("text", GOOD)
@pytest.mark.parametrize("wrong", ["latin-1", "sloppy-windows-1252"])
def test_a_wrong_decoding_is_undone(text: str, wrong: str) -> None:
    assert repair(text.encode().decode(wrong)) == (text, 1)


@pytest.mark.parametrize("text", GOOD)
def test_good_text_stays(text: str) -> None:
    assert repair(text) == (text, 0)


def test_lines_are_judged_apart() -> None:
    quoted = "She wrote “déjà vu”.\nIt arrived as dÃ©jÃ\xa0 vu, twice.\n" + GOOD[3]
    assert repair(quoted) == ("She wrote “déjà vu”.\nIt arrived as déjà vu, twice.\n" + GOOD[3], 1)


@given(st.text(alphabet=st.one_of(LETTERS, st.just("\n"))))
def test_lines_keep_their_number_and_what_is_repaired_stays(text: str) -> None:
    repaired, changed = repair(text)
    assert repaired.count("\n") == text.count("\n")
    assert (repaired == text) == (changed == 0)
