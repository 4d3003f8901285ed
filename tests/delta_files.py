"""A Delta table read without Spark: the files that its log has added and not removed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq


def read_table(table: Path) -> list[dict[str, Any]]:
    """Return the rows of a table at its newest version; a table nobody has created has none.

    Maps become dictionaries. The log must be whole, as it is in a lake that is younger than its log's retention.
    """
    live: dict[str, None] = {}
    columns: list[str] = []
    for commit in sorted((table / "_delta_log").glob("*.json")):
        for line in commit.read_text(encoding="utf-8").splitlines():
            action = json.loads(line)
            if "metaData" in action:
                columns = [field["name"] for field in json.loads(action["metaData"]["schemaString"])["fields"]]
            if "add" in action:
                assert not action["add"].get("deletionVector"), "deletion vectors are not read here"
                live[unquote(action["add"]["path"])] = None
            elif "remove" in action:
                live.pop(unquote(action["remove"]["path"]), None)
    # A replaced range has a column for the change feed beside the table's own.
    parts = [pq.ParquetFile(table / name).read(columns=columns) for name in live]
    return pa.concat_tables(parts).to_pylist(maps_as_pydicts="strict") if parts else []
