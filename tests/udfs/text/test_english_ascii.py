"""The expressions for ASCII beside spaCy's whole ones."""

from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.text import english_ascii
from udfs.text.english import english

# All marks, and of letters and digits what an expression could tell apart.
MARKS = "".join(c for c in map(chr, range(33, 127)) if not c.isalnum())
CHARACTERS = MARKS + "amsUSCAkK0\x00\x7f"


@pytest.fixture(scope="module")
def whole() -> tuple[Any, Any, Any]:
    english()  # brings spaCy in without torch
    from spacy.lang.en import English
    from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

    defaults = English.Defaults
    return (
        compile_prefix_regex(defaults.prefixes or ()).match,
        compile_suffix_regex(defaults.suffixes or ()).search,
        compile_infix_regex(defaults.infixes or ()).finditer,
    )


def assert_equal(whole: tuple[Any, Any, Any], text: str) -> None:
    prefix, suffix, infixes = whole
    found, expected = english_ascii.match_prefix(text), prefix(text)
    assert (found and found.span()) == (expected and expected.span()), text
    expected = suffix(text)
    assert english_ascii.suffix_length(text, 0, len(text)) == (len(text) - expected.start() if expected else 0), text
    spans = [match.span() for match in infixes(text) if match.start()]
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert english_ascii.split_infixes(text) == [text[a:b] for a, b in pairwise(edges) if b > a], text


def test_all_short_texts(whole: tuple[Any, Any, Any]) -> None:
    for characters in product(CHARACTERS, repeat=2):
        assert_equal(whole, "".join(characters))
        for start in "aA0.-":
            assert_equal(whole, start + "".join(characters))
            assert_equal(whole, "".join(characters) + start)


def test_units(whole: tuple[Any, Any, Any]) -> None:
    english()
    from spacy.lang.char_classes import UNITS

    currencies = ["$", "US$", "A$", "C$", "B$"]
    for unit in [unit for unit in UNITS.split("|") if unit.isascii()] + currencies:
        for before, after in product(["", "5", "a", "5a", "A5"], ["", ".", "s", "5"]):
            assert_equal(whole, before + unit + after)
            assert_equal(whole, before + unit.swapcase() + after)


@given(st.text(st.sampled_from(CHARACTERS + "...--"), max_size=30))
def test_longer_texts(whole: tuple[Any, Any, Any], text: str) -> None:
    assert_equal(whole, text)


@given(st.text(st.sampled_from(CHARACTERS + "...--"), min_size=1, max_size=30))
def test_affixes_are_those_of_one_step_after_another(text: str) -> None:
    front, middle, back = english_ascii.split_affixes(text)
    assert not middle or "".join([*front, middle, *back]) == text
    assert english()._split(text, {}) == english()._split_step_by_step(text, {})
    assert english()._split(text, english()._special) == english()._split_step_by_step(text, english()._special)
