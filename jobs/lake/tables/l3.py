"""The tables of L3: texts refined by a language model, and the verdicts on them."""

from __future__ import annotations

from jobs.lake.schema import Column, Table
from jobs.lake.tables.columns import VALUES, id_column

L3_DOCUMENTS = Table(
    name="l3_documents",
    tier="l3",
    comment="Refined texts: written or edited by a language model and through every gate; for mid-training, alignment",
    columns=(
        id_column("doc_id", "Hash of the request keys it was made from"),
        Column("parent_id", "STRING", "The L2 document it was made from"),
        Column("task", "STRING", "edit, qa or textbook"),
        Column("kind", "STRING", "Kind of the parent"),
        Column("language", "STRING", "Language"),
        Column("characters", "BIGINT", "Length in characters"),
        Column("tokens", "BIGINT", "Length in tokens"),
        Column("tokenizer", "STRING", "Name of the tokenizer"),
        Column("prompt_id", "STRING", "Prompt"),
        Column("prompt_version", "STRING", "Its version"),
        Column("model", "STRING", "Model"),
        Column("program", "STRING", "Edit program or parsed fields, JSON"),
        Column("text", "STRING", "The text"),
    ),
    key=("doc_id",),
    written_by=("refine",),
    checks={"task": "task IN ('edit', 'qa', 'textbook')", "text_not_empty": "length(text) > 0"},
    cluster_by=("task", "language"),
    indexed=7,
)

L3_VERDICTS = Table(
    name="l3_verdicts",
    tier="l3",
    comment="One row an L3 candidate: which gate stopped it, with every value",
    columns=(
        id_column("doc_id", "Hash of the request keys it was made from"),
        Column("parent_id", "STRING", "The L2 document it was made from"),
        Column("task", "STRING", "edit, qa or textbook"),
        Column("keep", "BOOLEAN", "Whether every gate let it through"),
        Column("reason", "STRING", "First gate that failed; NULL where kept", True),
        Column("value", "DOUBLE", "Value of that gate", True),
        Column("threshold", "DOUBLE", "Threshold it was compared with", True),
        VALUES,
    ),
    key=("doc_id",),
    written_by=("refine",),
    checks={"reason": "keep = (reason IS NULL)"},
)
