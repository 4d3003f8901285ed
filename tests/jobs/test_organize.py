"""What several documents say of one entity becomes one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jobs.organize import merged_entities

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.spark


def test_an_entity_is_one_row_whatever_the_order(spark: SparkSession) -> None:
    rows = [
        ("formula", "n+1", "formula", "zh", "$n + 1$"),
        ("formula", "n+1", "formula", "en", "$n+1$"),
        ("name", "rome", "term", "en", "Rome"),
        ("name", "rome", "place", "en", "ROME"),
        ("name", "rome", "term", "en", "rome"),
    ]
    columns = ["entity_id", "canonical", "kind", "language", "name"]
    for order in (rows, rows[::-1]):
        found = spark.createDataFrame(order, columns)
        merged = {tuple(row) for row in merged_entities(found).collect()}
        assert merged == {("formula", "n+1", "formula", "en", "$n + 1$"), ("name", "rome", "place", "en", "ROME")}
