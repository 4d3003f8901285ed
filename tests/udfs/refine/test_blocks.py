import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.refine.blocks import protected_lines


def marked(text):
    return "".join("x" if flag else "." for flag in protected_lines(text.split("\n")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n```python\nShare\n```\nb", ".xxx."),
        ("a\n~~~\n```\n~~~\nb", ".xxx."),
        ("````\n```\n````\nb", "xxx."),
        ("a\n```\nnever closed\nb", ".xxx"),
        ("| a | b |\n| - | - |\nno table", "..."),
        ("a | b\n--- | ---\n1 | 2\n\nend", "xxx.."),
        ("text\n| a |\n|---|\n| 1 |\ntext", ".xxx."),
        ("$$\nx = 1\n$$\nb", "xxx."),
        ("$$x = 1$$\nb", "x."),
        ("$$\nnever closed", ".."),
        ("\\[\nx\n\\]", "xxx"),
        ("\\begin{align}\nx\n\\end{align}\nb", "xxx."),
        ("\\begin{align}\nx\n\\end{alig}\nb", "...."),
        ("Home | About | Contact", "."),
        ("", "."),
    ],
)
def test_blocks(text, expected):
    assert marked(text) == expected


@given(
    st.lists(st.sampled_from(["```", "~~~", "$$", "\\[", "\\]", "| a |", "|---|", "x", "", "\\begin{a}", "\\end{a}"]))
)
def test_any_mixture_gets_one_flag_a_line(lines):
    flags = protected_lines(lines)
    assert len(flags) == len(lines)


@pytest.mark.parametrize(
    "line", ["$$", "\\[", "\\begin{a}", "```x", "|", "|---" * 400, "-" * 500, " :--: |" * 200 + "x"]
)
def test_hostile_lines_take_linear_time(line):
    lines = [line.replace("{a}", f"{{{'a' * (index % 30 + 1)}}}") for index in range(8_000)]
    start = time.process_time()
    protected_lines(lines)
    assert time.process_time() - start < 5
