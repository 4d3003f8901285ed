import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.refine import question_answer, textbook
from udfs.refine.replies import parse_fields


@pytest.mark.parametrize(
    ("output", "finish_reason", "reason"),
    [
        (None, None, "no_output"),
        ("  ", "stop", "no_output"),
        ('{"a": "x", "b": "y"}', "length", "truncated"),
        ('{"a": "x", ', "stop", "bad_json"),
        ('["a", "b"]', "stop", "bad_json"),
        ('{"a": 1, "b": "y"}', "stop", "no_a"),
        ('{"a": "x", "b": " "}', "stop", "no_b"),
        ("[" * 200_000, "stop", "bad_json"),
    ],
)
def test_an_incomplete_reply_has_a_reason(output, finish_reason, reason):
    assert parse_fields(output, finish_reason, ("a", "b")) == ({}, reason)


def test_a_code_fence_and_line_breaks_inside_strings_are_accepted():
    assert parse_fields('```json\n{"a": "x\ny"}\n```', "stop", ("a",)) == ({"a": "x\ny"}, None)


def test_escaped_surrogates_cannot_reach_a_table():
    fields, reason = parse_fields('{"a": "x\\ud800y \\ud83d\\ude00"}', "stop", ("a",))
    assert reason is None
    assert fields == {"a": "x\ufffdy 😀"}


@given(st.none() | st.text() | st.dictionaries(st.text(), st.none() | st.text() | st.lists(st.text())).map(json.dumps))
def test_parsing_never_raises_and_gives_either_a_value_or_a_reason(output):
    for parse in (question_answer.parse, textbook.parse):
        for finish_reason in ("stop", "length", None):
            value, reason = parse(output, finish_reason)
            assert (value is None) != (reason is None)
