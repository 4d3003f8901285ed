"""Golden values of datatrove 0.10.0 and properties of the simplified text."""

import re
import sys
import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from udfs.text.punctuation import FIXED_PUNCTUATION, PUNCTUATION, TERMINAL_PUNCTUATION
from udfs.text.simplify import simplify_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, WORLD! 12.5 and 1,000,000 café ½ x² Monday", "hello world 0 and 0 0 cafe ½ x² monday"),
        ("1,000,000", "0 0"),
        ("3.14.15", "0 0"),
        ("don't e-mail", "don t e mail"),
        ("İSTANBUL", "istanbul"),
        ("", ""),
        (" \n\t ", ""),
        ("٣٫١٤ ١٢", "0 0"),
        ("a\x1cb\x85c", "a b c"),
        ("नमस्ते। किताब", "नमसत। किताब"),
        ("Ａ１２", "ａ0"),
        ("\ud800 X", "\ud800 x"),
    ],
)
def test_known_answers(text: str, expected: str) -> None:
    assert simplify_text(text) == expected


def test_a_mark_between_spaces_leaves_both_spaces() -> None:
    assert simplify_text("a \u0301 b") == "a  b"


def literal_definition(text: str) -> str:
    """The steps as text_rules states them, one after the other, with no short cut."""
    text = regex.sub(r"\p{Nd}+([.,،٫⎖⎗⎘]\p{Nd}+)?", "0", text.lower())
    text = "".join(" " if c in FIXED_PUNCTUATION else c for c in text)
    text = re.sub(r"\s+", " ", text.strip())
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn").strip()


ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_equals_the_literal_definition(text: str) -> None:
    assert simplify_text(text) == literal_definition(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_path_equals_the_literal_definition(text: str) -> None:
    assert simplify_text(text) == literal_definition(text)


MARKS = ["\u0301", "\u0323", "\u0344", "\u0f73", "\u0f81", "\u302e", "\U0001d165", "\U0001d16d", "\u20dd", "x"]


@given(st.lists(st.sampled_from(MARKS), min_size=40, max_size=120).map("".join))
def test_long_runs_of_marks_equal_the_literal_definition(text: str) -> None:
    assert simplify_text(text) == literal_definition(text)


def test_every_mark_of_unicode_goes() -> None:
    marks = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) == "Mn"]
    assert len(marks) > 1_900
    assert simplify_text(" ".join(marks)) == ""


def test_long_run_of_marks_takes_linear_time() -> None:
    # Unsorted, this run costs the canonical ordering about 10 ** 10 swaps.
    assert simplify_text("a" + "\U0001d16d\U0001d165" * 200_000).startswith("a\U0001d165")


def test_sizes_of_the_punctuation_sets() -> None:
    assert (len(FIXED_PUNCTUATION), len(TERMINAL_PUNCTUATION)) == (129, 159)
    assert "\t" not in PUNCTUATION
    assert "\n" not in PUNCTUATION
    assert {"।", "؟", "。"} <= TERMINAL_PUNCTUATION
    assert "؟" not in FIXED_PUNCTUATION


def test_punctuation_sets_equal_the_reference_where_it_is_installed() -> None:
    reference = pytest.importorskip("datatrove.utils.text")
    assert frozenset(reference.PUNCTUATION) == FIXED_PUNCTUATION
    assert frozenset(reference.TERMINAL_PUNCTUATION) == TERMINAL_PUNCTUATION
