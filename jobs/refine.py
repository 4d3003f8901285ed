"""L3: a language model edits and rewrites documents of L2; what passes every gate is admitted."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.benchmark_index import BenchmarkIndex, benchmark_index
from jobs.command import run_command
from jobs.generation import REQUEST_FIELDS, answer, check_engine, engine_config, model_name, request_row
from jobs.harness import Context, Job, Outcome, Source
from jobs.kernels import map_rows
from jobs.lake.progress import Batch
from jobs.lake.store import only
from jobs.lake.tables import L2_DOCUMENTS, L3_DOCUMENTS, L3_VERDICTS, LINEAGE, LLM_CALLS
from jobs.settings import RefineSettings, Settings
from jobs.tokenizer import tokenizer_path
from jobs.verdicts import count_verdicts
from udfs.arrow import Row
from udfs.engine.protocol import EngineConfig
from udfs.ids import stable_id
from udfs.parsing import TokenCounts
from udfs.refine.tasks import Answer, candidate, requests, task_prompt

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_REQUESTS = pa.schema([("parent_id", pa.string()), ("task", pa.string()), ("line", pa.int32()), *REQUEST_FIELDS])
_CANDIDATES = pa.schema(
    [
        ("doc_id", pa.string()),
        ("parent_id", pa.string()),
        ("task", pa.string()),
        ("keep", pa.bool_()),
        ("reason", pa.string()),
        ("value", pa.float64()),
        ("threshold", pa.float64()),
        ("values", pa.map_(pa.string(), pa.float64())),
        ("kind", pa.string()),
        ("language", pa.string()),
        ("characters", pa.int64()),
        ("tokens", pa.int64()),
        ("tokenizer", pa.string()),
        ("prompt_id", pa.string()),
        ("prompt_version", pa.string()),
        ("program", pa.string()),
        ("text", pa.string()),
    ]
)


@dataclass(frozen=True)
class Requests:
    """Kernel: the requests of a document and task."""

    config: EngineConfig
    max_lines: int

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        prompt = task_prompt(row["task"])
        for request in requests(row["text"], row["task"], self.max_lines):
            asked = request_row("refine", self.config, request.messages, prompt.id, prompt.version, request.sampling)
            yield {"parent_id": row["doc_id"], "task": row["task"], "line": request.line, **asked}


@dataclass(frozen=True)
class Candidates:
    """Kernel: the candidate of a document and task, with its verdict."""

    index: BenchmarkIndex | None
    tokens: TokenCounts

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        answers = sorted(row["answers"], key=lambda given: (given["line"], given["request_id"]))
        made = candidate(
            row["text"],
            row["task"],
            row["language"],
            [Answer(given["line"], given["output"], given["finish_reason"], given["error"]) for given in answers],
            self._is_leak,
        )
        prompt = task_prompt(row["task"])
        reason = made.result.reason
        yield {
            "doc_id": stable_id("l3", row["task"], row["doc_id"], *[given["request_id"] for given in answers]),
            "parent_id": row["doc_id"],
            "task": row["task"],
            "keep": made.result.keep,
            "reason": reason,
            "value": made.result.values.get(reason) if reason else None,
            "threshold": made.result.threshold,
            "values": sorted(made.result.values.items()),
            "kind": row["kind"],
            "language": row["language"],
            "characters": len(made.text),
            "tokens": self.tokens.count(made.text),
            "tokenizer": self.tokens.name(),
            "prompt_id": prompt.id,
            "prompt_version": prompt.version,
            "program": made.program,
            "text": made.text,
        }

    def _is_leak(self, text: str) -> bool:
        return self.index is not None and bool(self.index.find(text))


def check(settings: Settings) -> None:
    """Refuse an engine, prompts or tokenizer that are not there."""
    check_engine(settings.engine)
    tokenizer_path(settings)
    for task in settings.refine.tasks:
        task_prompt(task)


def run(context: Context) -> Outcome:
    """Refine what was admitted to L2 since the last run."""
    return context.process(JOB, lambda batch: _refine(context, batch))


def _refine(context: Context, batch: Batch) -> Outcome:
    settings = context.settings
    config = engine_config(settings.engine)
    documents = batch.stage(_chosen(batch.rows().select("doc_id", "kind", "language", "text"), settings.refine))
    asked = batch.stage(map_rows(documents, Requests(config, settings.refine.max_lines), _REQUESTS))
    outcome = Outcome()
    calls = answer(context, asked.drop("parent_id", "task", "line"), outcome, batch.stage)
    context.line.say("gates")
    answers = (
        asked.select("parent_id", "task", "line", "request_id")
        .join(calls.select("request_id", "output", "finish_reason", "error"), "request_id", "left")
        .groupBy(F.col("parent_id").alias("doc_id"), "task")
        .agg(F.collect_list(F.struct("line", "request_id", "output", "finish_reason", "error")).alias("answers"))
    )
    benchmarks = settings.decontaminate
    index = benchmark_index(context.spark, benchmarks) if benchmarks.benchmarks else None
    kernel = Candidates(index, TokenCounts(tokenizer_path(settings)))
    candidates = batch.stage(
        map_rows(documents.join(answers, ["doc_id", "task"]), kernel, _CANDIDATES).withColumn(
            "model", F.lit(model_name(config))
        )
    )
    batch.append(L3_VERDICTS.name, only(candidates, L3_VERDICTS.name))
    kept = candidates.where("keep")
    batch.append(L3_DOCUMENTS.name, only(kept, L3_DOCUMENTS.name))
    batch.append(
        LINEAGE.name,
        kept.select(
            F.col("doc_id").alias("child_id"),
            F.lit(L3_DOCUMENTS.name).alias("child_table"),
            "parent_id",
            F.lit(L2_DOCUMENTS.name).alias("parent_table"),
            F.col("task").alias("relation"),
        ),
    )
    outcome.add(count_verdicts(candidates))
    for row in candidates.groupBy("task").agg(F.count_if("keep").alias("kept")).collect():
        outcome.metrics[f"kept/{row['task']}"] = float(row["kept"])
    return outcome


def _chosen(documents: DataFrame, settings: RefineSettings) -> DataFrame:
    """Documents of the wanted kinds by task; a limit takes the first by a hash of the id, another for each task."""
    documents = documents.where(F.col("kind").isin(settings.kinds))
    chosen = []
    for task in settings.tasks:
        picked = documents
        if (limit := settings.limits.get(task)) is not None:
            picked = picked.orderBy(F.xxhash64(F.lit(task), "doc_id"), "doc_id").limit(limit)
        chosen.append(picked.withColumn("task", F.lit(task)))
    return reduce(lambda left, right: left.union(right), chosen)


JOB = Job(
    name="refine",
    run=run,
    sources=(Source(L2_DOCUMENTS.name),),
    # What models have answered stays: it is paid for.
    writes={
        L3_VERDICTS.name: "true",
        L3_DOCUMENTS.name: "true",
        LINEAGE.name: "child_table = 'l3_documents'",
        LLM_CALLS.name: "false",
    },
    settings=("refine", "decontaminate"),
    check=check,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job from a command line; returns the exit status."""
    return run_command(JOB, argv)


if __name__ == "__main__":
    sys.exit(main())
