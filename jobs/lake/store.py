"""Reading and writing the tables of a lake, path-based or in a catalog."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobs.lake.schema import SCHEMA_VERSION
from jobs.lake.session import rows_of_driver
from jobs.lake.tables import TABLES
from jobs.settings import LakeSettings
from udfs.errors import LakeError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Row, SparkSession

# Commits of others that may come between one of ours and the look at what it did.
_WRITERS_AT_ONCE = 20

# Where Delta leaves the version that a session committed last, of whatever table.
_LAST_COMMIT = "spark.databricks.delta.lastCommitVersionInSession"

_STATISTICS = "spark.databricks.delta.stats.collect"


@dataclass(frozen=True)
class Commit:
    """What a write did: the table's version after it, and whether Delta skipped it as already done."""

    version: int
    skipped: bool


def only(rows: DataFrame, name: str) -> DataFrame:
    """Return the declared columns of a table, from a frame that has more: one pass that made rows of several tables."""
    return rows.select(*[column.name for column in TABLES[name].columns])


class Lake:
    """The tables of one lake.

    Parameters
    ----------
    spark : SparkSession
        Session with Delta.
    settings : LakeSettings
        Where the lake is: a folder or URI (``path``), or a ``schema`` of a catalog.

    Raises
    ------
    LakeError
        ``LAKE_SCHEMA_MISMATCH`` where the lake was written by another version of the table declarations.
    """

    def __init__(self, spark: SparkSession, settings: LakeSettings) -> None:
        self.spark = spark
        self.settings = settings
        self._known: set[str] = set()
        self._check_schema_version()

    def __repr__(self) -> str:
        return f"Lake({self.location!r})"

    @property
    def location(self) -> str:
        """Folder, URI or schema of the lake."""
        return self.settings.schema_name or self.settings.path

    def target(self, name: str) -> str:
        """Return the table as SQL writes it: a qualified name, or ``delta.`path```."""
        if self.settings.schema_name:
            parts = [*self.settings.schema_name.split("."), name]
            return ".".join(f"`{part}`" for part in parts)
        return f"delta.`{self._path(name)}`"

    def _path(self, name: str) -> str:
        # Delta's SQL takes only absolute paths for tables.
        path = self.settings.path.rstrip("/")
        return f"{path if ':' in path else os.path.abspath(path)}/{name}"

    def exists(self, name: str) -> bool:
        """Return whether the table was created."""
        if name in self._known:
            return True
        if self.settings.schema_name:
            found = self.spark.catalog.tableExists(f"{self.settings.schema_name}.{name}")
        else:
            from delta import DeltaTable

            found = DeltaTable.isDeltaTable(self.spark, self._path(name))
        if found:
            self._known.add(name)
        return bool(found)

    def ensure(self, names: Iterable[str]) -> None:
        """Create the named tables that are missing."""
        for name in names:
            if name in self._known:
                continue
            if not self.exists(name):
                if self.settings.schema_name and not self._known:
                    self.spark.sql(f"CREATE SCHEMA IF NOT EXISTS {self.settings.schema_name}")
                self.spark.sql(TABLES[name].create_ddl(self.target(name), self.settings.log_retention_days))
            self._known.add(name)

    def create_all(self) -> None:
        """Create every table, so that views and queries find them also where no job has run."""
        self.ensure(TABLES)

    def read(self, name: str, version: int | None = None) -> DataFrame:
        """Return a table, at a version where one is given. A table nobody wrote yet is empty."""
        if not self.exists(name):
            return self.spark.createDataFrame([], TABLES[name].spark_schema())
        reader = self.spark.read.format("delta")
        if version is not None:
            reader = reader.option("versionAsOf", version)
        return (
            reader.table(f"{self.settings.schema_name}.{name}")
            if self.settings.schema_name
            else reader.load(self._path(name))
        )

    def version(self, name: str) -> int:
        """Return the current version of a table, -1 where it does not exist."""
        return int(self._history(name, 1)[0]["version"]) if self.exists(name) else -1

    def rows_written(self, name: str, commit: Commit) -> int:
        """Return how many rows a recent commit wrote, by the table's history."""
        history = [] if commit.skipped else self._history(name, _WRITERS_AT_ONCE)
        metrics = next((row["operationMetrics"] for row in history if row["version"] == commit.version), None)
        return int((metrics or {}).get("numOutputRows", 0))

    def inserted(self, name: str, start: int | None, end: int) -> DataFrame:
        """Return the rows that versions after ``start`` up to ``end`` added; all of version ``end`` for None."""
        if start is None:
            return self.read(name, end)
        reader = (
            self.spark.read.format("delta")
            .option("readChangeFeed", "true")
            .option("startingVersion", start + 1)
            .option("endingVersion", end)
        )
        changes = (
            reader.table(f"{self.settings.schema_name}.{name}")
            if self.settings.schema_name
            else reader.load(self._path(name))
        )
        return only(changes.where("_change_type = 'insert'"), name)

    def append(self, name: str, rows: DataFrame, transaction: tuple[str, int] | None = None) -> Commit:
        """Append rows; with a transaction (application id, version) Delta skips what it has seen.

        Parameters
        ----------
        rows : DataFrame
            Has every declared column; order does not matter, types are cast.
        transaction : tuple of str and int, optional
            The same on every retry of the same work; the version never falls.

        Raises
        ------
        LakeError
            ``LAKE_SCHEMA_MISMATCH`` for missing or unknown columns, ``LAKE_CONSTRAINT`` for rows a constraint refuses.
        """
        self.ensure([name])
        writer = self._conform(name, rows).write.format("delta").mode("append")
        if transaction:
            writer = writer.option("txnAppId", transaction[0]).option("txnVersion", transaction[1])
        return self._commit(name, writer)

    def note(self, name: str, *rows: Sequence[object]) -> None:
        """Append rows of bookkeeping, in the declared order of columns, without asking what came of it.

        Not a transaction of its own: those make a commit of few rows take three times as long, and a row written twice
        by two runs at once says the same twice. Nor are there statistics to skip its file by: they are a sixth.
        """
        self.ensure([name])
        frame = rows_of_driver(self.spark, rows, TABLES[name].spark_schema()).coalesce(1)
        self.spark.conf.set(_STATISTICS, "false")
        try:
            self._save(name, frame.write.format("delta").mode("append"))
        finally:
            self.spark.conf.unset(_STATISTICS)

    def replace(self, name: str, rows: DataFrame, condition: str) -> Commit:
        """Replace the rows that meet a condition by the given ones, in one commit.

        ``replaceWhere`` is what both lanes have; Delta below 4.3 would take ``replaceUsing`` for a full overwrite.
        """
        self.ensure([name])
        writer = self._conform(name, rows).write.format("delta").mode("overwrite").option("replaceWhere", condition)
        return self._commit(name, writer)

    def delete(self, name: str, condition: str) -> None:
        """Delete rows; a table that does not exist has none."""
        if self.exists(name):
            self.spark.sql(f"DELETE FROM {self.target(name)} WHERE {condition}")

    def _conform(self, name: str, rows: DataFrame) -> DataFrame:
        from pyspark.sql import functions as F

        declared = TABLES[name].spark_schema()
        missing = sorted(set(declared.names) - set(rows.columns))
        unknown = sorted(set(rows.columns) - set(declared.names))
        if missing or unknown:
            raise LakeError(
                "LAKE_SCHEMA_MISMATCH",
                f"rows for {name} lack {missing or 'nothing'} and have unknown columns {unknown or 'none'}",
            )
        return rows.select(*[F.col(f"`{field.name}`").cast(field.dataType).alias(field.name) for field in declared])

    def _commit(self, name: str, writer: object) -> Commit:
        """Save, and tell from the session what came of it: asking the table takes a fifth of a second."""
        self.spark.conf.unset(_LAST_COMMIT)
        self._save(name, writer)
        version = self.spark.conf.get(_LAST_COMMIT, None)
        return Commit(self.version(name), skipped=True) if version is None else Commit(int(version), skipped=False)

    def _save(self, name: str, writer: object) -> None:
        try:
            if self.settings.schema_name:
                writer.saveAsTable(f"{self.settings.schema_name}.{name}")  # type: ignore[attr-defined]
            else:
                writer.save(self._path(name))  # type: ignore[attr-defined]
        except Exception as error:
            text = str(error)
            found = re.search(r"\[?(DELTA_VIOLATE_CONSTRAINT|DELTA_NOT_NULL_CONSTRAINT)[^\n]*", text)
            if found is None and "InvariantViolationException" not in text:
                raise
            line = found.group(0) if found else text.splitlines()[0]
            raise LakeError("LAKE_CONSTRAINT", f"{name} refuses a row: {line}") from error

    def _history(self, name: str, commits: int) -> list[Row]:
        return self.spark.sql(f"DESCRIBE HISTORY {self.target(name)} LIMIT {commits}").collect()

    def _check_schema_version(self) -> None:
        if not self.exists("progress"):
            return
        detail = self.spark.sql(f"DESCRIBE DETAIL {self.target('progress')}").first()
        assert detail is not None
        found = detail["properties"].get("tierlake.schema_version")
        if found != str(SCHEMA_VERSION):
            raise LakeError(
                "LAKE_SCHEMA_MISMATCH",
                f"{self.location} has schema version {found}, this tierlake writes {SCHEMA_VERSION}; "
                "use the tierlake that wrote it, or name another lake",
            )
