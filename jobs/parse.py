"""L1: turn captured objects into text that keeps its structure; find language, kind and personal data on the way."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.command import run_command
from jobs.harness import Context, Job, Outcome, Source
from jobs.kernels import map_batches
from jobs.lake.progress import Batch
from jobs.lake.store import only
from jobs.lake.tables import L0_DOCUMENTS, L0_QUARANTINE, L1_PARSED
from jobs.settings import Settings
from jobs.tokenizer import tokenizer_path
from udfs.allowance import Allowance
from udfs.parsing import Parser

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PARSED = pa.schema(
    [
        ("doc_id", pa.string()),
        ("source", pa.string()),
        ("uri", pa.string()),
        ("captured_at", pa.timestamp("us", tz="UTC")),
        ("license", pa.string()),
        ("file", pa.string()),
        ("offset", pa.int64()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("sample", pa.binary()),
        ("kind", pa.string()),
        ("language", pa.string()),
        ("language_score", pa.float64()),
        ("characters", pa.int64()),
        ("tokens", pa.int64()),
        ("text_hash", pa.string()),
        ("media_type", pa.string()),
        ("tokenizer", pa.string()),
        ("code_language", pa.string()),
        ("traits", pa.map_(pa.string(), pa.float64())),
        ("personal_data", pa.list_(pa.struct([("kind", pa.string()), ("start", pa.int32()), ("end", pa.int32())]))),
        ("title", pa.string()),
        ("text", pa.string()),
    ]
)
_READ = (
    "doc_id", "source", "uri", "captured_at", "license", "file", "offset",
    "media_type", "charset", "http_status", "payload_bytes",
)  # fmt: skip


def check(settings: Settings) -> None:
    """Refuse a tokenizer that is not there."""
    tokenizer_path(settings)


def run(context: Context) -> Outcome:
    """Parse what came into L0 since the last run."""
    with _rows_at_once(context.spark, context.settings.parse.batch_rows):
        return context.process(JOB, lambda batch: _parse(context, batch))


@contextmanager
def _rows_at_once(spark: SparkSession, rows: int) -> Iterator[None]:
    """Bound what a task holds of payloads, in Java and in Python; the jobs after this one have smaller rows."""
    names = ("spark.sql.parquet.columnarReaderBatchSize", "spark.sql.execution.arrow.maxRecordsPerBatch")
    before = {name: str(spark.conf.get(name)) for name in names}
    try:
        for name in names:
            spark.conf.set(name, rows)
        yield
    finally:
        for name, value in before.items():
            spark.conf.set(name, value)


def _parse(context: Context, batch: Batch) -> Outcome:
    settings = context.settings.parse
    # A payload over the limit does not even cross to Python; PDF has limits of its own.
    admitted = (F.col("payload_bytes") <= settings.max_payload_bytes) | (F.col("media_type") == "application/pdf")
    captures = batch.rows().select(
        *_READ, F.when(F.coalesce(admitted, F.lit(False)), F.col("payload")).alias("payload")
    )
    allowance = Allowance(settings.cpu_seconds, settings.memory_bytes)
    tokenizer = tokenizer_path(context.settings)
    parser = Parser(settings.max_payload_bytes, settings.redact_personal_data, tokenizer, allowance)
    made = batch.stage(map_batches(captures, parser, PARSED))
    outcome = Outcome()
    counts = made.groupBy("reason").agg(
        F.count("*").alias("rows"),
        F.sum("tokens").alias("tokens"),
        F.sum(F.size("personal_data")).alias("personal_data"),
    )
    for row in counts.collect():
        outcome.rows_in += row["rows"]
        if row["reason"] is None:
            outcome.rows_kept = row["rows"]
            outcome.metrics["tokens/l1_parsed"] = float(row["tokens"])
            outcome.metrics["personal_data_spans"] = float(row["personal_data"])
        else:
            outcome.reasons[row["reason"]] += row["rows"]
    if outcome.reasons:
        refused = (
            made.where("reason IS NOT NULL")
            .withColumn("stage", F.lit("parse"))
            .withColumn("quarantine_id", F.md5(F.concat_ws("/", F.lit("parse"), "doc_id", "reason")))
        )
        batch.append(L0_QUARANTINE.name, only(refused, L0_QUARANTINE.name))
    parsed = made.where("reason IS NULL")
    batch.append(L1_PARSED.name, only(parsed, L1_PARSED.name))
    return outcome


JOB = Job(
    name="parse",
    run=run,
    sources=(Source(L0_DOCUMENTS.name),),
    writes={L0_QUARANTINE.name: "stage = 'parse'", L1_PARSED.name: "true"},
    settings=("parse",),
    check=check,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job from a command line; returns the exit status."""
    return run_command(JOB, argv)


if __name__ == "__main__":
    sys.exit(main())
