"""Every table of the lake, declared once.

Long text lives in the document tables and is never rewritten; scores, verdicts and labels are narrow tables by id.
"""

from __future__ import annotations

from jobs.lake.schema import Column, Table

_ID = "Hash of source, URI, capture time and payload; the same document keeps it from L0 to L2"


def _id(name: str = "doc_id", comment: str = _ID) -> Column:
    return Column(name, "STRING", comment)


_HEX = "length({0}) = 32"
_VALUES = Column(
    "values", "MAP<STRING, DOUBLE>", "Every value that was computed, by name: thresholds can be moved by a query"
)

L0_DOCUMENTS = Table(
    name="l0_documents",
    tier="l0",
    comment="Captured objects as they came: nothing is judged, nothing is lost, never trained on",
    columns=(
        _id(),
        Column("source", "STRING", "Collection the object belongs to"),
        Column("uri", "STRING", "Where it was captured"),
        Column("captured_at", "TIMESTAMP", "When it was captured, by its record; NULL for plain files", True),
        Column("media_type", "STRING", "Declared or detected media type, lower case", True),
        Column("charset", "STRING", "Declared character set", True),
        Column("http_status", "INT", "HTTP status of the capture", True),
        Column("payload_bytes", "BIGINT", "Length of the payload in bytes"),
        Column("truncated", "BOOLEAN", "Known to end early"),
        Column("license", "STRING", "Licence stated by the record or the input", True),
        Column("file", "STRING", "Input file it was read from"),
        Column("offset", "BIGINT", "Byte offset of its record in that file"),
        Column("record_id", "STRING", "Id the record itself carries", True),
        Column("headers", "MAP<STRING, STRING>", "Selected headers, lower-case names"),
        Column("payload", "BINARY", "The bytes, transfer and content encodings removed"),
    ),
    key=("doc_id",),
    written_by=("ingest",),
    checks={"id": _HEX.format("doc_id"), "payload_length": "payload_bytes = length(payload)"},
    cluster_by=("source", "doc_id"),
)

L0_FILES = Table(
    name="l0_files",
    tier="l0",
    comment="Input files that were read to their end, so that the next run reads only new ones",
    columns=(
        Column("path", "STRING", "Path or URI of the file"),
        Column("size", "BIGINT", "Its size in bytes"),
        Column("modified_ns", "BIGINT", "Its modification time in nanoseconds since 1970"),
        Column("format", "STRING", "Format it was read as"),
        Column("source", "STRING", "Collection it was read into"),
        Column("captures", "BIGINT", "Records that became L0 candidates"),
        Column("malformed", "BIGINT", "Records that went to quarantine"),
        Column("skipped", "BIGINT", "Records that carry no document: requests, metadata, revisits"),
    ),
    key=("path", "size", "modified_ns", "source"),
    written_by=("ingest",),
)

L0_QUARANTINE = Table(
    name="l0_quarantine",
    tier="l0",
    comment="What could not be read or parsed, with the reason",
    columns=(
        _id("quarantine_id", "Hash of stage, document or file and offset, and reason"),
        Column("stage", "STRING", "ingest or parse"),
        Column("reason", "STRING", "Why, in snake_case"),
        Column("doc_id", "STRING", "The L0 document, where it got that far", True),
        Column("source", "STRING", "Collection"),
        Column("uri", "STRING", "Where it was captured, if known", True),
        Column("file", "STRING", "Input file"),
        Column("offset", "BIGINT", "Byte offset in that file"),
        Column("detail", "STRING", "What exactly was found", True),
        Column("sample", "BINARY", "The first bytes, at most 1 KiB", True),
    ),
    key=("quarantine_id",),
    written_by=("ingest", "parse"),
    checks={"stage": "stage IN ('ingest', 'parse')"},
)

L1_PARSED = Table(
    name="l1_parsed",
    tier="l1",
    comment="Candidates of L1: every L0 document that could be parsed, before any judgement",
    columns=(
        _id(),
        Column("source", "STRING", "Collection"),
        Column("kind", "STRING", "prose, code, math or forum"),
        Column("language", "STRING", "Natural language by identification, ISO 639-1; und where unknown"),
        Column("language_score", "DOUBLE", "Confidence of the identification, 0 to 1"),
        Column("characters", "BIGINT", "Length of the text in characters"),
        Column("tokens", "BIGINT", "Length of the text in tokens of the named tokenizer"),
        Column("text_hash", "STRING", "Hash of the text: equal for exact duplicates"),
        Column("uri", "STRING", "Where it was captured"),
        Column("captured_at", "TIMESTAMP", "When it was captured", True),
        Column("license", "STRING", "Licence, where stated", True),
        Column("media_type", "STRING", "Media type it was parsed as"),
        Column("tokenizer", "STRING", "Name of the tokenizer of `tokens`"),
        Column("code_language", "STRING", "Programming language of a source file", True),
        Column(
            "traits",
            "MAP<STRING, DOUBLE>",
            "What the parser counted: formulas, code_blocks, links, pages, generated, minified",
        ),
        Column(
            "personal_data",
            "ARRAY<STRUCT<kind: STRING, start: INT, end: INT>>",
            "Spans found, as offsets in the text before redaction",
        ),
        Column("title", "STRING", "Title", True),
        Column("text", "STRING", "Clean text: Markdown, formulas as LaTeX"),
    ),
    key=("doc_id",),
    written_by=("parse",),
    checks={
        "id": _HEX.format("doc_id"),
        "kind": "kind IN ('prose', 'code', 'math', 'forum')",
        "language_score": "language_score >= 0 AND language_score <= 1",
        "text_not_empty": "length(text) > 0",
    },
    cluster_by=("source", "language"),
    indexed=10,
)

L1_VERDICTS = Table(
    name="l1_verdicts",
    tier="l1",
    comment="One row a candidate and gate of L1: kept or not, by which rule, with which value against which threshold",
    columns=(
        _id(),
        Column("stage", "STRING", "filter, dedup or decontaminate"),
        Column("keep", "BOOLEAN", "Whether the gate lets it through"),
        Column("reason", "STRING", "First rule that failed; NULL where kept", True),
        Column("value", "DOUBLE", "Value of that rule", True),
        Column("threshold", "DOUBLE", "Threshold it was compared with", True),
        Column("rule_sets", "STRING", "Rule sets or method, with versions", True),
        Column("evidence", "STRING", "What convicts it: representative, leaked item and span", True),
        _VALUES,
    ),
    key=("doc_id", "stage"),
    written_by=("filter", "dedup", "decontaminate"),
    checks={
        "stage": "stage IN ('filter', 'dedup', 'decontaminate')",
        "reason": "keep = (reason IS NULL)",
    },
    cluster_by=("stage", "doc_id"),
)

L1_BANDS = Table(
    name="l1_bands",
    tier="l1",
    comment="MinHash bands of every document that reached dedup: new documents meet old ones here",
    columns=(
        _id(),
        Column("band", "INT", "Band number"),
        Column("band_key", "STRING", "Hash of the band's MinHash values"),
        Column("characters", "BIGINT", "Length of the text, for the survivor rule"),
        Column("captured_at", "TIMESTAMP", "Capture time, for the survivor rule", True),
        Column("score", "DOUBLE", "The filter's value that dedup.score names, for the survivor rule", True),
        Column("preset", "STRING", "MinHash parameters"),
    ),
    key=("doc_id", "band"),
    written_by=("dedup",),
    cluster_by=("band", "band_key"),
)

L1_DUPLICATES = Table(
    name="l1_duplicates",
    tier="l1",
    comment="Duplicates, each compared with its representative itself; exact copies also of what the filter rejected",
    columns=(
        _id(),
        _id("representative_id", "The document that stays for it; of rejected copies, the first"),
        Column("rule", "STRING", "exact, jaccard, containment or address"),
        Column("jaccard", "DOUBLE", "Exact Jaccard similarity of word 5-grams"),
        Column("containment", "DOUBLE", "Share of the removed document's 3-grams found in the representative"),
        Column("bands", "INT", "Bands the two share; 0 for exact copies"),
        Column("preset", "STRING", "MinHash parameters"),
    ),
    key=("doc_id",),
    written_by=("dedup",),
    checks={"not_itself": "doc_id <> representative_id"},
)

L1_PASSAGES = Table(
    name="l1_passages",
    tier="l1",
    comment="Paragraphs or lines that dedup.passages compares, and which document has each first; others lose it in L1",
    columns=(
        _id(),
        Column("passage_key", "STRING", "Hash of the passage, white space apart"),
        _id("first_id", "The document that has it first, itself where it keeps the passage"),
        Column("start", "INT", "Offset of its first character in the text of l1_parsed"),
        Column("end", "INT", "Offset behind its last character"),
        Column("unit", "STRING", "paragraph or line"),
    ),
    key=("doc_id", "start"),
    written_by=("dedup",),
    checks={"unit": "unit IN ('paragraph', 'line')", "span": "start >= 0 AND start < end"},
    cluster_by=("passage_key",),
)

L1_DOCUMENTS = Table(
    name="l1_documents",
    tier="l1",
    comment="Filtered documents: passed the rules, no duplicate, no benchmark leak; for pre-training",
    columns=L1_PARSED.columns,
    key=("doc_id",),
    written_by=("decontaminate",),
    checks=L1_PARSED.checks,
    cluster_by=("source", "language"),
    indexed=10,
)

LLM_CALLS = Table(
    name="llm_calls",
    tier="ops",
    comment="Every answer of a language model, paid for once: keyed by text, prompt, model and sampling",
    columns=(
        _id("request_id", "Hash of document text, prompt id and version, model and revision, sampling parameters"),
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

L2_LABELS = Table(
    name="l2_labels",
    tier="l2",
    comment="What a language model said of a sample of L1: what the classifier is distilled from",
    columns=(
        _id(),
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
        _id(),
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

L3_DOCUMENTS = Table(
    name="l3_documents",
    tier="l3",
    comment="Refined texts: written or edited by a language model and through every gate; for mid-training, alignment",
    columns=(
        _id("doc_id", "Hash of the request keys it was made from"),
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
        _id("doc_id", "Hash of the request keys it was made from"),
        Column("parent_id", "STRING", "The L2 document it was made from"),
        Column("task", "STRING", "edit, qa or textbook"),
        Column("keep", "BOOLEAN", "Whether every gate let it through"),
        Column("reason", "STRING", "First gate that failed; NULL where kept", True),
        Column("value", "DOUBLE", "Value of that gate", True),
        Column("threshold", "DOUBLE", "Threshold it was compared with", True),
        _VALUES,
    ),
    key=("doc_id",),
    written_by=("refine",),
    checks={"reason": "keep = (reason IS NULL)"},
)

L4_ENTITIES = Table(
    name="l4_entities",
    tier="l4",
    comment="Things that documents speak of",
    columns=(
        _id("entity_id", "Hash of canonical name, kind and language"),
        Column("canonical", "STRING", "Canonical name"),
        Column("kind", "STRING", "term, person, place, organisation, code, formula or quantity"),
        Column("language", "STRING", "Language of the name"),
        Column("name", "STRING", "A name as written; the smallest of those seen first"),
    ),
    key=("entity_id",),
    written_by=("organize",),
    cluster_by=("canonical",),
)

L4_CLAIMS = Table(
    name="l4_claims",
    tier="l4",
    comment="Statements: subject, predicate, object; evidence tells where they stand",
    columns=(
        _id("claim_id", "Hash of subject, predicate, object, polarity and language"),
        _id("subject_id", "Entity"),
        Column("subject", "STRING", "Subject as canonical name"),
        Column("predicate", "STRING", "Relation"),
        Column("object", "STRING", "Object as text"),
        Column("object_id", "STRING", "Entity, where the object is one", True),
        Column("polarity", "BOOLEAN", "False where the sentence denies it"),
        Column("pattern", "STRING", "Pattern that found it"),
        Column("confidence", "DOUBLE", "0 to 1, by the pattern and the sentence"),
        Column("language", "STRING", "Language"),
    ),
    key=("claim_id",),
    written_by=("organize",),
    checks={"confidence": "confidence >= 0 AND confidence <= 1"},
    cluster_by=("subject",),
)

L4_EVIDENCE = Table(
    name="l4_evidence",
    tier="l4",
    comment="Where a claim or entity stands: an exact span of an L2 or L3 text",
    columns=(
        _id("evidence_id", "Hash of target, document and span"),
        _id("target_id", "Claim or entity"),
        Column("target_kind", "STRING", "claim or entity"),
        _id("doc_id", "Document of L2 or L3"),
        Column("document_table", "STRING", "l2_documents or l3_documents"),
        Column("start", "INT", "First character of the span in the text"),
        Column("end", "INT", "One past the last character"),
        Column("quote", "STRING", "The text of the span"),
    ),
    key=("evidence_id",),
    written_by=("organize",),
    checks={"span": "end > start", "quote": "char_length(quote) > 0"},
    cluster_by=("target_id",),
)

L4_VERDICTS = Table(
    name="l4_verdicts",
    tier="l4",
    comment="Sentences that have the shape of a claim, and what became of them",
    columns=(
        _id("candidate_id", "Hash of document and span"),
        _id("doc_id", "Document of L2 or L3"),
        Column("keep", "BOOLEAN", "Whether it carries a claim"),
        Column("reason", "STRING", "Why not; NULL where kept", True),
        Column("start", "INT", "First character of the sentence"),
        Column("end", "INT", "One past its last character"),
    ),
    key=("candidate_id",),
    written_by=("organize",),
    checks={"reason": "keep = (reason IS NULL)"},
)

LINEAGE = Table(
    name="lineage",
    tier="ops",
    comment="From a row to its parents; a document that keeps its id from L0 to L2 needs no row",
    columns=(
        _id("child_id", "Row that was made"),
        Column("child_table", "STRING", "Its table"),
        _id("parent_id", "Row it was made from"),
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
        _id("run_id", "Run"),
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

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        L0_DOCUMENTS,
        L0_FILES,
        L0_QUARANTINE,
        L1_PARSED,
        L1_VERDICTS,
        L1_BANDS,
        L1_DUPLICATES,
        L1_PASSAGES,
        L1_DOCUMENTS,
        LLM_CALLS,
        L2_LABELS,
        L2_SCORES,
        L2_DOCUMENTS,
        L3_DOCUMENTS,
        L3_VERDICTS,
        L4_ENTITIES,
        L4_CLAIMS,
        L4_EVIDENCE,
        L4_VERDICTS,
        LINEAGE,
        RUNS,
        PROGRESS,
        TIER_STATS,
    )
}
