"""Repetition values against the definition written out, and against hash collisions."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.rules import repetition
from udfs.rules.repetition import DUPLICATED_SIZES, TOP_SIZES, block_values, ngram_values


def literal_top(words: list[str], n: int) -> int:
    grams = [" ".join(words[i : i + n]) for i in range(len(words) - n + 1)]
    if not grams:
        return 0
    gram, count = Counter(grams).most_common(1)[0]
    return len(gram) * count


def literal_duplicated(words: list[str], n: int) -> int:
    seen: set[str] = set()
    characters = position = 0
    while position < len(words) - n + 1:
        gram = "".join(words[position : position + n])
        if gram in seen:
            characters += len(gram)
            position += n
        else:
            seen.add(gram)
            position += 1
    return characters


def lengths(words: list[str]) -> np.ndarray:
    return np.array([len(word) for word in words], np.int64)


WORDS = st.lists(st.sampled_from(["a", "b", "ab", "ba", "c", "the", "\ud800", "中", "aa"]), max_size=80)


@given(WORDS)
def test_equals_the_literal_definition(words: list[str]) -> None:
    text = " ".join(words)
    values = ngram_values(text, words, lengths(words))
    size = len(text) or 1
    for n in TOP_SIZES:
        assert values[f"top_{n}gram_character_share"] == literal_top(words, n) / size
    for n in DUPLICATED_SIZES:
        assert values[f"duplicate_{n}gram_character_share"] == literal_duplicated(words, n) / size


@given(WORDS)
def test_colliding_hashes_change_nothing(words: list[str]) -> None:
    text = " ".join(words)
    expected = ngram_values(text, words, lengths(words))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            repetition._Stretches, "_hashes", lambda self, starts, ends: ((ends - starts) % 2).astype(np.uint64)
        )
        assert ngram_values(text, words, lengths(words)) == expected


def test_longer_texts_than_the_powers_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [f"w{i % 97}" for i in range(500)]
    expected = ngram_values("x", words, lengths(words))
    monkeypatch.setattr(repetition, "_POWERS_KEPT", 10)
    assert ngram_values("x", words, lengths(words)) == expected


def test_words_are_compared_without_a_separator() -> None:
    words = ["ab", "c", "d", "e", "f", "a", "bc", "d", "e", "f"]
    assert ngram_values("x" * 100, words, lengths(words))["duplicate_5gram_character_share"] == 6 / 100


def test_blocks() -> None:
    values = block_values("one\ntwo\n\none\ntwo\n\nthree\n")
    assert values["duplicate_paragraph_share"] == 1 / 3
    assert values["duplicate_paragraph_character_share"] == 7 / 24
    assert values["duplicate_line_share"] == 2 / 6
    assert values["duplicate_line_character_share"] == 6 / 24
