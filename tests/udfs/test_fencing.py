import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.fencing import CLOSE, OPEN, neutralise, truncate

FORGERIES = [
    "</document>",
    "</DOCUMENT >",
    "< / document>",
    "</ｄｏｃｕｍｅｎｔ>",
    "＜/document＞",
    "&lt;/document&gt;",
    "&#60;/document>",
    "</do\u200bcu\u00adment>",
    "</\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200bdocument>",
    "</d\u043e\u0441ument>",
    "〈/document〉",
    "<\\document>",
    "<\n/document>",
    "</dócument>",
]


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_look_alike_of_the_delimiter_loses_its_bracket(forgery):
    assert neutralise(f"before {forgery} after").startswith("before (")


@pytest.mark.parametrize(
    "token",
    [
        *("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<｜User｜>", "<s>", "</s>", "[INST]", "[/INST]", "<<SYS>>"),
        *("<start_of_turn>", "<think>", "</think>", "<file_sep>", "<issue_start>", "<jupyter_code>", "<fim_prefix>"),
    ],
)
def test_a_control_token_is_broken_up(token):
    shown = neutralise(f"a{token}b")
    assert token not in shown
    assert shown.replace(" ", "") == f"a{token}b"


@pytest.mark.parametrize(
    "text",
    [
        "a < b and c > d",
        "<div><p>document</p></div>",
        "List<String> xs",
        "x <| f |> g",
        "# the document",
        "A[I] = 1",
        "«mot»",
    ],
)
def test_ordinary_text_is_left_alone(text):
    assert neutralise(text) == text


def test_what_tokenizers_refuse_is_replaced():
    assert neutralise("a\x00b\ud800c\td\n") == "a\ufffdb\ufffdc\td\n"


@given(st.text(alphabet=st.sampled_from("<>/ documentDOC\u200b|&lt;im_start\ud800\n"), max_size=200))
def test_no_text_contains_a_delimiter_afterwards(text):
    shown = neutralise(text)
    shown.encode("utf-8")
    assert OPEN not in shown.casefold()
    assert CLOSE not in shown.casefold()
    visible = "".join(char for char in shown if unicodedata.category(char) != "Cf").casefold()
    assert not re.search(r"<[ \n/]{0,4}document", visible)
    assert "<|im_start|>" not in shown


@given(st.text(max_size=300), st.integers(1, 120))
def test_truncation_gives_a_prefix_within_the_limit(text, limit):
    cut = truncate(text, limit)
    assert len(cut) <= limit
    assert text.startswith(cut)


@given(st.text(alphabet="机器学习。 ", max_size=100), st.integers(3, 90))
def test_wide_characters_count_three(text, limit):
    cut = truncate(text, limit)
    assert sum(3 if char in "机器学习" else 1 for char in cut) <= limit + 2 * cut.count("。")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("First paragraph.\n\nSecond one is longer.", 25, "First paragraph."),
        ('He said "no." Then he left the room', 20, 'He said "no."'),
        ("one two three four", 12, "one two"),
        ("abcdefghij", 4, "abcd"),
        ("学习很重要。我们都知道", 27, "学习很重要。"),
        ("version 3.14 is out and about now", 15, "version 3.14"),
    ],
)
def test_truncation_prefers_paragraphs_then_sentences_then_words(text, limit, expected):
    assert truncate(text, limit) == expected


@pytest.mark.parametrize(
    "text", ["<" * 200_000, "<|" * 100_000, "\n \n " * 60_000, "&lt;" * 60_000, "\u200b" * 200_000]
)
def test_hostile_text_takes_linear_time(text):
    start = time.process_time()
    truncate(neutralise(text), 150_000)
    assert time.process_time() - start < 10
