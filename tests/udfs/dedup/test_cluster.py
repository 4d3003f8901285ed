import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.dedup.cluster import connected_components

IDS = [f"doc{n:02}" for n in range(10)]


def star(size: int) -> list[tuple[str, str]]:
    return [("hub", f"leaf{n:06}") for n in range(size)]


def chain(size: int) -> list[tuple[str, str]]:
    return [(f"link{n:06}", f"link{n + 1:06}") for n in range(size)]


@pytest.mark.parametrize("shape", [star, chain])
def test_a_hundred_thousand_documents_take_seconds(shape: Callable[[int], list[tuple[str, str]]]) -> None:
    pairs = shape(100_000)
    ids = sorted({name for pair in pairs for name in pair})
    started = time.process_time()
    components = connected_components(reversed(pairs))
    assert time.process_time() - started < 20
    assert list(components) == ids
    assert set(components.values()) == {ids[0]}


def test_no_pairs_have_no_components() -> None:
    assert connected_components([]) == {}


@given(st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)), max_size=15))
def test_connected_components_agree_with_label_propagation(pairs: list[tuple[str, str]]) -> None:
    label = {name: name for pair in pairs for name in pair}
    for _ in label:
        for a, b in pairs:
            label[a] = label[b] = min(label[a], label[b])
    assert connected_components(pairs) == dict(sorted(label.items()))
