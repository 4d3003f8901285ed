"""Counts of every tier, by kind, language, source and reason, for the current version of each table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from jobs.command import run_command
from jobs.harness import Context, Job, Outcome
from jobs.lake.tables import TABLES, TIER_STATS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True)
class Count:
    """What is counted of a table: by which columns apart, and which sums and means besides the rows."""

    table: str
    dimensions: tuple[str, ...] = ()
    metrics: dict[str, str] = field(default_factory=dict)


_TEXT = {"characters": "sum(characters)", "tokens": "sum(tokens)"}
COUNTS = (
    Count("l0_documents", ("source", "media_type"), {"bytes": "sum(payload_bytes)"}),
    Count("l0_quarantine", ("stage", "reason")),
    Count("l1_parsed", ("kind", "language", "source"), _TEXT),
    Count("l1_verdicts", ("stage", "reason"), {"kept": "count_if(keep)"}),
    Count("l1_duplicates", ("rule",), {"jaccard_mean": "avg(jaccard)"}),
    Count("l1_documents", ("kind", "language", "source"), _TEXT),
    Count("l2_labels", ("label",), {"label_mean": "avg(label)"}),
    Count(
        "l2_scores",
        ("kind", "reason"),
        {
            "kept": "count_if(keep)",
            "score_mean": "avg(score)",
            "score_p10": "percentile(score, 0.1)",
            "score_p50": "percentile(score, 0.5)",
            "score_p90": "percentile(score, 0.9)",
        },
    ),
    Count("l2_documents", ("kind", "language", "source"), _TEXT),
    Count("l3_verdicts", ("task", "reason"), {"kept": "count_if(keep)"}),
    Count("l3_documents", ("task", "kind", "language"), _TEXT),
    Count("l4_entities", ("kind", "language")),
    Count("l4_claims", ("pattern", "language"), {"confidence_mean": "avg(confidence)"}),
    Count("l4_evidence", ("target_kind", "document_table")),
    Count("l4_verdicts", ("reason",), {"kept": "count_if(keep)"}),
)


def count(rows: DataFrame, spec: Count, version: int) -> DataFrame:
    """Return rows of ``tier_stats`` for one table.

    A dimension that is NULL in a row (the reason of a kept one) is not counted apart.
    """
    metrics = {"rows": "count(*)", **spec.metrics}
    amounts = [F.expr(expression).cast("DOUBLE").alias(name) for name, expression in metrics.items()]
    # Each row is counted once as a whole and once for each of its dimensions, in one pass over the table.
    whole = F.struct(F.lit("all").alias("dimension"), F.lit("all").alias("value"))
    apart = [
        F.struct(F.lit(name).alias("dimension"), F.col(name).cast("STRING").alias("value")) for name in spec.dimensions
    ]
    counted = (
        rows.withColumn("counted_as", F.explode(F.array(whole, *apart)))
        .where("counted_as.value IS NOT NULL")
        .groupBy("counted_as.dimension", "counted_as.value")
        .agg(*amounts)
    )
    pairs = ", ".join(f"'{name}', `{name}`" for name in metrics)
    return counted.selectExpr(
        f"'{TABLES[spec.table].tier}' AS tier",
        f"'{spec.table}' AS table_name",
        f"CAST({version} AS BIGINT) AS table_version",
        "dimension",
        "value",
        f"stack({len(metrics)}, {pairs}) AS (metric, amount)",
    )


def run(context: Context) -> Outcome:
    """Count the tables that have changed since they were counted last."""
    lake = context.lake
    lake.ensure(JOB.writes)
    counted = {
        (row["table_name"], row["table_version"])
        for row in lake.read(TIER_STATS.name).select("table_name", "table_version").distinct().collect()
    }
    pending = [(spec, lake.version(spec.table)) for spec in COUNTS]
    pending = [(spec, version) for spec, version in pending if version >= 0 and (spec.table, version) not in counted]
    if not pending:
        return Outcome()
    made = [count(lake.read(spec.table, version), spec, version) for spec, version in pending]
    rows = reduce(lambda left, right: left.union(right), made).where("amount IS NOT NULL").localCheckpoint()
    commit = lake.append(TIER_STATS.name, rows)
    outcome = Outcome(rows_in=len(pending), rows_kept=len(pending), outputs={TIER_STATS.name: commit.version})
    for row in rows.where("dimension = 'all'").collect():
        outcome.metrics[f"{row['table_name']}/{row['metric']}"] = row["amount"]
    return outcome


JOB = Job(name="stats", run=run, sources=(), writes={TIER_STATS.name: "true"}, settings=())


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job from a command line; returns the exit status."""
    return run_command(JOB, argv)


if __name__ == "__main__":
    sys.exit(main())
