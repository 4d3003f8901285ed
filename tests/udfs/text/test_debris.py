"""Buttons and signposts at the ends of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.text.debris import is_debris, trim_debris

BODY = "# The mill\n\nNext\n\nThe mill stood by the river.\n\n```\nmore\n```"


@pytest.mark.parametrize(
    "line",
    [
        *("Next", "next page »", "← Previous", "Back to top", "- Share", "## Comments", "12 comments", "Read more…"),
        *("Leave a reply", "Was this page helpful?", "Loading...", "Copyright © 2020 The Mill", "|", "---", ">"),
        *("下一页", "上一篇：", "返回顶部", "【责任编辑:王頔】", "[ 责编：杨煜 ]", "沪ICP备06027390号-2", "分享到"),
    ],
)
def test_whole_lines_at_the_ends_go(line: str) -> None:
    assert trim_debris(f"{line}\n\n{BODY}\n\n{line}\n") == BODY


@pytest.mark.parametrize(
    "line",
    [
        *(
            "Next, heat the oil.",
            "Home is where the heart is",
            "## Next steps",
            "More than ten people",
            "Share of votes",
        ),
        *(
            "Search engines",
            "Report of the year",
            "上一页的内容",
            "更多的人来了",
            "编辑部的故事",
            "1. Home",
            "| a | b |",
        ),
        *("```", "$x$", "42", "The top", "Comments on Hegel"),
    ],
)
def test_lines_that_say_something_stay(line: str) -> None:
    text = f"{line}\n\n{BODY}\n\n{line}"
    assert trim_debris(text) == text
    assert not is_debris(line)


@given(st.lists(st.sampled_from(["Next", "下一页", "", "A sentence.", "```", "Share", "- x"]), max_size=12))
def test_only_the_ends_and_only_once(lines: list[str]) -> None:
    text = "\n".join(lines)
    trimmed = trim_debris(text)
    assert trimmed in text
    assert trim_debris(trimmed) == trimmed
    assert [line for line in lines if not is_debris(line)] == [
        line for line in trimmed.split("\n") if not is_debris(line)
    ]


def test_hostile_lines_are_linear() -> None:
    assert not is_debris("« " * 200_000)
    assert trim_debris("next " * 100_000).startswith("next")
