"""Walks the lineage of a row: up to the L0 object, down to all that came from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from jobs.lake.store import Lake
from jobs.lake.tables import LINEAGE, TABLES

if TYPE_CHECKING:
    from pyspark.sql import Row

# A document keeps its id through these tables, so they need no rows of lineage between them.
_SAME_ID = ("l0_documents", "l1_parsed", "l1_documents", "l2_documents")

# Where an id may be looked up, and by which column.
_IDENTIFIED = {
    "l0_documents": "doc_id",
    "l0_quarantine": "quarantine_id",
    "l1_parsed": "doc_id",
    "l1_documents": "doc_id",
    "l2_documents": "doc_id",
    "l3_documents": "doc_id",
    "l3_verdicts": "doc_id",
    "l4_entities": "entity_id",
    "l4_claims": "claim_id",
    "l4_evidence": "evidence_id",
}


@dataclass(frozen=True)
class Edge:
    """A row and one of its parents."""

    child_id: str
    child_table: str
    parent_id: str
    parent_table: str
    relation: str


def tables_of(lake: Lake, row_id: str) -> list[str]:
    """Return the tables that hold a row of this id, L0 first."""
    found = [
        lake.read(table).where(F.col(column) == row_id).limit(1).select(F.lit(table).alias("name"))
        for table, column in _IDENTIFIED.items()
        if lake.exists(table)
    ]
    if not found:
        return []
    union = found[0]
    for other in found[1:]:
        union = union.union(other)
    names = {row["name"] for row in union.collect()}
    return [table for table in _IDENTIFIED if table in names]


def ancestors(lake: Lake, row_ids: Collection[str]) -> list[Edge]:
    """Return every edge from the rows up to documents that have no parent of another id."""
    return _walk(lake, row_ids, "child_id", "parent_id")


def descendants(lake: Lake, row_ids: Collection[str]) -> list[Edge]:
    """Return every edge from the rows down to what was made of them."""
    return _walk(lake, row_ids, "parent_id", "child_id")


def _walk(lake: Lake, row_ids: Collection[str], at: str, towards: str) -> list[Edge]:
    edges: dict[Edge, None] = {}
    frontier, seen = set(row_ids), set(row_ids)
    while frontier:
        rows = lake.read(LINEAGE.name).where(F.col(at).isin(sorted(frontier))).collect()
        for row in sorted(rows):
            edges[Edge(*[row[name] for name in Edge.__dataclass_fields__])] = None
        frontier = {row[towards] for row in rows} - seen
        seen |= frontier
    return list(edges)


def rows_of(lake: Lake, table: str, row_id: str) -> list[Row]:
    """Return the rows of a table that carry the id."""
    if not lake.exists(table):
        return []
    columns = [column.name for column in TABLES[table].columns if column.name != "payload"]
    key = _IDENTIFIED.get(table, "doc_id")
    return lake.read(table).where(F.col(key) == row_id).select(*columns).collect()


def payload(lake: Lake, doc_id: str) -> bytes | None:
    """Return the bytes of an L0 object, None where there is no such object."""
    row = lake.read("l0_documents").where(F.col("doc_id") == doc_id).select("payload").first()
    return None if row is None else bytes(row["payload"])
