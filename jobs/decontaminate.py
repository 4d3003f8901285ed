"""L1: documents that hold benchmark items are kept out; what passes every gate of L1 is admitted."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.benchmark_index import BenchmarkIndex, benchmark_index
from jobs.command import run_command
from jobs.harness import Context, Job, Outcome, Source
from jobs.kernels import map_rows
from jobs.lake.progress import Batch
from jobs.lake.tables import L1_DOCUMENTS, L1_PARSED, L1_VERDICTS
from jobs.passages import without_repeats
from jobs.settings import Settings
from jobs.tokenizer import tokenizer_path
from jobs.verdicts import count_verdicts, let_through
from udfs.arrow import Row
from udfs.capture.files import list_files
from udfs.dedup.leaks import LeakRule
from udfs.parsing import TokenCounts

_LEAKS = pa.schema(
    [("doc_id", pa.string()), ("leaks", pa.int64()), ("coverage", pa.float64()), ("evidence", pa.string())]
)


@dataclass(frozen=True)
class LeakFinder:
    """Kernel: the leaked benchmark items of a document."""

    index: BenchmarkIndex

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        leaks = self.index.find(row["text"])
        strongest = max(leaks, key=lambda leak: leak.coverage, default=None)
        yield {
            "doc_id": row["doc_id"],
            "leaks": len(leaks),
            "coverage": strongest.coverage if strongest else 0.0,
            "evidence": None
            if strongest is None
            else f"{strongest.benchmark}/{strongest.item_id} [{strongest.start}:{strongest.end}] {strongest.ngram}"[
                :1000
            ],
        }


def check(settings: Settings) -> None:
    """Refuse benchmark files, and where texts are cut a tokenizer, that are not there."""
    list_files(settings.decontaminate.benchmarks)
    if settings.dedup.passages:
        tokenizer_path(settings)


def run(context: Context) -> Outcome:
    """Judge what dedup let through since the last run and admit what is left to L1."""
    return context.process(JOB, lambda batch: _decontaminate(context, batch))


def _decontaminate(context: Context, batch: Batch) -> Outcome:
    settings = context.settings.decontaminate
    documents = batch.stage(let_through(batch, "dedup"))
    metrics: dict[str, float] = {}
    if settings.benchmarks:
        context.line.say("indexing benchmarks")
        index = benchmark_index(context.spark, settings)
        version = index.version
        metrics["decontaminate/items"] = float(index.items)
        metrics["decontaminate/undetectable_items"] = float(index.undetectable)
        found = map_rows(documents.select("doc_id", "text"), LeakFinder(index), _LEAKS)
    else:
        version = "no benchmarks given"
        found = documents.select(
            "doc_id",
            F.lit(0).cast("BIGINT").alias("leaks"),
            F.lit(0.0).alias("coverage"),
            F.lit(None).cast("STRING").alias("evidence"),
        )
    leaked = F.col("leaks") > 0
    verdicts = batch.stage(
        found.select(
            "doc_id",
            F.lit("decontaminate").alias("stage"),
            (~leaked).alias("keep"),
            F.when(leaked, "benchmark_leak").alias("reason"),
            F.when(leaked, F.col("coverage")).alias("value"),
            F.when(leaked, LeakRule().ngram_coverage).alias("threshold"),
            F.lit(version).alias("rule_sets"),
            "evidence",
            F.create_map(F.lit("leaks"), F.col("leaks").cast("DOUBLE"), F.lit("coverage"), "coverage").alias("values"),
        )
    )
    batch.append(L1_VERDICTS.name, verdicts)
    # From the stored verdicts: a resumed batch admits by what was written, also if a benchmark file has changed since.
    admitted = let_through(batch, "decontaminate", documents)
    if context.settings.dedup.passages:
        admitted = without_repeats(batch, admitted, TokenCounts(tokenizer_path(context.settings)))
    batch.append(L1_DOCUMENTS.name, admitted)
    outcome = count_verdicts(verdicts)
    outcome.metrics.update(metrics)
    return outcome


JOB = Job(
    name="decontaminate",
    run=run,
    sources=(Source(L1_PARSED.name, after="dedup"),),
    writes={L1_VERDICTS.name: "stage = 'decontaminate'", L1_DOCUMENTS.name: "true"},
    settings=("filter", "dedup", "decontaminate"),
    check=check,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job from a command line; returns the exit status."""
    return run_command(JOB, argv)


if __name__ == "__main__":
    sys.exit(main())
