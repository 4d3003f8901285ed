"""RedPajama-V2's signals beside their definitions, written here as plainly as they can be."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.rules import compute_values
from udfs.rules.redpajama import redpajama_values

TEXT = """The cat sat. The cat sat on THE mat...
\u2022 first item
- no bullet of theirs

{javascript} Lorem ipsum, 12 apples! \u00c9t\u00e9\u201d
"""


def test_known_answers() -> None:
    values = redpajama_values(TEXT)
    # Only ASCII marks go, so the bullet is a word of its own.
    assert values["rps_doc_word_count"] == 22
    assert values["rps_doc_frac_unique_words"] == pytest.approx(18 / 22)
    assert values["rps_doc_curly_bracket"] == pytest.approx(2 / len(TEXT))
    assert values["rps_doc_num_sentences"] == 4
    assert values["rps_lines_start_with_bulletpoint"] == 0.25
    assert values["rps_lines_javascript_counts"] == 1
    assert values["rps_doc_frac_lines_end_with_ellipsis"] == 0.2
    assert values["rps_lines_ending_with_terminal_punctuation_mark"] == 0.5


words = st.lists(st.sampled_from(["a", "bb", "ccc", "dd"]), max_size=30)


@given(words)
def test_ngrams_by_definition(items: list[str]) -> None:
    values = redpajama_values(" ".join(items))
    characters = sum(map(len, items)) or 1
    for size in (5, 6, 7, 8, 9, 10):
        grams = [tuple(items[i : i + size]) for i in range(len(items) - size + 1)]
        covered = {j for i, gram in enumerate(grams) if grams.count(gram) > 1 for j in range(i, i + size)}
        expected = sum(len(items[j]) for j in covered) / characters
        assert values[f"rps_doc_frac_chars_dupe_{size}grams"] == pytest.approx(expected, abs=1e-8)
    for size in (2, 3, 4):
        grams = [tuple(items[i : i + size]) for i in range(len(items) - size + 1)]
        most = max(map(grams.count, grams), default=0)
        tops = {len("".join(gram)) * most / characters for gram in grams if grams.count(gram) == most and most > 1}
        found = values[f"rps_doc_frac_chars_top_{size}gram"]
        assert any(found == pytest.approx(top, abs=1e-8) for top in tops or {0.0})


@given(st.text(max_size=300))
def test_any_text_gives_finite_numbers(text: str) -> None:
    values = redpajama_values(text)
    assert all(math.isfinite(value) and value >= 0 for value in values.values())
    assert compute_values(text, "en", ["redpajama_v2"]).keys() == values.keys() | {"characters"}
