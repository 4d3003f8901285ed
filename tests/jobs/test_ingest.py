"""One great file of lines is read by several tasks, and the lake is that of one task."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobs import ingest
from jobs.lake.store import Lake
from tests.whole_way import run, small_settings
from udfs.capture import files

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_ROWS = 200


@pytest.mark.spark
def test_pieces_of_a_file_make_the_lake_that_the_file_makes(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [json.dumps({"text": f"Page {number} " + "word " * (number % 50)}) for number in range(_ROWS)]
    lines[77] = lines[50]
    lines[100] = '{"text": '
    path = tmp_path / "lines.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(files, "LEAST_PIECE_BYTES", 2_000)
    assert len(files.divide(files.list_files([str(path)]), 4)) == 4
    found = []
    for tasks, task_bytes in ((1, 1 << 20), (4, 1 << 20), (1, 2_500)):
        monkeypatch.setattr(ingest, "_TASK_BYTES", task_bytes)
        settings = small_settings(tmp_path / f"lake{len(found)}", f"ingest.tasks={tasks}", inputs=(f"lines={path}",))
        (outcome,) = run(spark, settings, "ingest")
        assert (outcome.rows_in, outcome.rows_kept, outcome.rows_rejected) == (_ROWS, _ROWS - 1, 1)
        lake = Lake(spark, settings.lake)
        captures = lake.read("l0_documents").orderBy("doc_id").collect()
        refused = lake.read("l0_quarantine").orderBy("quarantine_id").collect()
        (counted,) = lake.read("l0_files").collect()
        assert (counted["captures"], counted["malformed"]) == (_ROWS - 1, 1)
        found.append((captures, refused))
    assert found[0] == found[1] == found[2]
    assert len(found[0][0]) == _ROWS - 1
