"""The tables of L1: parsed candidates, the verdicts on them, and what passed every gate."""

from __future__ import annotations

from jobs.lake.schema import Column, Table
from jobs.lake.tables.columns import HEX, VALUES, id_column

L1_PARSED = Table(
    name="l1_parsed",
    tier="l1",
    comment="Candidates of L1: every L0 document that could be parsed, before any judgement",
    columns=(
        id_column(),
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
        "id": HEX.format("doc_id"),
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
        id_column(),
        Column("stage", "STRING", "filter, dedup or decontaminate"),
        Column("keep", "BOOLEAN", "Whether the gate lets it through"),
        Column("reason", "STRING", "First rule that failed; NULL where kept", True),
        Column("value", "DOUBLE", "Value of that rule", True),
        Column("threshold", "DOUBLE", "Threshold it was compared with", True),
        Column("rule_sets", "STRING", "Rule sets or method, with versions", True),
        Column("evidence", "STRING", "What convicts it: representative, leaked item and span", True),
        VALUES,
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
        id_column(),
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
        id_column(),
        id_column("representative_id", "The document that stays for it; of rejected copies, the first"),
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
        id_column(),
        Column("passage_key", "STRING", "Hash of the passage, white space apart"),
        id_column("first_id", "The document that has it first, itself where it keeps the passage"),
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
