"""Single files beside the tables: on a local disk, or wherever Spark's own file systems reach."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def read_text(spark: SparkSession, path: str) -> str | None:
    """Return a UTF-8 file, None where there is none; a path with a scheme is Hadoop's."""
    if "://" not in path:
        local = Path(path)
        return local.read_text(encoding="utf-8", errors="replace") if local.is_file() else None
    system, hadoop_path = _hadoop(spark, path)
    if not system.exists(hadoop_path):
        return None
    stream = system.open(hadoop_path)
    try:
        return str(spark._jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))  # type: ignore[union-attr]
    finally:
        stream.close()


def write_text(spark: SparkSession, path: str, text: str) -> None:
    """Write a UTF-8 file, with the folders it needs; what was there is replaced."""
    if "://" not in path:
        local = Path(path)
        local.parent.mkdir(parents=True, exist_ok=True)
        local.write_text(text, encoding="utf-8")
        return
    system, hadoop_path = _hadoop(spark, path)
    stream = system.create(hadoop_path, True)
    try:
        stream.write(bytearray(text.encode("utf-8")))
    finally:
        stream.close()


def _hadoop(spark: SparkSession, path: str) -> tuple[Any, Any]:
    hadoop_path = spark._jvm.org.apache.hadoop.fs.Path(path)  # type: ignore[union-attr]
    return hadoop_path.getFileSystem(spark._jsc.hadoopConfiguration()), hadoop_path
