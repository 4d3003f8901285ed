"""Repetition values against the definition written out, and against hash collisions."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.rules import repetition
from udfs.rules.repetition import DUPLICATED_SIZES, TOP_SIZES, block_values, ngram_values
from udfs.text.vocabulary import vocabulary


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


def values_of(text: str, words: list[str]) -> dict[str, float]:
    return ngram_values(text, vocabulary().look_up(words))


WORDS = st.lists(st.sampled_from(["a", "b", "ab", "ba", "c", "the", "\ud800", "中", "aa"]), max_size=80)


@given(WORDS)
def test_equals_the_literal_definition(words: list[str]) -> None:
    text = " ".join(words)
    values = values_of(text, words)
    size = len(text) or 1
    for n in TOP_SIZES:
        assert values[f"top_{n}gram_character_share"] == literal_top(words, n) / size
    for n in DUPLICATED_SIZES:
        assert values[f"duplicate_{n}gram_character_share"] == literal_duplicated(words, n) / size


@given(WORDS)
def test_colliding_hashes_change_nothing(words: list[str]) -> None:
    text = " ".join(words)
    expected = values_of(text, words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repetition, "_SPREADING", np.uint64(0))
        assert values_of(text, words) == expected


@pytest.mark.parametrize("few", [0, 10**6])
def test_hashes_that_share_a_bucket_are_told_apart(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    words = [f"w{number * number % 1009}" for number in range(3000)]
    text = " ".join(words)
    monkeypatch.setattr(repetition, "_FEW", few)
    values = values_of(text, words)
    for n in TOP_SIZES:
        assert values[f"top_{n}gram_character_share"] == literal_top(words, n) / len(text)
    for n in DUPLICATED_SIZES:
        assert values[f"duplicate_{n}gram_character_share"] == literal_duplicated(words, n) / len(text)


def test_a_longer_text_than_the_powers_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [*"abcdefg", "zz", *"abcdefg"]
    expected = values_of("x" * 100, words)
    monkeypatch.setattr(repetition, "_POWERS_KEPT", 3)
    assert values_of("x" * 100, words) == expected
    assert expected["duplicate_5gram_character_share"] == 5 / 100


@pytest.mark.parametrize("most", [1, 200])
def test_sizes_looked_up_together_or_alone_give_the_same(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    words = ["a", "b", "c", "ab", "c", "a", "b", "c", "d"] * 9
    expected = values_of(" ".join(words), words)
    monkeypatch.setattr(repetition, "_MOST_AT_ONCE", most)
    assert values_of(" ".join(words), words) == expected


def test_words_are_compared_without_a_separator() -> None:
    words = ["ab", "c", "d", "e", "f", "a", "bc", "d", "e", "f"]
    assert values_of("x" * 100, words)["duplicate_5gram_character_share"] == 6 / 100


def test_blocks() -> None:
    values = block_values("one\ntwo\n\none\ntwo\n\nthree\n")
    assert values["duplicate_paragraph_share"] == 1 / 3
    assert values["duplicate_paragraph_character_share"] == 7 / 24
    assert values["duplicate_line_share"] == 2 / 6
    assert values["duplicate_line_character_share"] == 6 / 24


@given(st.text("ab \n"))
def test_blocks_equal_the_literal_definition(text: str) -> None:
    values = block_values(text)
    for name, parts in (("line", re.split(r"\n+", text)), ("paragraph", re.split(r"\n{2,}", text.strip()))):
        again = [part for number, part in enumerate(parts) if part in parts[:number]]
        assert values[f"duplicate_{name}_share"] == len(again) / len(parts)
        assert values[f"duplicate_{name}_character_share"] == sum(map(len, again)) / (len(text) or 1)
