"""Documents that may be duplicates: MinHash bands gather them in groups, exact similarity of words decides in each.

New documents meet old ones only in the buckets that both are in.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from jobs.components import components
from jobs.kernels import map_rows
from jobs.lake.progress import Batch
from jobs.lake.tables import L1_BANDS, L1_PARSED
from jobs.settings import DedupSettings
from udfs.arrow import Row, batched
from udfs.dedup.minhash import PRESETS, band_keys, signature
from udfs.dedup.representatives import (
    ADDRESS_BAND,
    EXACT_BAND,
    Bucket,
    Match,
    MatchRule,
    Member,
    Shingles,
    choose_representatives,
)
from udfs.dedup.similarity import shingle_hashes
from udfs.ids import stable_id
from udfs.text.simplify import simplify_text
from udfs.text.words import words
from udfs.urls import address

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_JACCARD_WORDS, _CONTAINMENT_WORDS = 5, 3

_BANDS = pa.schema(
    [
        ("doc_id", pa.string()),
        ("band", pa.int32()),
        ("band_key", pa.string()),
        ("characters", pa.int64()),
        ("captured_at", pa.timestamp("us", tz="UTC")),
        ("score", pa.float64()),
        ("preset", pa.string()),
    ]
)
_MEMBERS = pa.schema(
    [
        ("group", pa.string()),
        ("doc_id", pa.string()),
        ("merit", pa.float64()),
        ("old", pa.bool_()),
        ("bands", pa.list_(pa.int32())),
        ("keys", pa.list_(pa.int64())),
        ("jaccard_set", pa.list_(pa.int64())),
        ("containment_set", pa.list_(pa.int64())),
    ]
)
# Of a member, all but its shingles.
_KNOWN = _MEMBERS.names[:-2]
_DECISIONS = pa.schema(
    [
        ("doc_id", pa.string()),
        ("representative_id", pa.string()),
        ("rule", pa.string()),
        ("jaccard", pa.float64()),
        ("containment", pa.float64()),
        ("bands", pa.int32()),
        ("compared", pa.int64()),
        ("matched", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Bands:
    """Kernel: the bands of a document, that of its address where captures of one page count as duplicates."""

    preset: str
    same_address: bool

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        preset = PRESETS[self.preset]
        keys = band_keys(signature(words(simplify_text(row["text"]), row["language"]), preset), preset)
        found = [(EXACT_BAND, row["text_hash"]), *enumerate(keys)]
        if self.same_address and (place := address(row["uri"])):
            found.append((ADDRESS_BAND, stable_id(place)))
        for band, key in found:
            yield {
                "doc_id": row["doc_id"],
                "band": band,
                "band_key": key,
                "characters": row["characters"],
                "captured_at": row["captured_at"],
                "score": row["score"],
                "preset": self.preset,
            }


def shingled(row: Row) -> Iterable[dict[str, Any]]:
    """Kernel: a member of a group with the shingles of its text, as the bits of signed numbers."""
    split = words(simplify_text(row["text"]), row["language"])
    yield {
        **{name: row[name] for name in _KNOWN},
        "jaccard_set": shingle_hashes(split, _JACCARD_WORDS).view("int64"),
        "containment_set": shingle_hashes(split, _CONTAINMENT_WORDS).view("int64"),
    }


@dataclass(frozen=True)
class Deciding:
    """The ``mapInArrow`` function that decides group by group; the members of each must come one after the other."""

    rule: MatchRule
    cap: int

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        return batched(self._decisions(batches), _DECISIONS)

    def _decisions(self, batches: Iterable[pa.RecordBatch]) -> Iterator[Row]:
        with TemporaryFile(buffering=0) as file:
            group, members, shingles = None, list[Member](), _StoredShingles(file)
            for batch in batches:
                jaccard, containment = (_lists(batch.column(name)) for name in ("jaccard_set", "containment_set"))
                known = batch.select(_KNOWN).to_pylist()
                for row, *sets in zip(known, jaccard, containment, strict=True):
                    if row["group"] != group:
                        yield from self._decide(members, shingles)
                        group = row["group"]
                        members.clear()
                        shingles.clear()
                    buckets = list(zip(row["bands"], row["keys"], strict=True))
                    members.append(Member(row["doc_id"], row["merit"], row["old"], buckets))
                    shingles.append(*sets)
            yield from self._decide(members, shingles)

    def _decide(self, members: list[Member], shingles: _StoredShingles) -> Iterator[Row]:
        def match(buckets: Sequence[Bucket], goes: int, stays: int) -> Match | None:
            return self.rule.match(buckets, shingles[goes], shingles[stays])

        for decision in choose_representatives(members, self.cap, match):
            found = decision.match._asdict() if decision.match else {}
            yield {
                "doc_id": decision.doc_id,
                "representative_id": decision.representative_id,
                "compared": decision.compared,
                "matched": decision.matched,
                **found,
            }


class _StoredShingles:
    """The shingle sets of a group, in a file: of a group without bounds they are more than memory holds."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sizes: list[tuple[int, int, int]] = []

    def clear(self) -> None:
        self._file.truncate(0)
        self._file.seek(0)
        self._sizes.clear()

    def append(self, jaccard: np.ndarray, containment: np.ndarray) -> None:
        self._sizes.append((self._file.tell(), len(jaccard), len(containment)))
        self._file.write(jaccard.tobytes() + containment.tobytes())

    def __getitem__(self, place: int) -> Shingles:
        start, jaccard, containment = self._sizes[place]
        values = np.frombuffer(os.pread(self._file.fileno(), 8 * (jaccard + containment), start), np.uint64)
        return Shingles(values[:jaccard], values[jaccard:])


def _lists(column: pa.ListArray) -> Iterator[np.ndarray]:
    values, offsets = column.values.to_numpy(), column.offsets.to_numpy().tolist()
    return (values[start:end] for start, end in pairwise(offsets))


def bands_of(documents: DataFrame, settings: DedupSettings) -> DataFrame:
    """Return the bands of documents, as `L1_BANDS` declares them."""
    return map_rows(documents, Bands(settings.preset, settings.same_address), _BANDS)


def groups_of(batch: Batch, bands: DataFrame, settings: DedupSettings) -> DataFrame:
    """Return the documents that share a bucket with others, by groups that may be decided apart from each other.

    An old document is in each group that it shares a bucket with: it stays, so it ties none of them together.
    """
    # Keys of a semi or anti join may repeat: to make them distinct first is a shuffle more.
    keys = bands.select("band", "band_key")
    # A resumed batch may have written its bands already: they are not old.
    old = batch.lake.read(L1_BANDS.name).where(F.col("preset") == settings.preset)
    new = bands.where(F.col("band") == EXACT_BAND).select("doc_id")
    old = old.join(keys, ["band", "band_key"], "left_semi").join(new, "doc_id", "left_anti")
    both = bands.withColumn("old", F.lit(False)).union(old.select(*bands.columns).withColumn("old", F.lit(True)))
    member = F.struct((-_merit(settings)).alias("demerit"), "doc_id", "old")
    first_new = F.min(F.when(~F.col("old"), F.col("doc_id")))
    buckets = both.groupBy("band", "band_key").agg(F.collect_list(member).alias("members"), first_new.alias("first"))
    shared = batch.stage(
        buckets.where("size(members) > 1")
        .withColumn("members", within_reach(settings.bucket_cap))
        .select("band", F.xxhash64("band", "band_key").alias("key"), "first", F.inline("members"))
        .withColumn("merit", -F.col("demerit"))
    )
    links = shared.where("NOT old AND doc_id <> first").select(F.col("first").alias("a"), F.col("doc_id").alias("b"))
    labels = components(links.distinct(), settings.driver_pairs).withColumnRenamed("id", "first")
    return (
        shared.join(labels, "first", "left")
        .groupBy(F.coalesce("component", "first").alias("group"), "doc_id", "merit", "old")
        .agg(F.collect_list(F.struct("band", "key")).alias("buckets"))
        .select("group", "doc_id", "merit", "old", "buckets.band", "buckets.key")
        .toDF(*_KNOWN)
    )


def within_reach(cap: int) -> Column:
    """Return the ``members`` of a great bucket without the old ones that `choose_representatives` never looks at."""
    best_first = F.array_sort("members")

    def is_needed(member: Column, place: Column) -> Column:
        near = F.slice(best_first, F.greatest(place + 1 - cap, F.lit(1)), F.lit(2 * cap + 1))
        return ~member["old"] | (place < cap) | F.exists(near, lambda other: ~other["old"])

    return (
        F.when(F.size("members") > 2 * cap + 1, F.filter(best_first, is_needed))
        .otherwise(F.col("members"))
        .alias("members")
    )


def _merit(settings: DedupSettings) -> Column:
    """What decides who stays: greater is better, and nothing is worse than a time or a score that is not known."""
    merit = {
        "longest": F.col("characters"),
        "earliest": -F.unix_micros("captured_at"),
        "best_scored": F.nanvl("score", F.lit(None)),
    }[settings.survivor]
    return F.coalesce(merit.cast("DOUBLE"), F.lit(-math.inf))


def decide(batch: Batch, documents: DataFrame, groups: DataFrame, settings: DedupSettings) -> DataFrame:
    """Return what becomes of each new document in a group; ``representative_id`` is NULL where it stays."""
    text = ("doc_id", "language", "text")
    # Only documents in groups bring their text.
    new = documents.select(*text).join(groups.where("NOT old"), "doc_id")
    old = batch.lake.read(L1_PARSED.name).select(*text).join(groups.where("old"), "doc_id")
    members = map_rows(new.union(old), shingled, _MEMBERS)
    rule = MatchRule(settings.min_similarity, settings.min_containment)
    return (
        members.repartition("group")
        .sortWithinPartitions("group")
        .mapInArrow(Deciding(rule, settings.bucket_cap), from_arrow_schema(_DECISIONS))
    )
