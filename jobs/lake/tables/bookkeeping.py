"""The tables beside the tiers: answers paid for, lineage, the ledger, progress and statistics."""

from __future__ import annotations

from jobs.lake.schema import Column, Table
from jobs.lake.tables.columns import id_column

LLM_CALLS = Table(
    name="llm_calls",
    tier="ops",
    comment="Every answer of a language model, paid for once: keyed by text, prompt, model and sampling",
    columns=(
        id_column(
            "request_id", "Hash of document text, prompt id and version, model and revision, sampling parameters"
        ),
        Column("job", "STRING", "label or refine"),
        Column("prompt_id", "STRING", "Prompt"),
        Column("prompt_version", "STRING", "Its version"),
        Column("model", "STRING", "Model"),
        Column("finish_reason", "STRING", "Why the answer ended", True),
        Column("error", "STRING", "Why there is no answer", True),
        Column("prompt_tokens", "BIGINT", "Tokens read"),
        Column("output_tokens", "BIGINT", "Tokens written"),
        Column("sampling", "STRING", "Sampling parameters, JSON"),
        Column("output", "STRING", "The answer", True),
    ),
    key=("request_id",),
    written_by=("label", "refine"),
    checks={"answer_or_error": "output IS NOT NULL OR error IS NOT NULL"},
)

LINEAGE = Table(
    name="lineage",
    tier="ops",
    comment="From a row to its parents; a document that keeps its id from L0 to L2 needs no row",
    columns=(
        id_column("child_id", "Row that was made"),
        Column("child_table", "STRING", "Its table"),
        id_column("parent_id", "Row it was made from"),
        Column("parent_table", "STRING", "Its table"),
        Column("relation", "STRING", "How: edit, qa, textbook, claim, entity"),
    ),
    key=("child_id", "parent_id", "relation"),
    written_by=("refine", "organize"),
    cluster_by=("child_id", "parent_id"),
)

RUNS = Table(
    name="runs",
    tier="ops",
    comment="The ledger: one row a job run",
    columns=(
        id_column("run_id", "Run"),
        Column("job", "STRING", "Job"),
        Column("status", "STRING", "succeeded or failed"),
        Column("started_at", "TIMESTAMP", "Start"),
        Column("seconds", "DOUBLE", "Wall clock"),
        Column("rows_in", "BIGINT", "Candidates"),
        Column("rows_kept", "BIGINT", "Admitted"),
        Column("rows_rejected", "BIGINT", "Not admitted"),
        Column("reasons", "MAP<STRING, BIGINT>", "Rejected by reason"),
        Column("metrics", "MAP<STRING, DOUBLE>", "What else the job counted"),
        Column("tokens_in", "BIGINT", "Tokens read by language models"),
        Column("tokens_out", "BIGINT", "Tokens written by them"),
        Column("cpu_seconds", "DOUBLE", "Task seconds on CPUs"),
        Column("gpu_seconds", "DOUBLE", "Task seconds on GPUs"),
        Column("money", "DOUBLE", "By the prices in the settings"),
        Column("currency", "STRING", "Of `money`"),
        Column("inputs", "MAP<STRING, STRING>", "Version range read, by table"),
        Column("outputs", "MAP<STRING, BIGINT>", "Version after the run, by table"),
        Column("code_version", "STRING", "Version of the suite"),
        Column("settings_hash", "STRING", "Hash of the settings"),
        Column("mlflow_run_id", "STRING", "MLflow run; NULL where there was nothing to do", True),
        Column("error", "STRING", "One line, where failed", True),
        Column("settings", "STRING", "Resolved settings, JSON"),
    ),
    key=("run_id",),
    written_by=("every job",),
    checks={"status": "status IN ('succeeded', 'failed')"},
)

PROGRESS = Table(
    name="progress",
    tier="ops",
    comment="Which versions of its sources a job has begun and finished; append-only, the last row counts",
    columns=(
        Column("job", "STRING", "Job"),
        Column("source", "STRING", "Table it reads"),
        Column("epoch", "INT", "Raised by a rebuild"),
        Column("sequence", "BIGINT", "Order of the rows of a job and source"),
        Column(
            "state",
            "STRING",
            "started, finished, clearing while rows are deleted, again while they are judged anew",
        ),
        Column("start_version", "BIGINT", "Versions after this one"),
        Column("end_version", "BIGINT", "Up to and including this one"),
        Column("settings_hash", "STRING", "Hash of the sections the job depends on"),
    ),
    key=("job", "source", "epoch", "sequence"),
    written_by=("every job",),
    checks={"state": "state IN ('started', 'finished', 'clearing', 'again')"},
)

TIER_STATS = Table(
    name="tier_stats",
    tier="ops",
    comment="Counts of every tier at a version of its table",
    columns=(
        Column("tier", "STRING", "l0 to l4"),
        Column("table_name", "STRING", "Table"),
        Column("table_version", "BIGINT", "Version counted"),
        Column("dimension", "STRING", "What is counted apart: all, kind, language, source, reason, task"),
        Column("value", "STRING", "Its value; all for everything"),
        Column("metric", "STRING", "rows, characters, tokens, score_mean, ..."),
        Column("amount", "DOUBLE", "The number"),
    ),
    key=("table_name", "table_version", "dimension", "value", "metric"),
    written_by=("stats",),
)
