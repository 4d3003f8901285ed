"""The generator: every row once, the engine kept full and never over-full."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.engine import close_engines, discard_engine, make_engine
from udfs.engine.generation import OUTPUT_FIELDS, generate, output_schema, refill
from udfs.engine.protocol import Completion, EngineConfig, Request, Sampling
from udfs.engine.scripted_engine import ScriptedEngine
from udfs.errors import EngineError, InputError

SAMPLING = Sampling(max_tokens=3, choices=("yes", "no")).to_json()
SLOW = EngineConfig(kind="scripted", model="slow", depth=4, script='{"latency": [1, 7]}')


@dataclass
class WatchedEngine:
    """A scripted engine that notes how many requests were in flight."""

    inner: ScriptedEngine
    in_flight_at_steps: list[int] = field(default_factory=list)
    most: int = 0
    submitted: list[Request] = field(default_factory=list)

    def submit(self, request: Request) -> None:
        self.submitted.append(request)
        self.inner.submit(request)
        self.most = max(self.most, self.inner.in_flight)

    def step(self) -> None:
        self.in_flight_at_steps.append(self.inner.in_flight)
        self.inner.step()

    def collect(self) -> list[Completion]:
        return self.inner.collect()

    @property
    def in_flight(self) -> int:
        return self.inner.in_flight

    def abort(self) -> None:
        self.inner.abort()

    def close(self) -> None:
        self.inner.close()


@pytest.fixture(autouse=True)
def _no_engines_left() -> Iterator[None]:
    yield
    close_engines()


def prompts(start: int, stop: int) -> pa.RecordBatch:
    """Return rows r<start>..r<stop - 1>, each with a number that must stay beside its id."""
    rows = range(start, stop)
    return pa.record_batch(
        {
            "number": pa.array(list(rows), pa.int64()),
            "request_id": pa.array([f"r{row}" for row in rows], pa.string()),
            "messages": pa.array([json.dumps([["user", f"question {row}"]]) for row in rows], pa.string()),
            "sampling": pa.array([SAMPLING for _ in rows], pa.string()),
        }
    )


def cut(sizes: list[int]) -> list[pa.RecordBatch]:
    batches, start = [], 0
    for size in sizes:
        batches.append(prompts(start, start + size))
        start += size
    return batches


def answers(batches: list[pa.RecordBatch], config: EngineConfig = SLOW) -> list[dict[str, object]]:
    return [row for batch in generate(iter(batches), config) for row in batch.to_pylist()]


def by_id(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return sorted(rows, key=lambda row: str(row["request_id"]))


@given(st.lists(st.integers(0, 9), max_size=12), st.integers(1, 9), st.integers(1, 5))
def test_every_row_once_and_never_above_depth(sizes: list[int], depth: int, rows_per_batch: int) -> None:
    engine = WatchedEngine(ScriptedEngine(SLOW))
    out = list(refill(iter(cut(sizes)), lambda: engine, depth, rows_per_batch))
    rows = [row for batch in out for row in batch.to_pylist()]
    assert sorted(row["number"] for row in rows) == list(range(sum(sizes)))
    assert all(row["request_id"] == f"r{row['number']}" for row in rows)
    assert all(row["output"] in ("yes", "no") and row["error"] is None for row in rows)
    assert engine.most <= depth
    assert engine.most == min(depth, sum(sizes))
    assert all(batch.num_rows == rows_per_batch for batch in out[:-1])
    assert [request.messages[0][1] for request in engine.submitted] == [f"question {n}" for n in range(sum(sizes))]


@given(st.permutations(range(8)), st.integers(1, 5))
def test_order_and_cut_of_the_input_do_not_change_the_answers(order: list[int], depth: int) -> None:
    config = EngineConfig(kind="scripted", depth=depth, script=SLOW.script)
    reference = by_id(answers([prompts(0, 8)]))
    assert by_id(answers([prompts(row, row + 1) for row in order], config)) == reference


def test_refills_instead_of_draining() -> None:
    engine = WatchedEngine(ScriptedEngine(EngineConfig(kind="scripted", script='{"latency": [1, 20]}')))
    list(refill(iter([prompts(0, 200)]), lambda: engine, 8))
    until_input_ends = engine.in_flight_at_steps[:-20]
    assert len(until_input_ends) > 50
    assert min(until_input_ends) == 8


def test_one_giant_batch_comes_out_while_it_runs() -> None:
    out = generate(iter([prompts(0, 5000)]), EngineConfig(kind="scripted", depth=64))
    sizes = [batch.num_rows for batch in out]
    assert sum(sizes) == 5000
    assert sizes[:-1] == [256] * 19


def test_input_is_read_no_further_than_needed() -> None:
    read = []

    def source() -> Iterator[pa.RecordBatch]:
        for index in range(100):
            read.append(index)
            yield prompts(index, index + 1)

    out = refill(source(), lambda: ScriptedEngine(SLOW), depth=4, rows_per_batch=1)
    next(out)
    assert len(read) <= 5
    out.close()


def test_no_rows_load_no_engine() -> None:
    def maker() -> ScriptedEngine:
        raise AssertionError("loaded for nothing")

    assert list(refill(iter([]), maker, 4)) == []
    assert list(refill(iter([prompts(0, 0)]), maker, 4)) == []


def test_poison_rows_are_error_rows() -> None:
    good = json.dumps([["user", "x"]])
    rows = [
        ("a", good, SAMPLING),
        ("b", "{", SAMPLING),
        ("c", good, '{"max_tokens": -1}'),
        ("d", None, SAMPLING),
        (None, good, SAMPLING),
        ("f", "[" * 100_000, SAMPLING),
        ("g", json.dumps([["user", "a\x00b \ud800"]]), SAMPLING),
    ]
    columns = dict(zip(("request_id", "messages", "sampling"), zip(*rows, strict=True), strict=True))
    batch = pa.record_batch({name: pa.array(values, pa.string()) for name, values in columns.items()})
    out = {row["request_id"]: row for row in answers([batch])}
    assert {key for key, row in out.items() if row["error"] is None} == {"a", "g"}
    for key in ("b", "c", "d", None, "f"):
        assert str(out[key]["error"]).startswith("bad_request: ")
        assert (out[key]["output"], out[key]["prompt_tokens"]) == (None, 0)


def test_repeated_ids_are_all_answered() -> None:
    batch = pa.Table.from_batches([prompts(0, 1)] * 9).combine_chunks().to_batches()
    rows = answers(batch)
    assert [row["request_id"] for row in rows] == ["r0"] * 9
    assert len({str(row["output"]) for row in rows}) == 1


def test_seed_of_a_row_does_not_depend_on_its_place() -> None:
    def seeds(order: list[int]) -> dict[str, int | None]:
        engine = WatchedEngine(ScriptedEngine(SLOW))
        batches = [prompts(row, row + 1) for row in order]
        warm = Sampling(max_tokens=3, temperature=0.7).to_json()
        batches = [batch.set_column(3, "sampling", pa.array([warm])) for batch in batches]
        list(refill(iter(batches), lambda: engine, 2))
        return {request.messages[0][1]: request.sampling.seed for request in engine.submitted}

    assert seeds([0, 1, 2, 3]) == seeds([3, 1, 0, 2])
    assert len(set(seeds([0, 1, 2, 3]).values())) == 4


def test_other_columns_pass_unchanged() -> None:
    batch = prompts(0, 3)
    tags = pa.array([["x"], None, []], pa.list_(pa.string()))
    kinds = pa.array(["p", "q", "p"]).dictionary_encode()
    batch = batch.append_column("tags", tags).append_column("kind", kinds)
    (out,) = generate(iter([batch]), EngineConfig(kind="scripted"))
    assert out.schema == output_schema(batch.schema)
    assert out.schema.names == ["number", "tags", "kind", *(field.name for field in OUTPUT_FIELDS)]
    rows = {row["number"]: (row["tags"], row["kind"]) for row in out.to_pylist()}
    assert rows == {0: (["x"], "p"), 1: (None, "q"), 2: ([], "p")}


def test_no_other_columns() -> None:
    batch = prompts(0, 5).select(["request_id", "messages", "sampling"])
    (out,) = generate(iter([batch]), EngineConfig(kind="scripted"))
    assert out.schema == output_schema(batch.schema)
    assert sorted(out.column("request_id").to_pylist()) == [f"r{n}" for n in range(5)]


@pytest.mark.parametrize(
    "change",
    [
        lambda batch: batch.drop_columns(["sampling"]),
        lambda batch: batch.rename_columns(["error", "request_id", "messages", "sampling"]),
    ],
)
def test_bad_columns_are_an_input_error(change: Callable[[pa.RecordBatch], pa.RecordBatch]) -> None:
    with pytest.raises(InputError, match="ENGINE_INPUT"):
        list(generate(iter([change(prompts(0, 1))]), SLOW))


def test_engine_death_raises_and_the_next_call_gets_a_new_engine() -> None:
    config = EngineConfig(kind="scripted", depth=4, script='{"dies_after": 6}')
    with pytest.raises(EngineError, match="ENGINE_DIED"):
        answers([prompts(0, 20)], config)
    assert len(answers([prompts(0, 6)], config)) == 6


def test_a_caller_that_stops_early_leaves_an_idle_engine() -> None:
    stopped = generate(iter([prompts(0, 5000)]), SLOW)
    next(stopped)
    with pytest.raises(EngineError, match="ENGINE_IN_USE"):
        answers([prompts(0, 1)])
    stopped.close()
    assert make_engine(SLOW).in_flight == 0
    assert len(answers([prompts(0, 9)])) == 9


def test_engines_are_kept_by_their_settings() -> None:
    first = make_engine(SLOW)
    assert make_engine(EngineConfig.from_json(SLOW.to_json())) is first
    assert make_engine(EngineConfig(kind="scripted", model="other")) is not first
    discard_engine(first)
    assert make_engine(SLOW) is not first
