import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.refine.fidelity import (
    content_supported,
    content_terms,
    length_ratio,
    lines_from_source,
    names_supported,
    repeated_share,
    script_match,
    unsupported_numbers,
    verbatim_share,
    words,
)

SOURCE = "Marie Curie was born in Warsaw in 1867. She won two prizes; the first, in 1903, was shared by three people."


@pytest.mark.parametrize(
    ("candidate", "source", "expected"),
    [
        ("She was born in 1867.", SOURCE, []),
        ("She was born in 1868.", SOURCE, [1868.0]),
        ("From 1867 to 1903 are 1903 - 1867 = 36 years.", SOURCE, []),
        ("She was 36 years old.", SOURCE, [36.0]),
        ("3 people shared it.", SOURCE, []),
        ("1. Born 1867\n2) Prize 1903\n7. Shared\nStep 9: end", SOURCE, []),
        ("It has 1,200 rooms.", "It has 1200 rooms.", []),
        ("It grew by 12.5%.", "It grew by 12.50 percent.", []),
        ("15% of 80 is 12.", "A coat costs 80 euros and is reduced by 15 percent.", []),
        ("80 / 15 = 5.33", "80 and 15", []),
        ("共有12个苹果，每人3个。", "十二个苹果分给四个人，每人三个。", [12.0]),
        ("有3个人。", "三个人。", []),
        ("H2O and x1", "water", []),
        ("１８６７", SOURCE, []),
        ("9" * 4000, SOURCE, [float(f"{float('9' * 30):.9g}")]),
        ("4 4 4", "none", [4.0]),
    ],
)
def test_numbers(candidate, source, expected):
    assert unsupported_numbers(candidate, source) == expected


def test_free_numbers_need_no_support():
    assert unsupported_numbers("2 halves of 100 parts", "none", free=(2, 100)) == []


def test_an_unsupported_number_supports_nothing():
    assert unsupported_numbers("5 + 1867 = 1872", SOURCE) == [5.0, 1872.0]


def test_content_words_ignore_inflection_case_and_function_words():
    assert content_supported("Which DISCOVERIES were these?", "She discovered radium.") == 1
    assert content_supported("Radium glows.", "She discovered radium.") == 0.5
    assert content_supported("It is so.", SOURCE) == 1
    assert content_terms("机器学习") == {"机器", "器学", "学习"}
    assert content_supported("学习机器", "机器学习") == pytest.approx(2 / 3)


def test_names_inside_sentences_must_be_in_the_source():
    assert names_supported("The chemist Marie Curie came from Warsaw.", SOURCE) == 1
    assert names_supported("The chemist Marie Curie came from Krakow.", SOURCE) == pytest.approx(2 / 3)
    assert names_supported("Yesterday it rained. Today it snows.", SOURCE) == 1


def test_verbatim_runs():
    assert verbatim_share(SOURCE, SOURCE) == 1
    assert verbatim_share("Warsaw is the town where the chemist of two prizes was born", SOURCE) == 0
    assert verbatim_share("too short", "too short") == 0
    assert verbatim_share("was born in Warsaw, in 1867! She", SOURCE) == 0
    assert verbatim_share("was born in Warsaw, in 1867! She won", SOURCE) == 1
    chinese = "机器学习是人工智能的一个分支学科领域"
    assert verbatim_share(chinese[:16], chinese) == 1
    assert verbatim_share(chinese[:15], chinese) == 0


def test_loops_are_seen():
    assert repeated_share("the cat sat on the mat and went to sleep") == 0
    assert repeated_share("I do not know what it is. " * 30) > 0.9
    assert repeated_share("") == 0


@pytest.mark.parametrize(
    ("text", "language", "low", "high"),
    [
        ("Rain falls.", "en", 1, 1),
        ("雨水落下", "en", 0, 0),
        ("雨水落下", "zh-Hans", 1, 1),
        ("雨水 rain", "zh", 0.3, 0.4),
        ("Дождь", "ru", 1, 1),
        ("123 !?", "zh", 1, 1),
    ],
)
def test_script(text, language, low, high):
    assert low <= script_match(text, language) <= high


def test_length_ratio():
    assert length_ratio("a b", "a b c d") == 0.5
    assert length_ratio("a", "") == 0


LINES = st.lists(st.sampled_from(["a", "b", "c", "", " "]), max_size=12)


@given(LINES, st.data())
def test_removals_alone_leave_every_line_in_the_source(lines, data):
    kept = [line for line in lines if data.draw(st.booleans())]
    assert lines_from_source("\n".join(kept), "\n".join(lines)) == 1


def test_changed_and_moved_lines_are_seen():
    assert lines_from_source("a\nx", "a\nb") == 0.5
    assert lines_from_source("b\na", "a\nb") == 0.5
    assert lines_from_source("a\na", "a\nb") == 0.5


@given(st.text(), st.text())
def test_shares_stay_between_zero_and_one_and_a_text_supports_itself(candidate, source):
    for share in (content_supported, names_supported, verbatim_share, lines_from_source):
        assert 0 <= share(candidate, source) <= 1
    assert 0 <= repeated_share(candidate) < 1
    assert content_supported(candidate, candidate) == 1
    assert lines_from_source(candidate, candidate) == 1
    assert unsupported_numbers(candidate, candidate) == []
    assert all(words(word) == [word] for word in words(candidate) if word.isascii())


@pytest.mark.parametrize(
    "text",
    [
        "1," * 50000,
        "1 " * 50000,
        " ".join(map(str, range(3, 60000, 7))),
        "A" * 100000,
        " Aa" * 40000,
        "雨" * 50000,
        "- " * 50000,
        "\n1." * 30000,
    ],
)
def test_hostile_text_takes_linear_time(text):
    start = time.process_time()
    unsupported_numbers(text, "none")
    unsupported_numbers(text, text)
    names_supported(text, "none")
    content_supported(text, "none")
    assert time.process_time() - start < 8
