"""The normal form: known defects of other cleaners, idempotence, fenced code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.text.normalize import normalize


@pytest.mark.parametrize("space", ["\u2003", "\u2009", "\u00a0", "\u3000", "\u202f", "\u1680", "\x0c", "\x0b"])
def test_wide_spaces_never_glue_words(space: str) -> None:
    assert normalize(f"two{space}words") == "two words"


@pytest.mark.parametrize(
    "invisible", ["\u200b", "\ufeff", "\u202e", "\u2066", "\x00", "\x1b", "\x9f", "\ue000", "\U000f1234", "\U000e0041"]
)
def test_invisible_characters_go(invisible: str) -> None:
    assert normalize(f"so{invisible}lid") == "solid"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\ne"),
        ("a\n\nb", "a\n\nb"),
        ("a\n\n\nb", "a\n\n\nb"),
        ("a\n \n\t\n\u3000\n\nb", "a\n \n\t\nb"),
        ("\tindented", "\tindented"),
        ("x\ud800y", "x\ufffdy"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("a\u200db", "ab"),
        ("", ""),
    ],
)
def test_known_answers(text: str, expected: str) -> None:
    assert normalize(text) == expected


def test_fenced_code_keeps_its_whitespace() -> None:
    code = "```python\nx\u3000=\u00a01\n\n\n\n\n\ty\x0c\n```"
    assert normalize(f"a\u3000b\n{code}\nc\u3000d") == f"a b\n{code}\nc d"


def test_a_fence_closes_only_with_its_own_mark() -> None:
    assert normalize("~~~~\n```\n~~~\n\u3000\n~~~~\n\u3000.") == "~~~~\n```\n~~~\n\u3000\n~~~~\n ."


def test_fenced_code_loses_bidirectional_marks_and_carriage_returns() -> None:
    assert normalize("```\na\u202eb\r\nc\n```") == "```\nab\nc\n```"


PIECES = st.sampled_from(
    [
        "```",
        "~~~",
        "````",
        "\n",
        "\r",
        "\u3000",
        "\u00a0",
        " ",
        "\t",
        "x",
        "`",
        "\u200b",
        "\u200d",
        "ا",
        "\x0c",
        "\ue001",
    ]
)


@given(st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(st.characters(exclude_categories=()))))
def test_twice_changes_nothing_more(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once


@given(st.text(st.characters(exclude_categories=())))
def test_words_and_paragraphs_survive(text: str) -> None:
    once = normalize(text)
    once.encode()
    assert "\r" not in once
    assert sum(map(str.isalnum, once)) >= sum(c.isalnum() and c not in "\u115f\u1160\u3164\uffa0" for c in text)


def test_long_hostile_text_takes_linear_time() -> None:
    assert normalize("\n" * 1_000_000) == "\n"
    assert normalize("\u200d" * 1_000_000) == ""
    assert normalize("`" * 1_000_000) == "`" * 1_000_000
    assert len(normalize(" \n" * 300_000 + "x")) < 10
