"""Real Delta tables: idempotent appends, increments, constraints, schema versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobs.lake import progress
from jobs.lake.progress import Batch, Increment, Progress
from jobs.lake.schema import SCHEMA_VERSION
from jobs.lake.session import kept_rows
from jobs.lake.store import Lake
from jobs.settings import load_settings
from udfs.errors import LakeError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

pytestmark = pytest.mark.spark

TABLE = "l1_duplicates"


def duplicates(spark: SparkSession, *ids: str) -> DataFrame:
    rows = [(name, "r", "exact", 1.0, 1.0, 0, "fineweb") for name in ids]
    return spark.createDataFrame(
        rows,
        "doc_id STRING, representative_id STRING, rule STRING, jaccard DOUBLE, containment DOUBLE, bands INT, "
        "preset STRING",
    )


def ids(rows: DataFrame) -> list[str]:
    return sorted(row["doc_id"] for row in rows.select("doc_id").collect())


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> Lake:
    return Lake(spark, load_settings(assignments=[f"lake.path={tmp_path / 'lake'}"]).lake)


def test_an_append_with_the_same_transaction_changes_nothing(spark: SparkSession, lake: Lake) -> None:
    first = lake.append(TABLE, duplicates(spark, "a", "b"), ("app", 3))
    again = lake.append(TABLE, duplicates(spark, "a", "b"), ("app", 3))
    older = lake.append(TABLE, duplicates(spark, "x"), ("app", 2))
    newer = lake.append(TABLE, duplicates(spark, "c"), ("app", 4))
    assert (first.skipped, lake.rows_written(TABLE, first)) == (False, 2)
    assert (again.skipped, lake.rows_written(TABLE, again), again.version) == (True, 0, first.version)
    assert older.skipped
    assert (newer.skipped, newer.version) == (False, lake.version(TABLE))
    assert ids(lake.read(TABLE)) == ["a", "b", "c"]


def test_increments_are_what_each_version_added(spark: SparkSession, lake: Lake) -> None:
    assert lake.version(TABLE) == -1
    assert ids(lake.read(TABLE)) == []
    one = lake.append(TABLE, duplicates(spark, "a")).version
    two = lake.append(TABLE, duplicates(spark, "b", "c")).version
    three = lake.append(TABLE, duplicates(spark, "d")).version
    assert ids(lake.inserted(TABLE, None, two)) == ["a", "b", "c"]
    assert ids(lake.inserted(TABLE, one, three)) == ["b", "c", "d"]
    assert ids(lake.inserted(TABLE, two, three)) == ["d"]


def test_replace_touches_only_its_condition(spark: SparkSession, lake: Lake) -> None:
    lake.append(TABLE, duplicates(spark, "a", "b"))
    lake.replace(TABLE, duplicates(spark, "b"), "doc_id = 'b'")
    assert ids(lake.read(TABLE)) == ["a", "b"]
    lake.replace(TABLE, duplicates(spark).limit(0), "doc_id = 'b'")
    assert ids(lake.read(TABLE)) == ["a"]


def test_constraints_and_columns_are_refused_by_name(spark: SparkSession, lake: Lake) -> None:
    with pytest.raises(LakeError, match="LAKE_CONSTRAINT: l1_duplicates refuses a row"):
        lake.append(TABLE, duplicates(spark, "r"))
    with pytest.raises(LakeError, match=r"LAKE_SCHEMA_MISMATCH: .* lack \['rule'\]"):
        lake.append(TABLE, duplicates(spark, "a").drop("rule"))
    assert ids(lake.read(TABLE)) == []


def test_tables_carry_comments_constraints_and_clustering(spark: SparkSession, lake: Lake) -> None:
    lake.ensure(["l1_verdicts"])
    detail = spark.sql(f"DESCRIBE DETAIL {lake.target('l1_verdicts')}").first()
    assert detail["clusteringColumns"] == ["stage", "doc_id"]
    assert detail["properties"]["tierlake.schema_version"] == str(SCHEMA_VERSION)
    assert detail["properties"]["delta.enableChangeDataFeed"] == "true"
    assert "delta.constraints.stage" in detail["properties"]
    comments = {
        row["col_name"]: row["comment"] for row in spark.sql(f"DESCRIBE {lake.target('l1_verdicts')}").collect()
    }
    assert comments["keep"] == "Whether the gate lets it through"


def test_a_lake_in_a_catalog_schema(spark: SparkSession) -> None:
    settings = load_settings(assignments=["lake.schema=tierlake_store_test"]).lake
    try:
        lake = Lake(spark, settings)
        lake.append(TABLE, duplicates(spark, "a"), ("app", 1))
        assert lake.append(TABLE, duplicates(spark, "a"), ("app", 1)).skipped
        assert ids(spark.table("tierlake_store_test.l1_duplicates")) == ["a"]
        version = lake.append(TABLE, duplicates(spark, "b")).version
        assert ids(lake.inserted(TABLE, version - 1, version)) == ["b"]
    finally:
        spark.sql("DROP SCHEMA IF EXISTS tierlake_store_test CASCADE")


def test_a_lake_of_another_schema_version_is_refused(spark: SparkSession, lake: Lake) -> None:
    lake.ensure(["progress"])
    target = lake.target("progress")
    spark.sql(f"ALTER TABLE {target} SET TBLPROPERTIES ('tierlake.schema_version' = '{SCHEMA_VERSION + 6}')")
    with pytest.raises(LakeError, match=f"LAKE_SCHEMA_MISMATCH: .* has schema version {SCHEMA_VERSION + 6}"):
        Lake(spark, lake.settings)


def test_an_interrupted_range_is_resumed_as_it_was(spark: SparkSession, lake: Lake) -> None:
    lake.append("l1_bands", lake.read("l1_bands"))
    end = lake.version("l1_bands")
    begun = Progress(lake).begin("dedup", "l1_bands", end, "h")
    assert begun is not None
    batch = Batch(lake, begun)
    batch.append(TABLE, duplicates(spark, "a"))
    # The process dies here; meanwhile the source grows.
    lake.append("l1_bands", lake.read("l1_bands"))
    progress = Progress(lake)
    again = progress.begin("dedup", "l1_bands", end + 1, "h")
    assert again == begun
    assert Batch(lake, again).append(TABLE, duplicates(spark, "a")).skipped
    progress.finish(again, "h")
    following = progress.begin("dedup", "l1_bands", end + 1, "h")
    assert following is not None
    assert (following.start, following.end) == (end, end + 1)
    progress.finish(following, "h")
    assert progress.begin("dedup", "l1_bands", end + 1, "h") is None
    assert progress.finished("dedup", "l1_bands") == end + 1


def test_that_an_increment_is_done_is_written_with_the_next_beginning(spark: SparkSession, lake: Lake) -> None:
    progress = Progress(lake)
    first = progress.begin("parse", "l0_documents", 0, "h")
    assert first is not None
    progress.finish(first, "h")
    assert Progress(lake).begin("parse", "l0_documents", 0, "h") == first, "lost: the same increment once more"
    progress.begin("filter", "l1_parsed", 0, "h")
    assert Progress(lake).finished("parse", "l0_documents") == 0
    assert lake.version("progress") == 2, "a commit that creates the table, and one for each beginning"


def test_changed_settings_are_not_mixed_and_a_rebuild_begins_anew(spark: SparkSession, lake: Lake) -> None:
    lake.append("l1_bands", lake.read("l1_bands"))
    progress = Progress(lake)
    increment = progress.begin("dedup", "l1_bands", 0, "old")
    assert increment is not None
    progress.finish(increment, "old")
    with pytest.raises(LakeError, match="LAKE_SETTINGS_CHANGED"):
        progress.begin("dedup", "l1_bands", 1, "new")
    progress.clear("dedup", "l1_bands")
    assert Progress(lake).clearing("dedup", "l1_bands"), "a crash while rows are deleted must be noticed"
    progress.cleared("dedup", "l1_bands")
    fresh = Progress(lake).begin("dedup", "l1_bands", 1, "new")
    assert fresh is not None
    assert (fresh.start, fresh.end, fresh.epoch) == (None, 1, 1)


def test_what_a_batch_staged_goes_with_it(spark: SparkSession, lake: Lake) -> None:
    users = duplicates(spark, "z").cache()
    assert users.count() == 1
    version = lake.append(TABLE, duplicates(spark, "a", "b")).version
    before = set(kept_rows(spark))
    batch = Batch(lake, Increment("dedup", TABLE, 0, 0, None, version))
    assert batch.stage(batch.rows()).count() == 2
    assert set(kept_rows(spark)) > before
    batch.release()
    assert set(kept_rows(spark)) == before
    users.unpersist()


@pytest.mark.parametrize("limit", [0, 1 << 20])
def test_only_what_is_small_is_sent_to_all_tasks(
    spark: SparkSession, lake: Lake, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(progress, "_SMALL", limit)
    version = lake.append(TABLE, duplicates(spark, "a", "b")).version
    batch = Batch(lake, Increment("dedup", TABLE, 0, 0, None, version))
    staged = batch.stage(batch.rows())
    table = lake.read(TABLE)
    joined = table.join(staged.select("doc_id"), "doc_id", "left_semi")
    assert joined.count() == 2
    # Spark would send this little table by itself, did it know its size.
    plan = joined._jdf.queryExecution().optimizedPlan().toString()
    assert ("strategy=broadcast" in plan) == (limit > 0)
    batch.release()
