"""L1: judge every parsed document by the rule sets of its kind and language: kernels compute, columns compare."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.command import run_command
from jobs.harness import Context, Job, Outcome, Source
from jobs.kernels import map_rows
from jobs.lake.progress import Batch
from jobs.lake.tables import L1_PARSED, L1_VERDICTS
from jobs.settings import Settings
from jobs.thresholds import check_thresholds, first_failure, rule_sets_of, versions
from jobs.verdicts import count_verdicts
from udfs.arrow import Row
from udfs.rules import compute_values
from udfs.text.plain import plain_view

_VALUES = pa.schema(
    [
        ("doc_id", pa.string()),
        ("kind", pa.string()),
        ("language", pa.string()),
        ("language_score", pa.float64()),
        ("rule_sets", pa.string()),
        ("values", pa.map_(pa.string(), pa.float64())),
    ]
)


@dataclass(frozen=True)
class Values:
    """The kernel of the job: every value that a document's rule sets use, from one tokenisation."""

    rule_sets: Mapping[str, Mapping[str, Sequence[str]]]
    plain_kinds: frozenset[str]

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        names = rule_sets_of(self.rule_sets, row["kind"], row["language"])
        text = plain_view(row["text"]) if row["kind"] in self.plain_kinds else row["text"]
        values = compute_values(text, row["language"], names) if names else {}
        values["language_score"] = row["language_score"]
        yield {
            "doc_id": row["doc_id"],
            "kind": row["kind"],
            "language": row["language"],
            "language_score": row["language_score"],
            "rule_sets": versions(names),
            "values": sorted(values.items()),
        }


def check(settings: Settings) -> None:
    """Refuse rule sets that do not exist or cannot be read, and thresholds of rules that are not there."""
    check_thresholds(settings.filter)


def run(context: Context) -> Outcome:
    """Judge what was parsed since the last run."""
    return context.process(JOB, lambda batch: _filter(context, batch))


def _filter(context: Context, batch: Batch) -> Outcome:
    settings = context.settings.filter
    documents = batch.rows().select("doc_id", "kind", "language", "language_score", "text")
    kernel = Values(settings.rule_sets, frozenset(settings.plain_kinds))
    values = map_rows(documents, kernel, _VALUES)
    judged = values.withColumn("failure", first_failure(settings)).select(
        "doc_id",
        F.lit("filter").alias("stage"),
        F.col("failure.reason").isNull().alias("keep"),
        "failure.reason",
        "failure.value",
        "failure.threshold",
        "rule_sets",
        F.lit(None).cast("STRING").alias("evidence"),
        "values",
    )
    verdicts = batch.stage(judged)
    batch.append(L1_VERDICTS.name, verdicts)
    return count_verdicts(verdicts)


JOB = Job(
    name="filter",
    run=run,
    sources=(Source(L1_PARSED.name),),
    writes={L1_VERDICTS.name: "stage = 'filter'"},
    settings=("filter",),
    check=check,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job from a command line; returns the exit status."""
    return run_command(JOB, argv)


if __name__ == "__main__":
    sys.exit(main())
