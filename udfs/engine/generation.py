"""The generator that keeps an engine full: Arrow batches of prompts in, Arrow batches of answers out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace

import pyarrow as pa

from udfs.engine import discard_engine, make_engine
from udfs.engine.canonical import messages_from_json
from udfs.engine.protocol import BAD_REQUEST, Completion, Engine, EngineConfig, Request, Sampling, error_text
from udfs.engine.protocol import sampling_seed as seed_of
from udfs.errors import EngineError, InputError

INPUT_COLUMNS = ("request_id", "messages", "sampling")
OUTPUT_FIELDS = (
    pa.field("request_id", pa.string()),
    pa.field("output", pa.string()),
    pa.field("finish_reason", pa.string()),
    pa.field("error", pa.string()),
    pa.field("prompt_tokens", pa.int32(), nullable=False),
    pa.field("output_tokens", pa.int32(), nullable=False),
)
ROWS_PER_BATCH = 256


@dataclass(frozen=True)
class _Row:
    """Where a row came from: the pass-through columns of its batch, and its place in them."""

    carried: pa.RecordBatch
    index: int
    request_id: str | None


def output_schema(input_schema: pa.Schema) -> pa.Schema:
    """Return the schema that `generate` yields for an input schema: pass-through columns, then the answer's columns.

    Raises
    ------
    InputError
        ``ENGINE_INPUT`` where a needed column is absent, or a pass-through column has the name of an answer's column.

    Examples
    --------
    >>> columns = [("doc_id", pa.string()), *((name, pa.string()) for name in INPUT_COLUMNS)]
    >>> output_schema(pa.schema(columns)).names
    ['doc_id', 'request_id', 'output', 'finish_reason', 'error', 'prompt_tokens', 'output_tokens']
    """
    if missing := [name for name in INPUT_COLUMNS if name not in input_schema.names]:
        raise InputError(
            "ENGINE_INPUT", f"prompts need the column {missing[0]}; there are: {', '.join(input_schema.names)}"
        )
    carried = [field for field in input_schema if field.name not in INPUT_COLUMNS]
    answer_names = {field.name for field in OUTPUT_FIELDS}
    if clash := [field.name for field in carried if field.name in answer_names]:
        raise InputError("ENGINE_INPUT", f"rename the column {clash[0]}: answers have a column of that name")
    return pa.schema([*carried, *OUTPUT_FIELDS])


def generate(batches: Iterator[pa.RecordBatch], config: EngineConfig) -> Generator[pa.RecordBatch, None, None]:
    """Answer every prompt with the engine that `config` names.

    Keeps `config.depth` requests in flight by refilling from the input as requests finish, so the slowest row of a
    batch does not idle the device. Rows come out as they finish, in another order than they went in. What is held is
    bounded by ``config.depth`` and 256 rows, and the input batches they belong to. The engine is loaded at the first
    prompt: an empty partition loads nothing.

    Parameters
    ----------
    batches : iterator of pyarrow.RecordBatch
        Columns ``request_id: string``, ``messages: string`` (JSON list of [role, content]) and ``sampling: string``
        (JSON of `Sampling`); any others pass through unchanged.
    config : EngineConfig
        The engine; one per process is kept for every call with equal settings.

    Yields
    ------
    pyarrow.RecordBatch
        Of `output_schema`: exactly one row for every row of the input. A row that cannot be asked has an `error` that
        starts with ``bad_request`` or ``prompt_too_long``.

    Raises
    ------
    EngineError
        Where the engine cannot be loaded or died. It is forgotten, so a retry loads another.
    InputError
        ``ENGINE_INPUT``, see `output_schema`.
    """
    return refill(batches, lambda: make_engine(config), config.depth)


def refill(
    batches: Iterator[pa.RecordBatch],
    engine_maker: Callable[[], Engine],
    depth: int,
    rows_per_batch: int = ROWS_PER_BATCH,
) -> Generator[pa.RecordBatch, None, None]:
    """Do what `generate` does with the engine of a maker, which is called at the first prompt."""
    engine: Engine | None = None
    waiting: dict[str, _Row] = {}
    ready: deque[tuple[_Row, Completion]] = deque()
    serial = 0
    try:
        for row, request in _requests(batches):
            if isinstance(request, Completion):
                ready.append((row, request))
            else:
                if engine is None:
                    engine = _idle(engine_maker())
                # Row ids may repeat in the input; ids in flight may not.
                ticket = str(serial)
                serial += 1
                waiting[ticket] = row
                engine.submit(replace(request, request_id=ticket))
                while engine.in_flight >= depth:
                    _advance(engine, waiting, ready)
            while len(ready) >= rows_per_batch:
                yield _output(ready, rows_per_batch)
        while engine is not None and waiting:
            _advance(engine, waiting, ready)
            while len(ready) >= rows_per_batch:
                yield _output(ready, rows_per_batch)
        if ready:
            yield _output(ready, len(ready))
    except EngineError:
        if engine is not None:
            discard_engine(engine)
            engine = None
        raise
    finally:
        # The caller may stop early (LIMIT); the next partition must find an idle engine.
        if engine is not None and waiting:
            engine.abort()


def _idle(engine: Engine) -> Engine:
    if engine.in_flight:
        raise EngineError(
            "ENGINE_IN_USE", "another generator of this process uses the engine; finish or close that first"
        )
    return engine


def _advance(engine: Engine, waiting: dict[str, _Row], ready: deque[tuple[_Row, Completion]]) -> None:
    engine.step()
    for completion in engine.collect():
        ready.append((waiting.pop(completion.request_id), completion))


def _requests(batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[_Row, Request | Completion]]:
    for batch in batches:
        output_schema(batch.schema)
        carried = batch.select([name for name in batch.schema.names if name not in INPUT_COLUMNS])
        columns = [batch.column(name) for name in INPUT_COLUMNS]
        for index in range(batch.num_rows):
            request_id, messages, sampling = (column[index].as_py() for column in columns)
            yield _Row(carried, index, request_id), _request(request_id, messages, sampling)


def _request(request_id: str | None, messages: str | None, sampling: str | None) -> Request | Completion:
    """Parse one row; what is wrong with it becomes a failed completion."""
    try:
        if request_id is None or messages is None or sampling is None:
            raise ValueError("request_id, messages and sampling must not be NULL")
        request = Request(request_id, messages_from_json(messages), Sampling.from_json(sampling))
    except ValueError as error:
        return Completion.failed(request_id or "", error_text(BAD_REQUEST, str(error)))
    # The seed comes from the row's own id, so it is fixed before the id in flight replaces that.
    return replace(request, sampling=replace(request.sampling, seed=seed_of(request)))


def _output(ready: deque[tuple[_Row, Completion]], rows: int) -> pa.RecordBatch:
    taken = [ready.popleft() for _ in range(rows)]
    # Rows of one input batch together, so that each batch is gathered once.
    groups: dict[int, list[tuple[_Row, Completion]]] = {}
    for row, completion in taken:
        groups.setdefault(id(row.carried), []).append((row, completion))
    parts = [
        group[0][0].carried.take(pa.array([row.index for row, _ in group], pa.int64())) for group in groups.values()
    ]
    flat = [item for group in groups.values() for item in group]
    carried = pa.Table.from_batches(parts).combine_chunks()
    answers = {
        "request_id": [row.request_id for row, _ in flat],
        "output": [completion.output for _, completion in flat],
        "finish_reason": [completion.finish_reason for _, completion in flat],
        "error": [completion.error for _, completion in flat],
        "prompt_tokens": [completion.prompt_tokens for _, completion in flat],
        "output_tokens": [completion.output_tokens for _, completion in flat],
    }
    arrays = [column.chunk(0) for column in carried.columns]
    arrays += [pa.array(answers[field.name], field.type) for field in OUTPUT_FIELDS]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema([*carried.schema, *OUTPUT_FIELDS]))
