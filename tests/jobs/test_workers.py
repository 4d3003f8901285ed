"""Workers are forks of a process that has the kernels at hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobs.workers import forget_archives

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.mark.spark
def test_a_worker_has_the_kernels_and_looks_into_no_archive_of_spark(spark: SparkSession) -> None:
    def state(_: int) -> tuple[bool, list[str], set[str]]:
        import gc
        import sys

        own = [entry for entry in sys.path if entry.endswith((".jar", "pyspark.zip", "-src.zip"))]
        missing = {"jobs.parse", "udfs.html.main_content", "spacy.lang.en"}.difference(sys.modules)
        return gc.get_freeze_count() > 0, own, missing

    assert spark.sparkContext.parallelize([1], 1).map(state).collect() == [(True, [], set())]


def test_only_archives_of_spark_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    own = ["/spark/jars/spark-core_2.12-3.5.8.jar", "/spark/python/lib/pyspark.zip", "/spark/lib/py4j-0.10.9.7-src.zip"]
    others = ["/jobs/mine.zip", "/spark/python", "/packages/graphframes.jar"]
    monkeypatch.setattr(sys, "path", [*own, *others, *sys.path])
    before = sys.path[len(own) :]
    forget_archives()
    assert sys.path == before


def test_a_pyspark_that_lies_in_an_archive_is_still_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    archives = [str(tmp_path / "pyspark.zip"), str(tmp_path / "spark-core_2.12.jar")]
    monkeypatch.setattr(sys, "path", archives)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    forget_archives()
    assert sys.path == archives
