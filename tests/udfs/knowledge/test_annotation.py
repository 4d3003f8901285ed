from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.knowledge.annotation import Utf16Offsets, from_spark_nlp

ASTRAL = st.text(alphabet="aé中𝒙😀\n .\x00", max_size=40)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(ASTRAL, st.data())
def test_utf16_span_is_the_character_span(text: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, len(text)))
    span = Utf16Offsets(text).span(units(text[:begin]), units(text[:end]) - 1)
    assert span == (begin, end)


@given(ASTRAL, st.integers(-5, 100), st.integers(-5, 100))
def test_utf16_span_stays_inside_any_text(text: str, begin: int, last: int) -> None:
    first, end = Utf16Offsets(text).span(begin, last)
    assert 0 <= first <= end <= len(text)


@pytest.mark.parametrize(("begin", "last", "expected"), [(1, 1, "𝒙"), (2, 2, "𝒙"), (2, 3, "𝒙b"), (0, 1, "a𝒙")])
def test_half_a_surrogate_pair_takes_the_whole_character(begin: int, last: int, expected: str) -> None:
    first, end = Utf16Offsets("a𝒙b").span(begin, last)
    assert "a𝒙b"[first:end] == expected


def row(begin: int, end: int, **more: float) -> dict[str, float]:
    return {"begin": begin, "end": end, **more}


def test_from_spark_nlp_moves_offsets_behind_an_astral_character() -> None:
    text = "𝒙 is a set. Rome is old."
    annotated = from_spark_nlp(text, [row(13, 24), row(0, 11)], [row(0, 1), row(13, 16)], [row(13, 16, score=1.0)])
    assert [sentence.text for sentence in annotated.sentences] == ["𝒙 is a set.", "Rome is old."]
    assert [(token.text, token.sentence) for token in annotated.tokens] == [("𝒙", 0), ("Rome", 1)]
    assert [(phrase.text, phrase.score) for phrase in annotated.key_phrases] == [("Rome", 0.5)]


def test_from_spark_nlp_cuts_runs_of_han_characters() -> None:
    text = "人工智能改变世界。"
    annotated = from_spark_nlp(text, [row(0, 8)], [row(0, 7), row(8, 8)], None, language="zh")
    assert [token.text for token in annotated.tokens] == ["人工智能", "改变", "世界", "。"]


def test_from_spark_nlp_keeps_the_first_of_equal_phrases_and_drops_broken_ones() -> None:
    text = "Deep learning (a) deep learning\nbook"
    phrases = [row(18, 30, score=0.5), row(0, 12, score=0.5), row(23, 35, score=0.1), row(5, 16, score=0.1)]
    annotated = from_spark_nlp(text, [row(0, 35)], [], phrases)
    assert [(phrase.begin, phrase.text) for phrase in annotated.key_phrases] == [(0, "Deep learning")]


def test_document_without_sentences() -> None:
    annotated = from_spark_nlp(" \n", [], [row(0, 1)], [])
    assert (annotated.sentences, annotated.tokens, annotated.key_phrases) == ((), (), ())
    assert from_spark_nlp("", None, None, None).sentences == ()


SPANS = st.lists(st.tuples(st.integers(-2, 60), st.integers(-2, 60)), max_size=6)


@given(ASTRAL, SPANS, SPANS, SPANS)
def test_every_span_quotes_the_text_whatever_the_rows(
    text: str, sentences: list[tuple[int, int]], tokens: list[tuple[int, int]], phrases: list[tuple[int, int]]
) -> None:
    annotated = from_spark_nlp(
        text,
        [row(*span) for span in sentences],
        [row(*span) for span in tokens],
        [row(*span, score=0.2) for span in phrases],
    )
    for item in (*annotated.sentences, *annotated.tokens, *annotated.key_phrases):
        assert text[item.begin : item.end] == item.text
        assert item.text.strip()
    for token in annotated.tokens:
        sentence = annotated.sentences[token.sentence]
        assert sentence.begin <= token.begin < token.end <= sentence.end
