"""L2: distil the labels into a classifier, prove it on held-out labels, and register it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pyspark.sql import functions as F

from jobs.command import run_command
from jobs.harness import Context, Job, Outcome, Source
from jobs.lake.progress import Batch
from jobs.lake.tables import L1_DOCUMENTS, L2_LABELS
from jobs.models import champion, register
from jobs.settings import Settings
from jobs.tracking import check_registry
from udfs.quality.evaluation import evaluate, split, threshold_for_share
from udfs.quality.linear import LinearModel, TrainSettings, train

# The features look at the beginning of a document; the driver need not hold more.
_TEXT_CHARACTERS = 20_000


def check(settings: Settings) -> None:
    """Refuse to train where no registry could hold the model."""
    check_registry(settings)


def run(context: Context) -> Outcome:
    """Train where there are new labels."""
    return context.process(JOB, lambda batch: _train(context, batch))


def _train(context: Context, batch: Batch) -> Outcome:
    settings = context.settings.train
    labels = context.lake.read(L2_LABELS.name, batch.increment.end).where("label IS NOT NULL")
    rows = (
        labels.groupBy("doc_id")
        .agg(F.min("label").alias("label"))
        .join(context.lake.read(L1_DOCUMENTS.name), "doc_id")
        .select("doc_id", "label", F.substring("text", 1, _TEXT_CHARACTERS).alias("text"))
        .orderBy("doc_id")
        .collect()
    )
    outcome = Outcome(rows_in=len(rows))
    last = champion(context.settings)
    if len(rows) < settings.min_labels:
        outcome.reasons["too_few_labels"] = len(rows)
        return outcome
    if last is not None and len(rows) - last.labels < settings.min_new_labels:
        outcome.reasons["too_few_new_labels"] = len(rows) - last.labels
        return outcome
    held_out = split([row["doc_id"] for row in rows], settings.held_out_share, settings.seed)
    labels_given = [row["label"] for row in rows]
    good_from = settings.positive_from or dividing_label(labels_given)
    good = np.array([label >= good_from for label in labels_given])
    texts = [row["text"] for row in rows]
    learnt = [index for index in range(len(rows)) if not held_out[index]]
    if len({bool(good[index]) for index in learnt}) < 2:
        outcome.reasons["labels_all_alike"] = len(rows)
        return outcome
    context.line.say(f"{len(learnt)} labels, {len(rows) - len(learnt)} held out")
    model = train(
        [texts[index] for index in learnt],
        [labels_given[index] for index in learnt],
        TrainSettings(good_from=good_from),
    )
    measured = _measure(model, texts, good, held_out, context.settings.select.keep_share)
    # Without a bar, also a model passes that no held-out label could be put to.
    proved = settings.min_auc == 0 or measured["auc"] >= settings.min_auc
    version = _register(context.settings, model, measured, len(rows), proved)
    outcome.rows_kept = len(rows)
    outcome.metrics.update({f"held_out/{name}": value for name, value in measured.items() if np.isfinite(value)})
    outcome.metrics["model_version"] = float(version)
    outcome.metrics["good_from"] = float(good_from)
    outcome.metrics["champion"] = float(proved)
    return outcome


def dividing_label(labels: Sequence[int]) -> int:
    """Return the label from which documents count as good where the settings name none: it divides them most evenly.

    A model that gives most documents its best label still tells the others apart; of equal divisions the higher counts.

    Examples
    --------
    >>> dividing_label([5, 5, 5, 5, 4, 3]), dividing_label([0, 1, 3, 4])
    (5, 3)
    """
    return max(
        range(1, 6), key=lambda label: (min(sum(x >= label for x in labels), sum(x < label for x in labels)), label)
    )


def _measure(
    model: LinearModel, texts: Sequence[str], good: np.ndarray, held_out: np.ndarray, keep_share: float
) -> dict[str, float]:
    unseen = [index for index in range(len(texts)) if held_out[index]]
    if not unseen:
        return {"auc": float("nan"), "threshold": 0.5}
    scores = model.score([texts[index] for index in unseen])
    return evaluate(scores, good[unseen], threshold_for_share(scores, keep_share))


def _register(settings: Settings, model: LinearModel, measured: dict[str, float], labels: int, proved: bool) -> int:
    with tempfile.TemporaryDirectory() as folder:
        return register(settings, model, Path(folder), measured, labels, proved)


JOB = Job(
    name="train",
    run=run,
    sources=(Source(L2_LABELS.name),),
    writes={},
    settings=("train",),
    check=check,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job from a command line; returns the exit status."""
    return run_command(JOB, argv)


if __name__ == "__main__":
    sys.exit(main())
