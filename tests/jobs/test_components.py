"""Connected components: on Spark and on the driver, the same partition of the same nodes."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from jobs.components import components, components_on_spark
from udfs.dedup.cluster import connected_components

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.spark


def chain_star_and_noise() -> list[tuple[str, str]]:
    chance = random.Random(3)
    pairs = [(f"c{n:04}", f"c{n + 1:04}") for n in range(120)]
    pairs += [("s0", f"s{n}") for n in range(1, 150)]
    pairs += [(f"n{chance.randrange(90):02}", f"n{chance.randrange(90):02}") for _ in range(60)]
    chance.shuffle(pairs)
    return [(b, a) if chance.random() < 0.5 else (a, b) for a, b in pairs]


def test_spark_agrees_with_the_kernel_and_loses_no_node(spark: SparkSession) -> None:
    pairs = [(a, b) for a, b in chain_star_and_noise() if a != b]
    frame = spark.createDataFrame(pairs, "a STRING, b STRING")
    found = {row["id"]: row["component"] for row in components_on_spark(frame).collect()}
    assert found == connected_components(pairs)
    assert set(found) == {node for pair in pairs for node in pair}


def test_the_driver_takes_over_only_for_few_pairs(spark: SparkSession) -> None:
    frame = spark.createDataFrame([("b", "a"), ("b", "c"), ("x", "y")], "a STRING, b STRING")
    expected = {"a": "a", "b": "a", "c": "a", "x": "x", "y": "x"}
    for limit in (0, 3, 100):
        assert {row["id"]: row["component"] for row in components(frame, limit).collect()} == expected


def test_no_pairs_no_components(spark: SparkSession) -> None:
    empty = spark.createDataFrame([], "a STRING, b STRING")
    assert components(empty, 10).collect() == []
    assert components_on_spark(empty).collect() == []
