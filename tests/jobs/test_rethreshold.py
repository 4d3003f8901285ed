"""Moved thresholds are applied to stored values: the same rows as judging every document again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobs import filter as filter_job
from jobs.command import jobs_from
from jobs.lake.store import Lake
from jobs.thresholds import check_thresholds, rethreshold
from tests.delta_files import read_table
from tests.whole_way import WholeWay, contents, open_context, run, small_settings
from udfs.errors import LakeError, SettingsError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_MOVED = "filter.thresholds={gopher_paper: {gopher_short_doc: 250}, mathematics: {}}"
_L1 = ("l1_verdicts", "l1_duplicates", "l1_bands", "l1_documents")


@pytest.mark.spark
def test_a_moved_threshold_gives_the_rows_of_a_fresh_run(
    spark: SparkSession, whole_way: WholeWay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = small_settings(whole_way.copy_before("label", tmp_path / "moved"), _MOVED)
    fresh = small_settings(whole_way.copy_before("filter", tmp_path / "fresh"), _MOVED)
    run(spark, fresh, "filter", "dedup", "decontaminate")
    replace = Lake.replace
    with monkeypatch.context() as dying:
        dying.setattr(Lake, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            rethreshold(open_context(spark, moved), jobs_from("filter"))
    with pytest.raises(LakeError, match="LAKE_UNFINISHED"):
        run(spark, moved, "filter")
    assert Lake.replace is replace
    with monkeypatch.context() as blind:
        blind.setattr(filter_job, "map_rows", lambda *_: pytest.fail("a document was read"))
        rethreshold(open_context(spark, moved), jobs_from("filter"))
        assert run(spark, moved, "filter")[0].rows_in == 0
    run(spark, moved, "dedup", "decontaminate")
    lakes = [Path(settings.lake.path) for settings in (moved, fresh)]
    assert contents(lakes[0], _L1) == contents(lakes[1], _L1)
    before = {row["doc_id"] for row in read_table(whole_way.lake / "l1_documents")}
    after = {row["doc_id"] for row in read_table(lakes[0] / "l1_documents")}
    assert after < before
    with pytest.raises(LakeError, match="LAKE_VALUE_NOT_STORED"):
        rethreshold(
            open_context(spark, small_settings(lakes[0], "filter.rule_sets={prose: {en: [c4_tfds]}}")),
            jobs_from("filter"),
        )


@pytest.mark.parametrize(
    ("moved", "hint"),
    [
        ("{gopher_papr: {empty: 1}}", "gopher_paper"),
        ("{gopher_paper: {gopher_short_docs: 1}}", "gopher_short_doc"),
    ],
)
def test_an_unknown_rule_is_refused_with_the_nearest(moved: str, hint: str) -> None:
    with pytest.raises(SettingsError, match=hint):
        check_thresholds(small_settings(Path("lake"), f"filter.thresholds={moved}").filter)
