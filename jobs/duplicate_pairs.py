"""Pairs of documents that may be duplicates: MinHash bands propose them, exact similarity of words verifies them.

New documents meet old ones only in the buckets that both are in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.kernels import map_rows
from jobs.lake.progress import Batch
from jobs.lake.tables import L1_BANDS, L1_PARSED
from jobs.settings import DedupSettings
from udfs.arrow import Row
from udfs.dedup.cluster import candidate_pairs
from udfs.dedup.minhash import PRESETS, band_keys, signature
from udfs.dedup.similarity import pair_similarities, shingle_hashes
from udfs.ids import stable_id
from udfs.text.simplify import simplify_text
from udfs.text.words import words
from udfs.urls import address

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# The bands beside MinHash's: the key of exact copies is the hash of the text, that of captures of one page its address.
_EXACT_BAND = -1
_ADDRESS_BAND = -2
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
_PAIRS = pa.schema(
    [
        ("goes", pa.string()),
        ("goes_merit", pa.float64()),
        ("stays", pa.string()),
        ("stays_merit", pa.float64()),
        ("stays_old", pa.bool_()),
        ("band", pa.int32()),
    ]
)
_SHINGLES = pa.schema(
    [("doc_id", pa.string()), ("jaccard_set", pa.list_(pa.int64())), ("containment_set", pa.list_(pa.int64()))]
)


@dataclass(frozen=True)
class Bands:
    """Kernel: the bands of a document, that of its address where captures of one page count as duplicates."""

    preset: str
    same_address: bool

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        preset = PRESETS[self.preset]
        keys = band_keys(signature(words(simplify_text(row["text"]), row["language"]), preset), preset)
        found = [(_EXACT_BAND, row["text_hash"]), *enumerate(keys)]
        if self.same_address and (place := address(row["uri"])):
            found.append((_ADDRESS_BAND, stable_id(place)))
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


@dataclass(frozen=True)
class BucketPairs:
    """Kernel: the pairs of one bucket, those of two old documents excepted.

    The sides are named: ``stays`` goes before ``goes`` in the order of `assign_representatives`.
    """

    cap: int

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        members = {member["doc_id"]: member for member in row["members"]}
        order = [(doc_id, member["merit"]) for doc_id, member in members.items()]
        for pair in candidate_pairs(order, self.cap):
            stays, goes = sorted(
                (members[doc_id] for doc_id in pair),
                key=lambda member: (not member["old"], -member["merit"], member["doc_id"]),
            )
            if goes["old"]:
                continue
            yield {
                "goes": goes["doc_id"],
                "goes_merit": goes["merit"],
                "stays": stays["doc_id"],
                "stays_merit": stays["merit"],
                "stays_old": stays["old"],
                "band": row["band"],
            }


def shingle_sets(row: Row) -> Iterable[dict[str, Any]]:
    """Kernel: the shingles of a document that is in a candidate pair, as the bits of signed numbers."""
    split = words(simplify_text(row["text"]), row["language"])
    yield {
        "doc_id": row["doc_id"],
        "jaccard_set": shingle_hashes(split, _JACCARD_WORDS).view("int64"),
        "containment_set": shingle_hashes(split, _CONTAINMENT_WORDS).view("int64"),
    }


def similarities(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
    """Compare the shingles of pairs: Jaccard of 5-grams, and how much of ``goes`` is in ``stays`` by 3-grams."""
    for batch in batches:
        jaccard, _ = pair_similarities(batch.column("goes_jaccard"), batch.column("stays_jaccard"))
        _, containment = pair_similarities(batch.column("goes_containment"), batch.column("stays_containment"))
        yield pa.RecordBatch.from_arrays(
            [batch.column("goes"), batch.column("stays"), pa.array(jaccard), pa.array(containment)],
            names=["goes", "stays", "jaccard", "containment"],
        )


def bands_of(documents: DataFrame, settings: DedupSettings) -> DataFrame:
    """Return the bands of documents, as `L1_BANDS` declares them."""
    return map_rows(documents, Bands(settings.preset, settings.same_address), _BANDS)


def proposed_pairs(batch: Batch, bands: DataFrame, settings: DedupSettings) -> DataFrame:
    """Pairs that share a bucket: both ids, what is known of both, and how many bands propose them."""
    # Keys of a semi or anti join may repeat: to make them distinct first is a shuffle more.
    keys = bands.select("band", "band_key")
    # A resumed batch may have written its bands already: they are not old.
    old = batch.lake.read(L1_BANDS.name).where(F.col("preset") == settings.preset)
    new = bands.where(F.col("band") == _EXACT_BAND).select("doc_id")
    old = old.join(keys, ["band", "band_key"], "left_semi").join(new, "doc_id", "left_anti")
    both = bands.withColumn("old", F.lit(False)).union(old.select(*bands.columns).withColumn("old", F.lit(True)))
    member = F.struct("doc_id", _merit(settings).alias("merit"), "old")
    buckets = (
        both.groupBy("band", "band_key")
        .agg(F.collect_list(member).alias("members"))
        .where("size(members) > 1")
        .select("band", "members")
    )
    pairs = map_rows(buckets, BucketPairs(settings.bucket_cap), _PAIRS)
    return pairs.groupBy(*[name for name in pairs.columns if name != "band"]).agg(
        F.count_if(F.col("band") >= 0).alias("bands"),
        F.bool_or(F.col("band") == _EXACT_BAND).alias("exact"),
        F.bool_or(F.col("band") == _ADDRESS_BAND).alias("same_address"),
    )


def _merit(settings: DedupSettings) -> Column:
    """What decides who stays: greater is better, and nothing is worse than a time or a score that is not known."""
    merit = {
        "longest": F.col("characters"),
        "earliest": -F.unix_micros("captured_at"),
        "best_scored": F.nanvl("score", F.lit(None)),
    }[settings.survivor]
    return F.coalesce(merit.cast("DOUBLE"), F.lit(-math.inf))


def verified_pairs(batch: Batch, documents: DataFrame, pairs: DataFrame, settings: DedupSettings) -> DataFrame:
    """Candidate pairs with their exact similarity; ``rule`` says by what they are duplicates, NULL if they are not."""
    near = pairs.where(~F.col("exact"))
    paired = near.select(F.col("goes").alias("doc_id")).union(near.select("stays"))
    # Only documents in candidate pairs bring their text.
    texts = documents.select("doc_id", "language", "text").join(paired, "doc_id", "left_semi")
    elsewhere = near.where("stays_old").select(F.col("stays").alias("doc_id"))
    old = batch.lake.read(L1_PARSED.name).select("doc_id", "language", "text").join(elsewhere, "doc_id", "left_semi")
    sets = batch.stage(map_rows(texts.union(old), shingle_sets, _SHINGLES))
    for side in ("goes", "stays"):
        near = near.join(
            sets.select(
                F.col("doc_id").alias(side),
                F.col("jaccard_set").alias(f"{side}_jaccard"),
                F.col("containment_set").alias(f"{side}_containment"),
            ),
            side,
        )
    compared = near.select(
        "goes", "stays", "goes_jaccard", "stays_jaccard", "goes_containment", "stays_containment"
    ).mapInArrow(similarities, "goes STRING, stays STRING, jaccard DOUBLE, containment DOUBLE")
    rule = (
        F.when(F.col("exact"), "exact")
        .when(F.col("jaccard") >= settings.min_similarity, "jaccard")
        .when(F.col("containment") >= settings.min_containment, "containment")
        .when(F.col("same_address"), "address")
    )
    exact = F.when(F.col("exact"), 1.0)
    return (
        pairs.join(compared, ["goes", "stays"], "left")
        .withColumn("jaccard", F.coalesce(exact, "jaccard"))
        .withColumn("containment", F.coalesce(exact, "containment"))
        .withColumn("rule", rule)
    )
