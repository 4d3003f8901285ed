"""Words and sentence counts: equal to spaCy for English, jieba for Chinese."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udfs.text.english import english
from udfs.text.words import line_sentence_count, sentence_count, words

PROSE = """Mr. O'Neill didn't e-mail the U.S.-based firm (founded c. 1998) until 10p.m.; "It's fine," he said.
The price rose from $5.00 to US$7.50/kg, i.e. 50%! See http://a.b/c?d=1 or mail x.y@example.com... really?! :-)

\tfor i in range(len(nums)):  # O(n) -- "fast", isn't it?
\u2014 Caf\u00e9s\u2019 owners: \u201cQuoi?\u201d \u2026 1,000,000km\u00b2 \u4f60\u597d\uff0c\u4e16\u754c\u3002
he's/she's we'll've and/or w/o 8-) :)\u3000end"""


@pytest.fixture(scope="module")
def reference() -> Any:
    english()  # brings spaCy in without torch
    import spacy

    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    return pipeline


def reference_words(pipeline: Any, text: str) -> list[str]:
    return [word for word in (token.text.strip() for token in pipeline(text)) if word]


def test_known_answer() -> None:
    expected = ["Do", "n't", "re", "-", "enter", "e.g.", "U.S.A.", "$", "5.00", ":-)", "http://a.b", "/", "c?d=1"]
    assert words("Don't re-enter e.g. U.S.A. $5.00 :-) http://a.b/c?d=1") == expected


def test_prose_equals_the_reference(reference: Any) -> None:
    assert words(PROSE) == english().words(PROSE).texts == reference_words(reference, PROSE)
    assert sentence_count(PROSE) == len(list(reference(PROSE).sents))


ATOMS = [
    *"()[]{}:;-.,/'\"=<>*_^|8DOPxX3o0\t\n",
    *["...", "\u2026", "km", "US$", "a", "It", "He's", "word", "12", "http://a.b/c", "x@y.com", "\u2014", "\u2019s"],
    *[
        "'s",
        "\u00e9",
        "\u4e2d",
        "\u3000",
        "\xa0",
        "  ",
        " ",
        " ",
        " ",
        " :-) ",
        "):",
        "Whats",
        "(word.",
        "Calif",
        "Corp.",
        "n't",
        "10a.m.",
        "e.g.",
        "A.",
    ],
]


@given(st.lists(st.sampled_from(ATOMS), max_size=24).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_mixture_equals_the_reference(reference: Any, text: str) -> None:
    assert words(text) == english().words(text).texts == reference_words(reference, text)
    assert sentence_count(text) == len(list(reference(text).sents))


@given(
    st.lists(st.lists(st.sampled_from([*ATOMS, "Yes.", "Oh!", "\x85", "\xad"]), max_size=12).map("".join), max_size=6)
)
@settings(max_examples=200, deadline=None)
def test_lines_are_counted_each_by_itself(lines: list[str]) -> None:
    lines = [line for text in lines for line in text.splitlines()]
    assert line_sentence_count(lines) == sum(map(sentence_count, lines))
    assert line_sentence_count(lines, "fr") == sum(sentence_count(line, "fr") for line in lines)


@given(st.text(max_size=60))
def test_any_text_equals_the_reference(reference: Any, text: str) -> None:
    assert words(text) == english().words(text).texts == reference_words(reference, text)
    assert sentence_count(text) == len(list(reference(text).sents))


@pytest.mark.parametrize(
    "text",
    [
        "): - )",
        ":( -: )",
        "(x: ):",
        "a): (b",
        "a):  (b x(x):\n):",
        "see foo(x):)",
        "o.O :-",
        "f(x): )",
        ": X'' = (X''",
        "(x: X'')):\n)",
    ],
)
def test_matches_that_run_over_two_chunks(reference: Any, text: str) -> None:
    assert words(text) == english().words(text).texts == reference_words(reference, text)


@pytest.mark.parametrize("limit", ["_MOST_TEXTS", "_MOST_CHARACTERS"])
def test_forgetting_what_was_remembered_changes_nothing(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    expected = words(PROSE)
    monkeypatch.setattr(f"udfs.text.remembered.{limit}", 3)
    assert [words(PROSE) for _ in range(3)] == [expected] * 3
    assert [english().words(PROSE).texts for _ in range(3)] == [expected] * 3
    assert len(english()._texts) < 500
    assert len(english()._pieces._numbers) < 500


@pytest.mark.parametrize(
    "unit", ["(", "=", "'s", "a-", "a.", ".", "http://a/", "(=[", "a:", "\u4e2d", "...x", "\ud800", "\x00 "]
)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    text = unit * (60_000 // len(unit))
    started = time.process_time()
    words(text)
    sentence_count(text)
    assert time.process_time() - started < 20


def test_lone_surrogates_stay() -> None:
    assert words("a \ud800 (\udfff)") == ["a", "\ud800", "(", "\udfff", ")"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Mr. Smith went. He left! Really? Yes", 4), ("", 0), (" ", 1), ("no end", 1), ("One.\nTwo", 2), ("A?!) B", 2)],
)
def test_english_sentences(text: str, expected: int) -> None:
    assert sentence_count(text) == expected


def test_chinese() -> None:
    assert words("我来到北京清华大学", "zh") == ["我", "来到", "北京", "清华大学"]
    assert words("我来到 北京\u3000\n", "zh-CN") == ["我", "来到", "北京"]
    assert sentence_count("他走了。你呢？\n好…… 标题", "zh") == 4
    assert sentence_count("。。。", "zh") == 0


def test_other_languages() -> None:
    assert words("Straße, l'été ３x", "de") == ["Straße", ",", "l", "'", "été", "３x"]
    assert words("日本語テ", "ja") == ["日", "本", "語", "テ"]
    assert words("नमस्ते।", "hi") == ["नमस्ते", "।"]
    assert sentence_count("नमस्ते। तुम कैसे हो?", "hi") == 2


@given(st.text(st.characters(exclude_categories=())), st.sampled_from(["en", "zh", "fr", "und", ""]))
def test_words_keep_every_character_but_whitespace(text: str, language: str) -> None:
    found = words(text, language)
    assert all(found)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert sentence_count(text, language) >= 0
