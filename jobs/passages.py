"""Passages that several documents hold word for word: the first document keeps them, the others lose them in L1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.kernels import map_rows
from jobs.lake.progress import Batch
from jobs.lake.tables import L1_PASSAGES, L1_VERDICTS
from jobs.settings import DedupSettings
from udfs.arrow import Row
from udfs.dedup.passages import Unit, passages, without
from udfs.ids import stable_id
from udfs.parsing import TokenCounts

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_FOUND = pa.schema(
    [
        ("doc_id", pa.string()),
        ("captured_at", pa.timestamp("us", tz="UTC")),
        ("passage_key", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
    ]
)
_CUT = pa.schema(
    [
        ("doc_id", pa.string()),
        ("cut_text", pa.string()),
        ("cut_characters", pa.int64()),
        ("cut_tokens", pa.int64()),
        ("cut_text_hash", pa.string()),
    ]
)
_CHANGED = tuple(name.removeprefix("cut_") for name in _CUT.names[1:])


@dataclass(frozen=True)
class Passages:
    """Kernel: the passages of a document."""

    unit: Unit
    min_bytes: int

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        for start, end, key in passages(row["text"], self.unit, self.min_bytes):
            yield {
                "doc_id": row["doc_id"],
                "captured_at": row["captured_at"],
                "passage_key": key,
                "start": start,
                "end": end,
            }


@dataclass(frozen=True)
class Cut:
    """Kernel: a document without its repeated passages."""

    tokens: TokenCounts

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        text = without(row["text"], [(span["start"], span["end"]) for span in row["spans"]])
        yield {
            "doc_id": row["doc_id"],
            "cut_text": text,
            "cut_characters": len(text),
            "cut_tokens": self.tokens.count(text),
            "cut_text_hash": stable_id(text),
        }


def find_passages(batch: Batch, documents: DataFrame, settings: DedupSettings) -> DataFrame:
    """Return rows of ``l1_passages`` for documents that are no duplicates.

    A passage stays where an earlier run has kept it, else with the earliest capture, else with the smallest id.
    """
    assert settings.passages is not None
    kernel = Passages(settings.passages, settings.min_passage_bytes)
    texts = documents.where("kind <> 'code'").select("doc_id", "captured_at", "text")
    found = batch.stage(map_rows(texts, kernel, _FOUND))
    # A resumed batch may have written its passages already: they are not old.
    old = batch.lake.read(L1_PASSAGES.name).where("doc_id = first_id").select("passage_key", "first_id").distinct()
    old = old.join(found.select(F.col("doc_id").alias("first_id")), "first_id", "left_anti")
    age = F.struct(F.col("captured_at").isNull(), "captured_at", "doc_id")
    new = found.groupBy("passage_key").agg(F.min_by("doc_id", age).alias("new_first"))
    first = new.join(old, "passage_key", "left").select(
        "passage_key", F.coalesce("first_id", "new_first").alias("first_id")
    )
    held = found.drop("captured_at").withColumn("unit", F.lit(settings.passages))
    return held.join(first, "passage_key")


def repeated_shares(documents: DataFrame, found: DataFrame) -> DataFrame:
    """Return of each document with passages: the repeated share of its text, and who has most of it first.

    Columns ``doc_id``, ``repeated``, ``own`` (number of passages that stay) and ``repeated_in``.
    """
    length = F.col("end") - F.col("start")
    theirs = F.col("first_id") != F.col("doc_id")
    held = found.groupBy("doc_id", "first_id").agg(F.sum(length).alias("held"))
    largest = held.where(theirs).groupBy("doc_id").agg(F.max_by("first_id", F.struct("held", "first_id")).alias("in"))
    shares = found.groupBy("doc_id").agg(
        F.sum(F.when(theirs, length).otherwise(0)).alias("characters_repeated"), F.count_if(~theirs).alias("own")
    )
    # Line ends are not counted, so that a text of nothing but repeats is repeated as a whole.
    lengths = documents.select("doc_id", F.length(F.translate("text", "\n", "")).alias("characters"))
    return (
        shares.join(lengths, "doc_id")
        .join(largest, "doc_id", "left")
        .select(
            "doc_id",
            F.least(F.col("characters_repeated") / F.col("characters"), F.lit(1.0)).alias("repeated"),
            "own",
            F.col("in").alias("repeated_in"),
        )
    )


def without_repeats(batch: Batch, documents: DataFrame, tokens: TokenCounts) -> DataFrame:
    """Return documents of L1 without the passages that others have first, if these were admitted to L1 too."""
    admitted = batch.lake.read(L1_VERDICTS.name).where("stage = 'decontaminate' AND keep")
    spans = (
        batch.lake.read(L1_PASSAGES.name)
        .where("first_id <> doc_id")
        .join(admitted.select(F.col("doc_id").alias("first_id")), "first_id", "left_semi")
        .groupBy("doc_id")
        .agg(F.collect_list(F.struct("start", "end")).alias("spans"))
    )
    cut = map_rows(documents.select("doc_id", "text").join(spans, "doc_id"), Cut(tokens), _CUT)
    changed = {name: F.coalesce(f"cut_{name}", name) for name in _CHANGED}
    return documents.join(cut, "doc_id", "left").withColumns(changed).select(*documents.columns)
