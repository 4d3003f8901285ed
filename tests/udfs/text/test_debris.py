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
        *("Skip to search results Skip to filters", "Last updated: 3 May 2021", "> Contributors: ana, bo, cy"),
        *("Edit this page on GitHub", "Text is available under the CC BY 4.0 licence", "Next: The river"),
        *("Feel free to leave your questions or remarks", "上一篇：河边的磨坊", "转载请注明出处", "欢迎在评论区留言"),
        *("> 本页面最近更新：2020/1/2", "> 本页面贡献者：甲, 乙, 丙", "最后更新：2020-01-02", "在 GitHub 上编辑此页"),
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
        *(
            "Contributors are welcome",
            "Next: heat the oil.",
            "Leave your comments at the door and listen to what I say.",
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


SIGNPOSTS = (
    "Previous\n\nThe mill",
    "Next\nThe river\n\n## Comments",
    "上一页\n\n磨坊\n\n下一页\n\n河",
    "Next chapter »\n\n4.2 Rivers",
)


@pytest.mark.parametrize("tail", SIGNPOSTS)
def test_titles_behind_signposts_go(tail: str) -> None:
    assert trim_debris(f"{BODY}\n\n{tail}") == BODY
    assert trim_debris(f"{BODY}\n\n{tail}\n\nA last sentence.").endswith("A last sentence.")
    assert trim_debris("Next\n\nThe river") == "The river"


RECORD = """| Title | mill |
| --- | --- |
| Canonical name | Mill |
| Date of creation | 2013-03-22 |
| Owner | miller (7) |
| Related topic | River |"""


def test_the_record_of_a_page_at_its_end_goes() -> None:
    assert trim_debris(f"# mill\n\nA mill grinds.\n\n{RECORD}\n") == "# mill\n\nA mill grinds."


@pytest.mark.parametrize(
    "text",
    [
        f"A mill grinds.\n\n{RECORD}\n\nIt stands by the river.",
        "A mill grinds.\n\n| Title | Author |\n| --- | --- |\n| Emma | Austen |",
        "Two books.\n\n| Title | Emma |\n| --- | --- |\n| Author | Austen |",
        RECORD,
    ],
)
def test_other_tables_stay(text: str) -> None:
    assert trim_debris(text) == text


def test_a_long_list_of_contributors_goes() -> None:
    names = ", ".join(f"miller{number}" for number in range(120))
    assert trim_debris(f"A mill grinds.\n\n> 本页面贡献者：{names}") == "A mill grinds."
