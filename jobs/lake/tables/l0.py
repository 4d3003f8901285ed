"""The tables of L0: what was captured, as it came."""

from __future__ import annotations

from jobs.lake.schema import Column, Table
from jobs.lake.tables.columns import HEX, id_column

L0_DOCUMENTS = Table(
    name="l0_documents",
    tier="l0",
    comment="Captured objects as they came: nothing is judged, nothing is lost, never trained on",
    columns=(
        id_column(),
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
    checks={"id": HEX.format("doc_id"), "payload_length": "payload_bytes = length(payload)"},
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
        id_column("quarantine_id", "Hash of stage, document or file and offset, and reason"),
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
