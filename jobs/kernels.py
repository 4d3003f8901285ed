"""Kernels on Spark: the rows a kernel gives are declared once, as an Arrow schema, and Spark's follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql.pandas.types import from_arrow_schema

from udfs.arrow import Row, flat_map, flat_map_batches

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def map_rows(rows: DataFrame, kernel: Callable[[Row], Iterable[Row]], schema: pa.Schema) -> DataFrame:
    """Apply a kernel that gives any number of rows for each row.

    Parameters
    ----------
    rows : DataFrame
        Has what the kernel looks up, and better nothing else: all of it crosses to Python.
    kernel : callable
        As `udfs.arrow.flat_map` takes it.
    schema : pyarrow.Schema
        Of the rows given.
    """
    return rows.mapInArrow(flat_map(kernel, schema), from_arrow_schema(schema))


def map_batches(rows: DataFrame, kernel: Callable[[pa.RecordBatch], Iterable[Row]], schema: pa.Schema) -> DataFrame:
    """Apply a kernel that gives any number of rows for a batch; parameters as for `map_rows`."""
    return rows.mapInArrow(flat_map_batches(kernel, schema), from_arrow_schema(schema))
