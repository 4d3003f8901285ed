"""The prose of a Markdown document."""

from __future__ import annotations

import pytest

from udfs.text.plain import plain_view


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a `{b}` c", "a b c"),
        ("a {b} c `d`", "a {b} c d"),
        ("a `{b c}", "a {b c}"),
        ("| a | `{b}` |", "a b"),
        ("```\n{a}\n```\n\nb `{}` c", "b  c"),
    ],
)
def test_code_in_a_line_has_no_braces(text: str, plain: str) -> None:
    assert plain_view(text) == plain
