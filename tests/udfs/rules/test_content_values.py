"""Values by character against their definitions written out."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.rules import content_values
from udfs.rules.content_values import chinese_values

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.lists(st.sampled_from(["中文文本", "今天天气很好，", "a b", "\ud800", "。\n", "x"]), max_size=60).map("".join),
)


def literal(text: str) -> tuple[float, float]:
    solid = "".join(text.split())
    windows = [solid[i : i + 10] for i in range(len(solid) - 9)]
    repeated = (len(windows) - len(set(windows))) / (len(windows) or 1)
    return repeated, max(Counter(solid).values(), default=0) / (len(solid) or 1)


def values_of(text: str) -> tuple[float, float]:
    values = chinese_values(text)
    return values["repeated_10_character_share"], values["top_character_share"]


@given(TEXTS)
def test_repetition_equals_the_literal_definition(text: str) -> None:
    assert values_of(text) == literal(text)


@given(TEXTS)
def test_colliding_hashes_change_nothing(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content_values, "_FACTOR", np.uint64(0))
        assert values_of(text) == literal(text)


def test_known_counts() -> None:
    values = chinese_values("今天天气很好，我们去公园。\n```\n代码\n```\nyes")
    assert values["han_characters"] == 13
    assert values["han_character_share"] == 11 / 16
    assert values["chinese_mark_share"] == 2 / 24


def test_lines_that_end_as_sentences() -> None:
    lines = ["设图有若干个点．", "求最短路。", "目录", "“他来了。”"]
    assert chinese_values("\n".join(lines))["chinese_end_mark_line_share"] == 3 / 4
