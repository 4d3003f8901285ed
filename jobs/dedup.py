"""L1: exact copies and near-duplicates. MinHash bands propose pairs, exact similarity decides, evidence is kept.

New documents meet only the bands they share with documents that earlier runs kept, and those are never judged again.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import Window
from pyspark.sql import functions as F

from jobs.command import run_command
from jobs.components import components
from jobs.harness import Context, Job, Outcome, Source
from jobs.kernels import map_rows
from jobs.lake.progress import Batch
from jobs.lake.tables import L1_BANDS, L1_DUPLICATES, L1_PARSED, L1_PASSAGES, L1_VERDICTS
from jobs.passages import find_passages, repeated_shares
from jobs.settings import DedupSettings, Settings
from jobs.verdicts import count_verdicts, let_through
from udfs.arrow import Row
from udfs.dedup.cluster import Document, Pair, assign_representatives, candidate_pairs
from udfs.dedup.minhash import PRESETS, band_keys, signature
from udfs.dedup.similarity import pair_similarities, shingle_hashes
from udfs.errors import SettingsError
from udfs.ids import stable_id
from udfs.rules import load_rule_set
from udfs.rules.rule_sets import nearest
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
_DECISIONS = pa.schema([("doc_id", pa.string()), ("representative_id", pa.string())])


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


def representatives(row: Row) -> Iterable[dict[str, Any]]:
    """Kernel: who stays in one connected component of verified pairs."""
    merits = {pair[side]: pair[f"{side}_merit"] for pair in row["pairs"] for side in ("goes", "stays")}
    decisions = assign_representatives(
        [Document(doc_id, score=merit) for doc_id, merit in merits.items()],
        [Pair(pair["goes"], pair["stays"], pair["similarity"]) for pair in row["pairs"]],
        threshold=0.0,
        survivor="best_scored",
        admitted={pair["stays"] for pair in row["pairs"] if pair["stays_old"]},
    )
    for decision in decisions:
        if not decision.kept:
            yield {"doc_id": decision.doc_id, "representative_id": decision.representative_id}


def check(settings: Settings) -> None:
    """Refuse an unknown MinHash preset, and a score that the filter does not compute."""
    chosen = settings.dedup
    if chosen.preset not in PRESETS:
        raise SettingsError("CONF_BAD_VALUE", f"dedup.preset '{chosen.preset}'; there are: {', '.join(PRESETS)}")
    if chosen.survivor == "best_scored":
        names = settings.filter.rule_set_names()
        scores = {"language_score", *(value for name in names for value in load_rule_set(name).values)}
        if chosen.score not in scores:
            raise SettingsError(
                "CONF_BAD_VALUE",
                f"dedup.score '{chosen.score}' is no value of a rule set in filter.rule_sets"
                f"{nearest(chosen.score, scores)}",
            )


def run(context: Context) -> Outcome:
    """Remove duplicates among what the filter let through since the last run, and against what was kept before."""
    return context.process(JOB, lambda batch: _dedup(context, batch))


def _dedup(context: Context, batch: Batch) -> Outcome:
    settings = context.settings.dedup
    documents = batch.stage(_documents(batch, settings))
    bands = batch.stage(map_rows(documents, Bands(settings.preset, settings.same_address), _BANDS))
    context.line.say("pairs")
    pairs = batch.stage(_candidates(batch, bands, settings))
    context.line.say("verifying")
    verified = batch.stage(_verified(batch, documents, pairs, settings))
    context.line.say("representatives")
    duplicates = batch.stage(_duplicates(verified, settings))
    turned_away = batch.stage(_copies_of_rejected(batch, documents, duplicates, settings))
    batch.append(L1_DUPLICATES.name, duplicates.unionByName(turned_away))
    verdicts = _verdicts(documents, duplicates, settings)
    if settings.passages:
        context.line.say("passages")
        kept = documents.join(duplicates, "doc_id", "left_anti")
        found = batch.stage(find_passages(batch, kept, settings))
        batch.append(L1_PASSAGES.name, found)
        verdicts = _with_repeats(verdicts, repeated_shares(documents, found), settings)
    verdicts = batch.stage(verdicts)
    batch.append(L1_BANDS.name, bands.join(verdicts.where("keep"), "doc_id", "left_semi"))
    batch.append(L1_VERDICTS.name, verdicts)
    outcome = count_verdicts(verdicts)
    compared = verified.agg(F.count("*").alias("pairs"), F.count("rule").alias("verified")).first()
    assert compared is not None
    outcome.metrics["dedup/copies_among_rejected"] = float(turned_away.count())
    outcome.metrics["dedup/candidate_pairs"] = float(compared["pairs"])
    outcome.metrics["dedup/verified_pairs"] = float(compared["verified"])
    return outcome


def _documents(batch: Batch, settings: DedupSettings) -> DataFrame:
    """Candidates that the filter let through, with what the survivor rule may ask for."""
    columns = ("doc_id", "uri", "kind", "language", "characters", "captured_at", "text_hash", "text")
    documents = let_through(batch, "filter").select(*columns)
    if settings.survivor != "best_scored":
        return documents.withColumn("score", F.lit(None).cast("DOUBLE"))
    verdicts = batch.lake.read(L1_VERDICTS.name).where("stage = 'filter'")
    scores = verdicts.select("doc_id", F.try_element_at("values", F.lit(settings.score)).alias("score"))
    return documents.join(scores, "doc_id")


def _verdicts(documents: DataFrame, duplicates: DataFrame, settings: DedupSettings) -> DataFrame:
    goes = F.col("rule").isNotNull()
    by_containment, by_address = F.col("rule") == "containment", F.col("rule") == "address"
    compared = F.create_map(
        *[part for name in ("jaccard", "containment", "bands") for part in (F.lit(name), F.col(name).cast("DOUBLE"))]
    )
    return (
        documents.select("doc_id")
        .join(duplicates, "doc_id", "left")
        .select(
            "doc_id",
            F.lit("dedup").alias("stage"),
            (~goes).alias("keep"),
            F.when(F.col("rule") == "exact", "exact_duplicate")
            .when(by_address, "same_address")
            .when(goes, "near_duplicate")
            .alias("reason"),
            F.when(by_containment, F.col("containment")).otherwise(F.col("jaccard")).alias("value"),
            F.when(by_containment, settings.min_containment)
            .when(by_address, 0.0)
            .when(goes, settings.min_similarity)
            .alias("threshold"),
            F.lit(f"minhash/{settings.preset}").alias("rule_sets"),
            F.col("representative_id").alias("evidence"),
            F.when(goes, compared).otherwise(F.create_map().cast("MAP<STRING, DOUBLE>")).alias("values"),
        )
    )


def _with_repeats(verdicts: DataFrame, shares: DataFrame, settings: DedupSettings) -> DataFrame:
    """Turn away documents that hold next to nothing of their own; every share is kept as a value.

    What goes has no passage of its own, so nothing that another document lost to it is lost.
    """
    goes = F.coalesce((F.col("own") == 0) & (F.col("repeated") > settings.max_repeated), F.lit(False))
    changed = {
        "keep": F.col("keep") & ~goes,
        "reason": F.when(goes, "repeated_passages").otherwise(F.col("reason")),
        "value": F.when(goes, F.col("repeated")).otherwise(F.col("value")),
        "threshold": F.when(goes, settings.max_repeated).otherwise(F.col("threshold")),
        "evidence": F.when(goes, F.col("repeated_in")).otherwise(F.col("evidence")),
        "values": F.when(
            F.col("repeated").isNotNull(), F.map_concat("values", F.create_map(F.lit("repeated"), "repeated"))
        ).otherwise(F.col("values")),
    }
    return verdicts.join(shares, "doc_id", "left").withColumns(changed).select(*verdicts.columns)


def _candidates(batch: Batch, bands: DataFrame, settings: DedupSettings) -> DataFrame:
    """Pairs that share a bucket: both ids, what is known of both, and how many bands propose them."""
    keys = bands.select("band", "band_key").distinct()
    # A resumed batch may have written its bands already: they are not old.
    old = batch.lake.read(L1_BANDS.name).where(F.col("preset") == settings.preset)
    old = old.join(keys, ["band", "band_key"], "left_semi").join(
        bands.select("doc_id").distinct(), "doc_id", "left_anti"
    )
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


def _verified(batch: Batch, documents: DataFrame, pairs: DataFrame, settings: DedupSettings) -> DataFrame:
    """Candidate pairs with their exact similarity; ``rule`` says by what they are duplicates, NULL if they are not."""
    near = pairs.where(~F.col("exact"))
    paired = near.select(F.col("goes").alias("doc_id")).union(near.select("stays")).distinct()
    # Only documents in candidate pairs bring their text.
    texts = documents.select("doc_id", "language", "text").join(paired, "doc_id", "left_semi")
    elsewhere = near.where("stays_old").select(F.col("stays").alias("doc_id")).distinct()
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


def _duplicates(verified: DataFrame, settings: DedupSettings) -> DataFrame:
    """Removed documents, each with the representative it was compared with."""
    edges = verified.where("rule IS NOT NULL").withColumn("similarity", F.greatest("jaccard", "containment"))
    # Documents that stay from earlier runs are never judged, so they do not tie components together either.
    among_new = edges.where(~F.col("stays_old")).select(F.col("goes").alias("a"), F.col("stays").alias("b"))
    labels = components(among_new, settings.driver_pairs)
    grouped = (
        edges.join(labels.withColumnRenamed("id", "goes"), "goes", "left")
        .withColumn("component", F.coalesce("component", "goes"))
        .groupBy("component")
        .agg(F.collect_list(F.struct(*[edges[name] for name in edges.columns])).alias("pairs"))
    )
    removed = map_rows(grouped.select("pairs"), representatives, _DECISIONS)
    evidence = edges.select(
        F.col("goes").alias("doc_id"),
        F.col("stays").alias("representative_id"),
        "rule",
        "jaccard",
        "containment",
        "bands",
        F.lit(settings.preset).alias("preset"),
    )
    return removed.join(evidence, ["doc_id", "representative_id"])


def _copies_of_rejected(
    batch: Batch, documents: DataFrame, duplicates: DataFrame, settings: DedupSettings
) -> DataFrame:
    """Exact copies that the filter has turned away already: no verdict hangs on them, but they are known as copies."""
    columns = ("doc_id", "text_hash", "captured_at")
    arrived = batch.stage(batch.rows().select(*columns))
    new = arrived.join(duplicates, "doc_id", "left_anti")
    new = new.join(documents.select("doc_id", F.lit(False).alias("rejected")), "doc_id", "left")
    pool = new.select(*columns, F.coalesce("rejected", F.lit(True)).alias("rejected"), F.lit(False).alias("old"))
    if batch.increment.start is not None:
        # At the end of the increment, which Delta has at hand, rather than at its start.
        old = batch.lake.read(L1_PARSED.name, batch.increment.end).select(*columns)
        old = old.join(new.select("text_hash").distinct(), "text_hash", "left_semi")
        for others in (arrived, batch.lake.read(L1_DUPLICATES.name)):
            old = old.join(others.select("doc_id"), "doc_id", "left_anti")
        pool = pool.union(old.select(*columns, F.lit(False), F.lit(True)))
    order = Window.partitionBy("text_hash").orderBy(
        F.desc("old"), "rejected", F.asc_nulls_last("captured_at"), "doc_id"
    )
    return (
        pool.withColumn("representative_id", F.first("doc_id").over(order))
        .where("rejected AND doc_id <> representative_id")
        .select(
            "doc_id",
            "representative_id",
            F.lit("exact").alias("rule"),
            F.lit(1.0).alias("jaccard"),
            F.lit(1.0).alias("containment"),
            F.lit(0).alias("bands"),
            F.lit(settings.preset).alias("preset"),
        )
    )


JOB = Job(
    name="dedup",
    run=run,
    sources=(Source(L1_PARSED.name, after="filter"),),
    writes={
        L1_DUPLICATES.name: "true",
        L1_BANDS.name: "true",
        L1_PASSAGES.name: "true",
        L1_VERDICTS.name: "stage = 'dedup'",
    },
    settings=("filter", "dedup"),
    check=check,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job from a command line; returns the exit status."""
    return run_command(JOB, argv)


if __name__ == "__main__":
    sys.exit(main())
