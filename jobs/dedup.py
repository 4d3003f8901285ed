"""L1: exact copies and near-duplicates. MinHash bands gather groups, exact similarity decides, evidence is kept.

New documents meet only the bands they share with documents that earlier runs kept, and those are never judged again.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from jobs.command import run_command
from jobs.harness import Context, Job, Outcome, Source
from jobs.lake.progress import Batch
from jobs.lake.tables import L1_BANDS, L1_DUPLICATES, L1_PARSED, L1_PASSAGES, L1_VERDICTS
from jobs.near_duplicates import bands_of, decide, groups_of
from jobs.passages import find_passages, repeated_shares
from jobs.settings import DedupSettings, Settings
from jobs.verdicts import count_verdicts, let_through
from udfs.dedup.minhash import PRESETS
from udfs.errors import SettingsError
from udfs.rules import load_rule_set
from udfs.rules.rule_sets import nearest

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


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
    bands = batch.stage(bands_of(documents, settings))
    context.line.say("groups")
    groups = batch.stage(groups_of(batch, bands, settings))
    context.line.say("comparing")
    decisions = batch.stage(decide(batch, documents, groups, settings))
    duplicates = _duplicates(decisions, settings)
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
    compared = decisions.agg(F.sum("compared").alias("pairs"), F.sum("matched").alias("matched")).first()
    assert compared is not None
    outcome.metrics["dedup/copies_among_rejected"] = float(turned_away.count())
    outcome.metrics["dedup/compared_pairs"] = float(compared["pairs"] or 0)
    outcome.metrics["dedup/matched_pairs"] = float(compared["matched"] or 0)
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


def _duplicates(decisions: DataFrame, settings: DedupSettings) -> DataFrame:
    """Removed documents, each with the representative it was compared with."""
    removed = decisions.where("representative_id IS NOT NULL").drop("compared", "matched")
    return removed.withColumn("preset", F.lit(settings.preset))


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
        old = old.join(arrived.select("text_hash"), "text_hash", "left_semi")
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
