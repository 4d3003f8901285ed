"""Columns and checks that tables of several tiers share."""

from __future__ import annotations

from jobs.lake.schema import Column

_ID = "Hash of source, URI, capture time and payload; the same document keeps it from L0 to L2"


def id_column(name: str = "doc_id", comment: str = _ID) -> Column:
    """Return a column of ids, of documents of L0 to L2 where nothing else is said."""
    return Column(name, "STRING", comment)


HEX = "length({0}) = 32"
VALUES = Column(
    "values", "MAP<STRING, DOUBLE>", "Every value that was computed, by name: thresholds can be moved by a query"
)
