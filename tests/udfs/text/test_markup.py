"""Formula and code spans."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.text.markup import code_spans, formula_spans, inline_code_spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"a $x^2$ b", ["$x^2$"]),
        ("a $$x\n\ny$$ b", ["$$x\n\ny$$"]),
        (r"\(a\) and \[b\]", [r"\(a\)", r"\[b\]"]),
        (
            r"\begin{align*}x\\\begin{cases}1\end{cases}\end{align*}.",
            [r"\begin{align*}x\\\begin{cases}1\end{cases}\end{align*}"],
        ),
        ("costs $5 or $6", []),
        ("costs $5 and 6$7", []),
        (r"escaped \$x\$ only", []),
        ("$a\nb$", []),
        (r"open \[ never closed $x$", []),
        ("$$$$", []),
        (r"$a_{\text{if } b}$", [r"$a_{\text{if } b}$"]),
    ],
)
def test_formulas(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in formula_spans(text)] == expected


def test_signs_of_money_are_no_formulas() -> None:
    assert formula_spans("Price | $ - $$\n\nThe mill is $2 a day.\n\nPrice | $$$ — $$$$\n\nThe ferry is $$ to $.") == []
    assert formula_spans("$$ - $$ and $$") == []
    assert formula_spans("the $+$ sign") == [(4, 7)]


def test_classes_of_prices_are_no_formulas() -> None:
    assert formula_spans("The Ritz ($$$), or the inn ($) and the tavern ($$)\n\n- The Savoy ($$$$)\n- A tent ($)") == []
    text = "The Savoy is $$ a night, the Plaza $$ a week and then $$x^2$$ or $$a, b$$."
    assert [text[start:end] for start, end in formula_spans(text)] == ["$$x^2$$", "$$a, b$$"]
    text = r"If \(($)\) is $$\text{the price of a room}$$ then ($$a$$)"
    assert [text[start:end] for start, end in formula_spans(text)] == [
        r"\(($)\)",
        r"$$\text{the price of a room}$$",
        "$$a$$",
    ]


def test_an_opener_without_its_partner_swallows_only_so_much() -> None:
    text = r"\[ " + "x " * 6000 + "$y$"
    assert [text[start:end] for start, end in formula_spans(text)] == ["$y$"]


def test_code_blocks() -> None:
    text = "a\n~~~\n```\n~~~\nb\n```py\nx\n````\nc\n```\nrest"
    assert [text[start:end] for start, end in code_spans(text)] == ["~~~\n```\n~~~", "```py\nx\n````", "```\nrest"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. a\n   - b\n\n     ```c\n     x\n     ```\n\nend", ["     ```c\n     x\n     ```"]),
        ("- ```\n  x\n  ```\n- b\n\nend", ["```\n  x\n  ```"]),
        ("10) ~~~\n    x\n    ~~~\nend", ["~~~\n    x\n    ~~~"]),
        ("> ```\n> x\n> ```\n> b", ["```\n> x\n> ```"]),
        ("```\n- ```\n    ```\n```\nend", ["```\n- ```\n    ```\n```"]),
        ("use ``` or\n- ```` x``y ````\nend", []),
    ],
)
def test_code_blocks_in_lists_and_quotes(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in code_spans(text)] == expected


def test_inline_code() -> None:
    text = "a `b` ``c`` `d\ne`"
    assert [text[start:end] for start, end in inline_code_spans(text)] == ["`b`"]


PIECES = st.sampled_from(["$", "$$", r"\[", r"\]", r"\begin{align}", r"\end{align}", "x", " ", "\n", "```", "\\"])


@given(st.lists(PIECES).map("".join))
def test_spans_are_ordered_and_do_not_overlap(text: str) -> None:
    for spans in (formula_spans(text), code_spans(text)):
        assert all(start < end for start, end in spans)
        assert all(left[1] <= right[0] for left, right in pairwise(spans))
