"""The tables of L2: labels of a language model, scores of the classifier, selected documents."""

from __future__ import annotations

from jobs.lake.schema import Column, Table
from jobs.lake.tables.columns import id_column
from jobs.lake.tables.l1 import L1_PARSED

L2_LABELS = Table(
    name="l2_labels",
    tier="l2",
    comment="What a language model said of a sample of L1: what the classifier is distilled from",
    columns=(
        id_column(),
        Column("label", "INT", "Quality 0 to 5 by the rubric; NULL where the answers could not be used", True),
        Column("prompt_id", "STRING", "Rubric"),
        Column("prompt_version", "STRING", "Its version"),
        Column("model", "STRING", "Model that labelled"),
        Column("answers", "MAP<STRING, STRING>", "Answer by question"),
        Column("reason", "STRING", "Why there is no label", True),
    ),
    key=("doc_id", "prompt_id", "prompt_version", "model"),
    written_by=("label",),
    checks={"label": "label BETWEEN 0 AND 5 OR label IS NULL"},
)

L2_SCORES = Table(
    name="l2_scores",
    tier="l2",
    comment="The verdict of L2 on every L1 document: score against its kind's threshold",
    columns=(
        id_column(),
        Column("kind", "STRING", "prose, code, math or forum"),
        Column("score", "DOUBLE", "Probability of good quality, 0 to 1"),
        Column("threshold", "DOUBLE", "Threshold of its kind"),
        Column("keep", "BOOLEAN", "score >= threshold"),
        Column("reason", "STRING", "below_threshold; NULL where kept", True),
        Column("model", "STRING", "Registered model"),
        Column("model_version", "STRING", "Its version"),
    ),
    key=("doc_id",),
    written_by=("select",),
    checks={"score": "score >= 0 AND score <= 1", "keep": "keep = (score >= threshold)"},
)

L2_DOCUMENTS = Table(
    name="l2_documents",
    tier="l2",
    comment="Selected documents: L1 above the quality threshold; for the decay phase and mid-training",
    columns=(
        *L1_PARSED.columns[:10],
        Column("score", "DOUBLE", "Probability of good quality, 0 to 1"),
        *L1_PARSED.columns[10:],
    ),
    key=("doc_id",),
    written_by=("select",),
    checks={"score": "score >= 0 AND score <= 1", "text_not_empty": "length(text) > 0"},
    cluster_by=("source", "language"),
    indexed=11,
)
