"""L2: a language model labels a sample of L1. The classifier that scores everything is distilled from these labels."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.command import run_command
from jobs.generation import REQUEST_FIELDS, answer, check_engine, engine_config, model_name, request_row
from jobs.harness import Context, Job, Outcome, Source
from jobs.kernels import map_rows
from jobs.lake.progress import Batch
from jobs.lake.tables import L1_DOCUMENTS, L2_LABELS, LLM_CALLS
from jobs.settings import Settings
from udfs.arrow import Row
from udfs.engine.protocol import EngineConfig
from udfs.quality.rubric import combine_labels, label_prompts, label_requests

# Kinds that share a rubric with another.
_DOMAINS = {"forum": "prose"}
_HASHES = 1_000_000

_REQUESTS = pa.schema([("doc_id", pa.string()), ("question", pa.int32()), *REQUEST_FIELDS])
_LABELS = pa.schema(
    [
        ("doc_id", pa.string()),
        ("label", pa.int32()),
        ("answers", pa.map_(pa.string(), pa.string())),
        ("reason", pa.string()),
    ]
)


@dataclass(frozen=True)
class Questions:
    """Kernel: the requests that make one document's label."""

    config: EngineConfig
    formulation: str

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        kind = str(row["kind"])
        domain = _DOMAINS.get(kind, kind)
        for number, request in enumerate(label_requests(row["text"], domain, self.formulation)):
            prompt = (request.prompt_id, request.prompt_version)
            asked = request_row("label", self.config, request.messages, *prompt, request.sampling)
            yield {"doc_id": row["doc_id"], "question": number, **asked}


@dataclass(frozen=True)
class Labels:
    """Kernel: one label from the answers to a document's questions."""

    formulation: str

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        answers = sorted(row["answers"], key=lambda answer: answer["question"])
        label = combine_labels([answer["output"] for answer in answers], self.formulation)
        reason = None
        if label is None:
            reason = next((answer["error"] for answer in answers if answer["error"]), "unusable_answer")
        yield {
            "doc_id": row["doc_id"],
            "label": label,
            "answers": [(answer["prompt_id"], answer["output"] or "") for answer in answers],
            "reason": reason,
        }


def check(settings: Settings) -> None:
    """Refuse an engine or prompts that are not there."""
    check_engine(settings.engine)
    label_prompts("prose", settings.label.formulation)


def run(context: Context) -> Outcome:
    """Label a sample of what was admitted to L1 since the last run."""
    return context.process(JOB, lambda batch: _label(context, batch))


def _label(context: Context, batch: Batch) -> Outcome:
    settings = context.settings.label
    config = engine_config(context.settings.engine)
    place = F.pmod(F.xxhash64(F.lit(settings.seed), "doc_id"), F.lit(_HASHES))
    sample = (
        batch.rows()
        .select("doc_id", "kind", "text", place.alias("place"))
        .where(F.col("place") < settings.share * _HASHES)
        .orderBy("place", "doc_id")
        .limit(settings.limit)
    )
    requests = batch.stage(map_rows(sample, Questions(config, settings.formulation), _REQUESTS))
    outcome = Outcome()
    calls = answer(context, requests.drop("doc_id", "question"), outcome, batch.stage)
    answers = (
        requests.select("doc_id", "question", "request_id", "prompt_id")
        .join(calls.select("request_id", "output", "error"), "request_id", "left")
        .groupBy("doc_id")
        .agg(F.collect_list(F.struct("question", "prompt_id", "output", "error")).alias("answers"))
    )
    prompts = label_prompts("prose", settings.formulation)
    labels = batch.stage(
        map_rows(answers, Labels(settings.formulation), _LABELS)
        .withColumn("prompt_id", F.lit(settings.formulation))
        .withColumn("prompt_version", F.lit("/".join(prompt.version for prompt in prompts)))
        .withColumn("model", F.lit(model_name(config)))
    )
    batch.append(L2_LABELS.name, labels)
    for row in labels.groupBy("label", "reason").count().collect():
        outcome.rows_in += row["count"]
        if row["label"] is None:
            outcome.reasons[row["reason"]] += row["count"]
        else:
            outcome.rows_kept += row["count"]
            outcome.metrics[f"label/{row['label']}"] = float(row["count"])
    return outcome


JOB = Job(
    name="label",
    run=run,
    sources=(Source(L1_DOCUMENTS.name),),
    # What models have answered stays: it is paid for.
    writes={L2_LABELS.name: "true", LLM_CALLS.name: "false"},
    settings=("label",),
    check=check,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job from a command line; returns the exit status."""
    return run_command(JOB, argv)


if __name__ == "__main__":
    sys.exit(main())
