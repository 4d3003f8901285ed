"""The one place where a kernel becomes what Spark calls: a ``mapInArrow`` function or a pandas UDF.

Kernels take and give plain Python rows; here they meet Arrow batches. Functions made here are sent to the executors, so
they hold nothing but the kernel and its settings.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
BatchFunction = Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]

# What a worker holds before it hands rows on: long documents and payloads are counted by size, short rows by number.
_BATCH_ROWS = 1024
_BATCH_BYTES = 32 * 2**20


def flat_map(kernel: Callable[[Row], Iterable[Row]], schema: pa.Schema) -> BatchFunction:
    """Make a ``mapInArrow`` function of a kernel that gives any number of rows for each row.

    Parameters
    ----------
    kernel : callable
        Takes a row as a mapping, gives rows with the fields of ``schema``; absent fields become NULL.
    schema : pyarrow.Schema
        Of the rows given.

    Returns
    -------
    callable
        ``Iterator[RecordBatch] -> Iterator[RecordBatch]``; batches are cut by number of rows and by bytes.

    Examples
    --------
    >>> double = flat_map(lambda row: [{"n": row["n"]}] * 2, pa.schema([("n", pa.int64())]))
    >>> [batch.to_pylist() for batch in double(iter([pa.record_batch({"n": [1, 2]})]))]
    [[{'n': 1}, {'n': 1}, {'n': 2}, {'n': 2}]]
    """

    return flat_map_batches(lambda batch: (made for row in _rows(batch) for made in kernel(row)), schema)


def flat_map_batches(kernel: Callable[[pa.RecordBatch], Iterable[Row]], schema: pa.Schema) -> BatchFunction:
    """Make a ``mapInArrow`` function of a kernel that gives any number of rows for a batch of rows."""

    def run(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        yield from batched((made for batch in batches for made in kernel(batch)), schema)

    return run


def batched(rows: Iterable[Row], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Gather rows into Arrow batches of bounded number and size."""
    pending: list[Row] = []
    size = 0
    for row in rows:
        pending.append(row)
        size += sum(len(value) for value in row.values() if isinstance(value, str | bytes))
        if len(pending) >= _BATCH_ROWS or size >= _BATCH_BYTES:
            yield pa.RecordBatch.from_pylist(pending, schema=schema)
            pending, size = [], 0
    if pending:
        yield pa.RecordBatch.from_pylist(pending, schema=schema)


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    # One row at a time: a batch of payloads must not be in memory twice.
    return (row_at(batch, index) for index in range(batch.num_rows))


def row_at(batch: pa.RecordBatch, index: int, names: Collection[str] | None = None) -> dict[str, Any]:
    """Return a row of a batch, or some of its columns.

    Examples
    --------
    >>> row_at(pa.record_batch({"n": [1, 2], "m": [3, 4]}), 1, ["n"])
    {'n': 2}
    """
    return {name: _plain(batch[name][index], batch[name].type) for name in names or batch.schema.names}


def _plain(scalar: pa.Scalar, kind: pa.DataType) -> Any:
    value = scalar.as_py()
    return dict(value) if pa.types.is_map(kind) and value is not None else value


def series_function(kernel: Callable[[str], Any]) -> Callable[[pd.Series], pd.Series]:
    """Make the body of a scalar pandas UDF of a kernel on text; NULL stays NULL.

    Examples
    --------
    >>> import pandas as pd
    >>> series_function(len)(pd.Series(["ab", None])).tolist()
    [2, None]
    """

    def run(texts: pd.Series) -> pd.Series:
        import pandas as pd

        return pd.Series([None if text is None else kernel(text) for text in texts], dtype=object)

    return run
