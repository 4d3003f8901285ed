"""Connected components of pairs, by alternating large-star and small-star steps.

Kiveris et al., Connected Components in MapReduce and Beyond, SoCC 2014. Labels are the smallest id of a component, so
the outcome depends neither on the partitioning nor on the order of rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from jobs.lake.session import rows_of_driver
from udfs.dedup.cluster import connected_components

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_ITERATION_LIMIT = 50


def components(pairs: DataFrame, driver_pairs: int) -> DataFrame:
    """Return ``id`` and ``component`` (its smallest id) of every document in a pair.

    Parameters
    ----------
    pairs : DataFrame
        Columns ``a`` and ``b``, ids as text.
    driver_pairs : int
        Up to so many pairs are grouped on the driver in one action: a step on Spark costs more than all of them.
    """
    few = pairs.limit(driver_pairs + 1).collect()
    if len(few) <= driver_pairs:
        labels = sorted(connected_components((row["a"], row["b"]) for row in few).items())
        return rows_of_driver(pairs.sparkSession, labels, "id STRING, component STRING")
    return components_on_spark(pairs)


def components_on_spark(pairs: DataFrame) -> DataFrame:
    """Return what `components` does, in a number of steps that grows with the logarithm of the longest chain."""
    edges = pairs.select(F.greatest("a", "b").alias("node"), F.least("a", "b").alias("lower"))
    edges = edges.where("node <> lower").distinct().localCheckpoint()
    fingerprint = None
    for _ in range(_ITERATION_LIMIT):
        edges = _small_star(_large_star(edges)).localCheckpoint()
        summed = edges.agg(F.count("*"), F.sum(F.xxhash64("node", "lower").cast("DECIMAL(38, 0)"))).first()
        assert summed is not None
        if tuple(summed) == fingerprint:
            return _stars(edges)
        fingerprint = tuple(summed)
    raise RuntimeError(f"connected components did not settle in {_ITERATION_LIMIT} steps")


def _large_star(edges: DataFrame) -> DataFrame:
    """Connect every greater neighbour of a node to the smallest of its neighbourhood."""
    both = edges.union(edges.select(F.col("lower").alias("node"), F.col("node").alias("lower")))
    smallest = both.groupBy("node").agg(F.least(F.min("lower"), F.col("node")).alias("smallest"))
    greater = both.where("lower > node").join(smallest, "node")
    return greater.select(F.col("lower").alias("node"), F.col("smallest").alias("lower")).distinct()


def _small_star(edges: DataFrame) -> DataFrame:
    """Connect a node and its smaller neighbours to the smallest of them."""
    smallest = edges.groupBy("node").agg(F.min("lower").alias("smallest"))
    joined = edges.join(smallest, "node")
    moved = joined.where("lower <> smallest").select(F.col("lower").alias("node"), F.col("smallest").alias("lower"))
    return smallest.select("node", F.col("smallest").alias("lower")).union(moved).distinct()


def _stars(edges: DataFrame) -> DataFrame:
    members = edges.select(F.col("node").alias("id"), F.col("lower").alias("component"))
    centres = edges.select(F.col("lower").alias("id"), F.col("lower").alias("component"))
    return members.union(centres).distinct()
