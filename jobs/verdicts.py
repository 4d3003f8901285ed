"""What the gates of L1 share: who is still a candidate, and how a batch of verdicts is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from jobs.harness import Outcome
from jobs.lake.progress import Batch
from jobs.lake.tables import L1_VERDICTS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def let_through(batch: Batch, stage: str, documents: DataFrame | None = None) -> DataFrame:
    """Return the batch's documents, or those of the given ones, that a gate of L1 kept."""
    verdicts = batch.lake.read(L1_VERDICTS.name)
    kept = verdicts.where((F.col("stage") == stage) & F.col("keep")).select("doc_id")
    return (batch.rows() if documents is None else documents).join(kept, "doc_id", "left_semi")


def count_verdicts(verdicts: DataFrame) -> Outcome:
    """Count verdict rows, by reason; needs ``keep`` and ``reason``."""
    outcome = Outcome()
    for row in verdicts.groupBy("keep", "reason").count().collect():
        outcome.rows_in += row["count"]
        if row["keep"]:
            outcome.rows_kept += row["count"]
        else:
            outcome.reasons[row["reason"]] += row["count"]
    return outcome
