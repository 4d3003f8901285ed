from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.knowledge.regions import Regions, Spans


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("a\n```python\nx is y\n```\nb", "x is y", "b"),
        ("a\n~~~\nopen to the end", "open to the end", "a"),
        ("a $$x = y$$ b", "x = y", "b"),
        (r"a \[ x = y \] b", "x = y", "b"),
        (r"a \begin{align}x\end{align} b", "x", "b"),
        ("| cell is a cell |\nb", "cell is", "b"),
        ("    f(x);\nb", "f(x)", "b"),
    ],
)
def test_parts_that_hold_no_sentences(text: str, inside: str, outside: str) -> None:
    regions = Regions(text)
    at, beside = text.index(inside), text.rindex(outside)
    assert regions.blocked(at, at + len(inside))
    assert not regions.blocked(beside, beside + len(outside))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 10)), max_size=8), st.integers(0, 60), st.integers(1, 10))
def test_blocked_is_overlap(parts: list[tuple[int, int]], begin: int, length: int) -> None:
    spans = [(start, start + size) for start, size in parts]
    expected = any(start < begin + length and begin < end for start, end in spans)
    assert Spans(spans).blocked(begin, begin + length) is expected


@pytest.mark.parametrize("unit", ["```\n", "$$", "|", "    a\n", "\\[", " ", "\t", "\\begin{align}"])
def test_long_hostile_text_takes_linear_time(unit: str) -> None:
    started = time.process_time()
    Regions(unit * 50_000)
    assert time.process_time() - started < 5
