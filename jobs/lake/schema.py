"""How a table is declared: columns with comments, constraints, clustering, who writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql.types import StructType

# Raised whenever a table changes in a way that old code or old rows cannot live with.
SCHEMA_VERSION = 2

# Commits between two checkpoints of a table. Delta's default; for bookkeeping more, since a job run makes several
# commits of one row, which are read faster than a checkpoint is written.
_CHECKPOINT, _BOOKKEEPING_CHECKPOINT = 10, 50


@dataclass(frozen=True)
class Column:
    """A column: its Spark SQL type, its comment, and whether NULL is allowed."""

    name: str
    type: str
    comment: str
    nullable: bool = False

    def ddl(self) -> str:
        return f"`{self.name}` {self.type}{'' if self.nullable else ' NOT NULL'} COMMENT '{_quoted(self.comment)}'"


@dataclass(frozen=True)
class Table:
    """A Delta table of the lake.

    Attributes
    ----------
    name : str
        Name in the catalog, and of the folder in a path-based lake.
    tier : str
        ``l0`` to ``l4`` or ``ops``.
    comment : str
        What a row is.
    columns : tuple of Column
        Ids and measures first, long text last: Delta keeps statistics of the first columns only.
    key : tuple of str
        What identifies a row.
    written_by : tuple of str
        Jobs that append to it.
    checks : dict of str to str
        CHECK constraints by name.
    cluster_by : tuple of str
        Liquid clustering columns.
    indexed : int
        How many leading columns carry statistics.
    """

    name: str
    tier: str
    comment: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    written_by: tuple[str, ...]
    checks: dict[str, str] = field(default_factory=dict)
    cluster_by: tuple[str, ...] = ()
    indexed: int = 8

    def properties(self, log_retention_days: int) -> dict[str, str]:
        """Return the table properties, CHECK constraints among them."""
        return {
            "delta.enableChangeDataFeed": "true",
            "delta.dataSkippingNumIndexedCols": str(self.indexed),
            "delta.checkpointInterval": str(_BOOKKEEPING_CHECKPOINT if self.tier == "ops" else _CHECKPOINT),
            "delta.logRetentionDuration": f"interval {log_retention_days} days",
            "delta.deletedFileRetentionDuration": f"interval {log_retention_days} days",
            "tierlake.tier": self.tier,
            "tierlake.schema_version": str(SCHEMA_VERSION),
            "tierlake.written_by": ",".join(self.written_by),
            "tierlake.key": ",".join(self.key),
            **{f"delta.constraints.{name}": check for name, check in self.checks.items()},
        }

    def create_ddl(self, target: str, log_retention_days: int) -> str:
        """Return ``CREATE TABLE IF NOT EXISTS`` for a quoted table name or ``delta.`path```."""
        columns = ",\n  ".join(column.ddl() for column in self.columns)
        cluster = f"\nCLUSTER BY ({', '.join(self.cluster_by)})" if self.cluster_by else ""
        properties = ",\n  ".join(
            f"'{key}' = '{_quoted(value)}'" for key, value in self.properties(log_retention_days).items()
        )
        return (
            f"CREATE TABLE IF NOT EXISTS {target} (\n  {columns}\n) USING delta{cluster}\n"
            f"COMMENT '{_quoted(self.comment)}'\nTBLPROPERTIES (\n  {properties}\n)"
        )

    def spark_schema(self) -> StructType:
        """Return the columns as a Spark type."""
        from pyspark.sql.types import StructType, _parse_datatype_string

        parsed = _parse_datatype_string(", ".join(f"`{column.name}` {column.type}" for column in self.columns))
        assert isinstance(parsed, StructType)
        return parsed


def _quoted(text: str) -> str:
    """Escape text for a single-quoted SQL literal."""
    return text.replace("\\", "\\\\").replace("'", "\\'")
