import time
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from udfs.dedup.tokens import slice_hashes, tokenize, windows


def parts(text: str) -> list[str]:
    tokens = tokenize(text)
    return [text[start:end] for start, end in zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)]


def same(a: str, b: str) -> bool:
    return tokenize(a).hashes.tolist() == tokenize(b).hashes.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t...!?", []),
        ("Don't re-enter", ["Don", "t", "re", "enter"]),
        ("has_close_elements(x1)", ["has", "close", "elements", "x", "1"]),
        ("1,000 2.5; 3", ["1,000 2.5; 3"]),
        ("北京123 abc。上海", ["北", "京", "123", "abc", "上", "海"]),
        ("ありがとう", list("ありがとう")),
        ("한국어 문장", ["한국어", "문장"]),
        ("\ud800a\ud800b\x00c", ["a", "b", "c"]),
        ("e\u0301te\u0301", ["e\u0301te"]),
        ("soft\u00adhyphen zero\u200bwidth", ["soft\u00adhyphen", "zero\u200bwidth"]),
        ("ﬁne ½", ["ﬁne", "½"]),
    ],
)
def test_tokens_and_their_places(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Hello, WORLD!", "hello world"),
        ("café naïve", "CAFE\u0301 naive"),
        ("ＦＵＬＬ　ｗｉｄｔｈ１２", "full width 12"),
        ("1,000,000 people", "1000000 people"),
        ("1, 2, 3", "1,2,3"),
        ("x² + 1", "x^2+1"),
        ("该公司成立于2015年，总部在北京。", "该 公司 成立 于 ２０１５ 年 总部 在 北京"),
        ("soft\u00adhyphen", "softhyphen"),
        ("ﬁnal", "final"),
        ("\\(a\\)", "$a$"),
        ("“quoted” — it’s", '"quoted" - it\'s'),
    ],
)
def test_equal_after_harmless_changes(a: str, b: str) -> None:
    assert same(a, b)


@pytest.mark.parametrize(("a", "b"), [("ab c", "a bc"), ("ab", "ba"), ("东京", "京东"), ("a 1", "1 a"), ("aa", "a")])
def test_different_texts_differ(a: str, b: str) -> None:
    assert not same(a, b)


def test_strict_hashes_tell_numbers_apart_but_not_their_formats() -> None:
    def strict(text: str) -> list[int]:
        return tokenize(text).strict.tolist()

    assert strict("in 1,000 days") == strict("In 1000 days")
    assert strict("2.5 m") == strict("2.50 m")
    assert strict("king in 1650") != strict("king in 1756")
    assert strict("٣ x") == strict("3 x")
    assert tokenize("king in 1650").hashes.tolist() == tokenize("king in 1756").hashes.tolist()


def test_weights() -> None:
    assert tokenize("Compute \\sin \\frac{2\\pi}{3} of apple, zebra 北 a").units.tolist() == [
        5,
        2,
        2,
        2,
        2,
        2,
        5,
        5,
        5,
        3,
        2,
    ]


def test_numbers_are_not_joined_over_breaks() -> None:
    text = "sum 1\n2 cars"
    assert len(tokenize(text).hashes) == 3
    joined = tokenize(text, breaks=np.array([0, 6]))
    assert joined.hashes.tolist() == tokenize("sum 1").hashes.tolist() + tokenize("2 cars").hashes.tolist()


@example("㋿")
@given(st.text(st.characters(codec=None), max_size=60))
def test_tokens_are_ordered_and_end_at_separators(text: str) -> None:
    tokens = tokenize(text)
    assert (tokens.starts < tokens.ends).all()
    # One character may stand for several words, as U+32FF does for two: these share its place, no others overlap.
    apart = tokens.ends[:-1] <= tokens.starts[1:]
    same = (tokens.starts[:-1] == tokens.starts[1:]) & (tokens.ends[:-1] == tokens.starts[1:] + 1)
    assert (apart | same).all()
    assert len(tokens.hashes) == len(tokens.strict) == len(tokens.starts) == len(tokens.units)


@given(st.text(max_size=40), st.text(max_size=40))
def test_tokens_of_a_text_do_not_depend_on_what_stands_before_it(before: str, text: str) -> None:
    first = tokenize(before + "\n|word|\n").hashes.tolist()
    assert tokenize(before + "\n|word|\n" + text).hashes.tolist()[len(first) :] == tokenize(text).hashes.tolist()


@given(st.text(st.characters(max_codepoint=0x24F), max_size=60))
def test_composed_and_decomposed_forms_agree(text: str) -> None:
    assert same(unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_slices_are_equal_just_when_their_hashes_are(values: list[int]) -> None:
    array = np.array(values, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(99)
    bounds = [(start, end) for start in range(len(values)) for end in range(start + 1, len(values) + 1)]
    hashes = slice_hashes(array, *(np.array(side) for side in zip(*bounds, strict=True)))
    by_content: dict[tuple[int, ...], set[int]] = {}
    for (start, end), value in zip(bounds, hashes.tolist(), strict=True):
        by_content.setdefault(tuple(values[start:end]), set()).add(value)
    assert all(len(found) == 1 for found in by_content.values())
    assert len(set.union(*by_content.values())) == len(by_content)


def test_windows_are_the_shortest_that_weigh_enough() -> None:
    starts, ends = windows(np.array([5, 3, 3, 5, 2]), 10)
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == [(0, 3), (1, 4), (2, 5)]
    assert [len(side) for side in windows(np.array([5]), 10)] == [0, 0]
    assert [len(side) for side in windows(np.array([], dtype=np.int64), 10)] == [0, 0]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10**6,
        "\u0301" * 10**6,
        "１" * 10**6,
        "½" * 10**5,
        "ﷺ" * 10**4,
        "\ud800" * 10**6,
        "1 " * 10**5,
        "中" * 10**6,
    ],
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    started = time.process_time()
    tokens = tokenize(text)
    assert time.process_time() - started < 10
    assert (tokens.ends <= len(text)).all()
