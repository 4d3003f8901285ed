from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.knowledge.annotation import Token
from udfs.knowledge.key_phrases import key_phrase_spans
from udfs.knowledge.plain import annotate

TEXT = st.text(alphabet=st.sampled_from(list('abA1. \n!?。，中国是的`*#"”()$_𝒙\x00-')), max_size=120)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Smith met J. K. Rowling. They left.", ["Dr. Smith met J. K. Rowling.", "They left."]),
        ("It is 3.5 km. Next!", ["It is 3.5 km.", "Next!"]),
        ("Use e.g. this one. And so on", ["Use e.g. this one.", "And so on"]),
        ("# Heading\nA line that\ngoes on.", ["# Heading", "A line that\ngoes on."]),
        ("1. First item.\n2. Second item.", ["1. First item.", "2. Second item."]),
        ("他说：“好。”然后走了！是吗？", ["他说：“好。”", "然后走了！", "是吗？"]),
        ("He asked “Why?” Nobody spoke.", ["He asked “Why?”", "Nobody spoke."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [sentence.text for sentence in annotate(text).sentences] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't use `foo_bar`, C++!", ["Don't", "use", "`", "foo_bar", "`", ",", "C++", "!"]),
        ("Python是语言。", ["Python", "是", "语言", "。"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert [token.text for token in annotate(text).tokens] == expected


@given(TEXT, st.sampled_from(["en", "zh"]))
def test_spans_quote_the_text_and_do_not_overlap(text: str, language: str) -> None:
    annotated = annotate(text, "d", language)
    for items in (annotated.sentences, annotated.tokens):
        assert all(text[item.begin : item.end] == item.text for item in items)
        assert all(left.end <= right.begin for left, right in pairwise(items))
    covered = "".join(sentence.text for sentence in annotated.sentences)
    assert "".join(covered.split()) == "".join(text.split())
    assert "".join("".join(token.text for token in annotated.tokens).split()) == "".join(covered.split())
    for phrase in annotated.key_phrases:
        assert text[phrase.begin : phrase.end] == phrase.text
        assert 0.0 < phrase.score <= 1.0


def test_key_phrases_prefer_what_the_document_repeats() -> None:
    text = "Machine learning is a field. We like machine learning. They do machine learning, too. The weather was nice."
    best = max(annotate(text).key_phrases, key=lambda phrase: phrase.score)
    assert best.text.lower() in {"machine", "learning", "machine learning"}
    assert "weather" not in {phrase.text for phrase in annotate(text).key_phrases}


def test_key_phrases_neither_cross_punctuation_nor_end_in_stop_words() -> None:
    phrases = {phrase.text for phrase in annotate("Cats, dogs of war and peace of mind.").key_phrases}
    assert phrases == {"dogs of war", "war and peace", "peace of mind"}


def test_a_chinese_word_of_one_character_is_no_key_phrase() -> None:
    tokens = [Token(0, 2, "数据", 0), Token(2, 3, "很", 0), Token(3, 4, "很", 0), Token(4, 6, "数据", 1)]
    assert [span[:2] for span in key_phrase_spans(tokens, "zh")] == [(0, 2)]


@pytest.mark.parametrize("unit", [".", "!? ", "a.", "1. ", "\n", "“", "中。", "$", "`", "A.B.", "_", "a-"])
def test_long_hostile_text_takes_linear_time(unit: str) -> None:
    started = time.process_time()
    annotate(unit * 20_000)
    assert time.process_time() - started < 10
