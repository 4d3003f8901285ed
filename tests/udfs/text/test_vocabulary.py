"""What a vocabulary knows of words, and that forgetting changes none of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.text.punctuation import PUNCTUATION
from udfs.text.vocabulary import HAS_LETTER, NOT_SYMBOLS, Vocabulary

WORDS = st.lists(st.text(st.characters(exclude_categories=()), min_size=1))


@given(WORDS)
def test_equals_the_literal_definition(texts: list[str]) -> None:
    words = Vocabulary().look_up(texts)
    assert (words.texts, words.joined) == (texts, "".join(texts))
    assert words.lengths.tolist() == [len(text) for text in texts]
    assert (words.classes & HAS_LETTER != 0).tolist() == [any(c.isalpha() for c in text) for text in texts]
    assert (words.classes & NOT_SYMBOLS != 0).tolist() == [any(c not in PUNCTUATION for c in text) for text in texts]
    number_of = dict(zip(texts, words.numbers.tolist(), strict=True))
    assert words.numbers.tolist() == [number_of[text] for text in texts]
    assert len(set(number_of.values())) == len(set(texts))


@pytest.mark.parametrize("limit", ["_MOST_TEXTS", "_MOST_CHARACTERS"])
def test_forgets_above_its_limits(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(f"udfs.text.remembered.{limit}", 10)
    vocabulary = Vocabulary()
    for start in range(0, 90_000, 9_000):
        words = vocabulary.look_up([f"w{number}" for number in range(start, start + 9_000)])
        assert words.lengths.tolist() == [len(text) for text in words.texts]
    assert len(vocabulary._numbers) == 9_000
