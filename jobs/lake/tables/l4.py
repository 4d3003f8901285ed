"""The tables of L4: entities and claims, and the spans that carry them."""

from __future__ import annotations

from jobs.lake.schema import Column, Table
from jobs.lake.tables.columns import id_column

L4_ENTITIES = Table(
    name="l4_entities",
    tier="l4",
    comment="Things that documents speak of",
    columns=(
        id_column("entity_id", "Hash of canonical name, kind and language"),
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
        id_column("claim_id", "Hash of subject, predicate, object, polarity and language"),
        id_column("subject_id", "Entity"),
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
        id_column("evidence_id", "Hash of target, document and span"),
        id_column("target_id", "Claim or entity"),
        Column("target_kind", "STRING", "claim or entity"),
        id_column("doc_id", "Document of L2 or L3"),
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
        id_column("candidate_id", "Hash of document and span"),
        id_column("doc_id", "Document of L2 or L3"),
        Column("keep", "BOOLEAN", "Whether it carries a claim"),
        Column("reason", "STRING", "Why not; NULL where kept", True),
        Column("start", "INT", "First character of the sentence"),
        Column("end", "INT", "One past its last character"),
    ),
    key=("candidate_id",),
    written_by=("organize",),
    checks={"reason": "keep = (reason IS NULL)"},
)
