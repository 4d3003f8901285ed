"""The same input in one partition and in seven, in another order, gives the same ids, verdicts and clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.whole_way import PAGES, WholeWay, contents, run, small_settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

pytestmark = pytest.mark.spark

TO_L1 = ("ingest", "parse", "filter", "dedup", "decontaminate")
COMPARED = ("l0_documents", "l0_quarantine", "l1_parsed", "l1_verdicts", "l1_duplicates", "l1_documents", "l1_bands")


@pytest.mark.parametrize("partitions", [1, 7])
def test_partitions_and_order_do_not_matter(
    spark: SparkSession, whole_way: WholeWay, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, partitions: int
) -> None:
    from jobs.lake.progress import Batch

    rows = Batch.rows

    def shuffled(self: Batch) -> DataFrame:
        return rows(self).repartition(partitions).sortWithinPartitions("doc_id", ascending=partitions == 1)

    monkeypatch.setattr(Batch, "rows", shuffled)
    spark.conf.set("spark.sql.shuffle.partitions", partitions)
    try:
        settings = small_settings(tmp_path / "lake", f"ingest.tasks={partitions}", inputs=(f"pages={PAGES}",))
        run(spark, settings, *TO_L1)
    finally:
        spark.conf.set("spark.sql.shuffle.partitions", 2)
    assert contents(tmp_path / "lake", COMPARED) == contents(whole_way.lake, COMPARED)


def test_new_documents_meet_old_ones(spark: SparkSession, whole_way: WholeWay, tmp_path: Any) -> None:
    """Old clusters keep their representatives; a second delivery of the same pages is found to be copies."""
    lake = whole_way.copy_before("label", tmp_path / "lake")
    before = contents(lake, ("l1_documents", "l1_duplicates"))
    settings = small_settings(lake, inputs=(f"again={PAGES}",))
    outcome = run(spark, settings, *TO_L1)[-1]
    after = contents(lake, ("l1_documents", "l1_duplicates"))
    assert set(before["l1_documents"]) == set(after["l1_documents"])
    assert set(before["l1_duplicates"]) < set(after["l1_duplicates"])
    assert outcome.rows_kept == 0
