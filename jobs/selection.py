"""L2: score every document of L1 with the champion and admit those above the threshold of their kind."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.command import run_command
from jobs.harness import Context, Job, Outcome, Source
from jobs.lake.progress import Batch
from jobs.lake.tables import L1_DOCUMENTS, L2_DOCUMENTS, L2_SCORES
from jobs.models import Champion, champion, latest_measure, load
from jobs.settings import Settings
from jobs.tracking import check_registry
from jobs.verdicts import count_verdicts
from udfs.errors import LakeError
from udfs.quality.linear import LinearModel


@dataclass(frozen=True)
class Score:
    """Kernel: the score of each document of a batch; the model travels as bytes."""

    model: bytes

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        model = LinearModel.from_bytes(self.model)
        for batch in batches:
            scores = pa.array(model.score(batch.column("text").to_pylist()), pa.float64())
            yield pa.RecordBatch.from_arrays(
                [batch.column("doc_id"), batch.column("kind"), scores], names=["doc_id", "kind", "score"]
            )


def check(settings: Settings) -> None:
    """Refuse to select where there is no registry to find the model in."""
    check_registry(settings)


def run(context: Context) -> Outcome:
    """Score what was admitted to L1 since the last run.

    Raises
    ------
    LakeError
        ``SELECT_NO_MODEL`` where no classifier was proved yet.
    """
    found: list[tuple[Champion, LinearModel]] = []

    def work(batch: Batch) -> Outcome:
        if not found:
            found.append(_champion(context))
        return _select(context, batch, *found[0])

    return context.process(JOB, work)


def _champion(context: Context) -> tuple[Champion, LinearModel]:
    model = champion(context.settings)
    if model is None:
        last = latest_measure(context.settings)
        why = (
            f"the newest reached AUC {last['auc']} of {context.settings.train.min_auc} on held-out labels"
            if last
            else "none was trained"
        )
        raise LakeError(
            "SELECT_NO_MODEL", f"no classifier was proved: {why}; label more documents, then run train again"
        )
    return model, load(context.settings, model)


def _select(context: Context, batch: Batch, model: Champion, classifier: LinearModel) -> Outcome:
    threshold = F.lit(model.threshold)
    for kind, value in context.settings.select.thresholds.items():
        threshold = F.when(F.col("kind") == kind, F.lit(float(value))).otherwise(threshold)
    documents = batch.rows()
    scored = (
        documents.select("doc_id", "kind", "text")
        .mapInArrow(Score(classifier.to_bytes()), "doc_id STRING, kind STRING, score DOUBLE")
        .withColumn("threshold", threshold)
        .withColumn("keep", F.col("score") >= F.col("threshold"))
        .withColumn("reason", F.when(~F.col("keep"), "below_threshold"))
        .withColumn("model", F.lit(model.name))
        .withColumn("model_version", F.lit(model.version))
    )
    batch.append(L2_SCORES.name, scored)
    # From the stored scores: a resumed batch admits by what was written, also if there is a new champion since.
    stored = batch.stage(
        context.lake.read(L2_SCORES.name)
        .join(documents.select("doc_id"), "doc_id", "left_semi")
        .select("doc_id", "score", "keep", "reason")
    )
    kept = stored.where("keep").select("doc_id", "score")
    batch.append(L2_DOCUMENTS.name, documents.join(kept, "doc_id"))
    return count_verdicts(stored)


JOB = Job(
    name="select",
    run=run,
    sources=(Source(L1_DOCUMENTS.name),),
    writes={L2_SCORES.name: "true", L2_DOCUMENTS.name: "true"},
    settings=("select",),
    check=check,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job from a command line; returns the exit status."""
    return run_command(JOB, argv)


if __name__ == "__main__":
    sys.exit(main())
