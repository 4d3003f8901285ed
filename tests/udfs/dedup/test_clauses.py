import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.dedup.clauses import edges, readings
from udfs.dedup.tokens import join, split


def clauses(text: str) -> list[str]:
    """All that begins and ends at edges, with no edge between: what the last reading has."""
    tokens, begins, stops = readings(text, split(text), join(split(text)))[-1]
    found = []
    start = 0
    for place, (begin, stop) in enumerate(zip(begins.tolist(), stops.tolist(), strict=True)):
        if begin:
            start = place
        if stop:
            found.append(text[tokens.starts[start] : tokens.ends[place]])
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One two. Three\nfour, five", ["One two", "Three", "four, five"]),
        ("1. Halve 720.\n2. Double 30.", ["1", "Halve 720", "2", "Double 30"]),
        ("What is 7 + 5? 12", ["What is 7 + 5", "12"]),
        ("At 12:30 add 2.5", ["At 12:30 add 2.5"]),
        ("At 12: 30", ["At 12", "30"]),
        ("1) Halve 720", ["Halve 720"]),
        ("(1) 23 + 45", ["23 + 45"]),
        ("(a) Halve 720", ["Halve 720"]),
        ("[iii] Halve 720", ["Halve 720"]),
        ("3、25×4", ["25×4"]),
        ("（12）化简", ["化简"]),
        ("十二、化简", ["化简"]),
        ("Well then) Halve 720", ["Well then) Halve 720"]),
    ],
)
def test_clauses(text: str, expected: list[str]) -> None:
    assert clauses(text) == expected


def test_a_label_is_no_end() -> None:
    begins, stops = edges("3) Double", split("3) Double"))
    assert begins.tolist() == [True, True]
    assert stops.tolist() == [False, True]


def test_runs_of_numbers_are_read_both_ways_only_where_an_edge_is_inside() -> None:
    def numbers_of_tokens(text: str) -> list[int]:
        return [len(tokens.starts) for tokens, _, _ in readings(text, split(text), join(split(text)))]

    assert numbers_of_tokens("Add 2.5, 7 and 1") == [4]
    assert numbers_of_tokens("Add 2.5\n7 and 1") == [4, 5]


@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_begins_and_ends(text: str) -> None:
    for tokens, begins, stops in readings(text, split(text), join(split(text))):
        assert len(begins) == len(stops) == len(tokens.starts)
        assert begins[:1].all()
        assert stops[-1:].all()
        assert begins[1:][stops[:-1]].all()


@pytest.mark.parametrize("text", ["1) " * 10**5, "1\n" * 10**5, ")" * 10**6, "½" * 10**5, "(a" * 10**5])
def test_hostile_texts_take_linear_time(text: str) -> None:
    started = time.process_time()
    readings(text, split(text), join(split(text)))
    assert time.process_time() - started < 10
