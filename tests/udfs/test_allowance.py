"""A child's fate is one document's result; what comes back is what went in."""

from __future__ import annotations

import os
import signal
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udfs.allowance import Allowance, Overrun, within

AMPLE = Allowance(cpu_seconds=30, memory_bytes=1 << 30)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.one_of(st.text(), st.integers(), st.none(), st.just("die")), max_size=12))
def test_every_index_has_its_own_result(items: list[str | int | None]) -> None:
    made = list(within(AMPLE, len(items), lambda index: os._exit(3) if items[index] == "die" else items[index]))
    died = Overrun("crash", "the process ended")
    assert made == [died if item == "die" else item for item in items]


def test_a_large_result_comes_back_whole() -> None:
    assert list(within(AMPLE, 2, lambda index: "\u6c34" * (3 << 20))) == ["\u6c34" * (3 << 20)] * 2


def test_waiting_is_not_working() -> None:
    """CPU time is what counts, so a busy machine turns no document away."""
    assert list(within(Allowance(0.2, 1 << 30), 1, lambda index: time.sleep(0.6))) == [None]


def test_native_code_is_ended_too() -> None:
    endless = list(within(Allowance(0.2, 1 << 30), 1, lambda index: sum(range(10**11))))
    assert endless == [Overrun("time_allowance", "0.2 s")]


def test_an_error_of_ours_is_raised_with_its_place() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        list(within(AMPLE, 1, lambda index: 1 // index))


def test_no_child_is_left_when_the_caller_stops() -> None:
    results = within(AMPLE, 3, lambda index: os.getpid())
    child = next(results)
    results.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, signal.SIGCONT)
