"""L0: read input files into captured objects. Nothing is judged; what cannot be read goes to quarantine."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jobs.command import run_command
from jobs.harness import Context, Job, Outcome
from jobs.kernels import map_rows
from jobs.lake.session import rows_of_driver
from jobs.lake.store import Commit, Lake, only
from jobs.lake.tables import L0_DOCUMENTS, L0_FILES, L0_QUARANTINE
from jobs.settings import IngestSettings, Settings
from udfs.arrow import Row
from udfs.capture.files import InputFile, balance, divide, list_files
from udfs.capture.readers import read_file
from udfs.capture.records import Capture, Malformed, ReadOptions
from udfs.errors import InputError
from udfs.ids import stable_id

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_NAMED = re.compile(r"([A-Za-z0-9_-]+)=(.+)")

# More makes more tasks: what one reads is a block on disk, and Java holds all of it in memory when it reads it again.
_TASK_BYTES = 64 << 20

# What a task is told of a file, and with it its number and the collection.
_FILE_FIELDS = {
    "path": "STRING",
    "size": "BIGINT",
    "modified_ns": "BIGINT",
    "format": "STRING",
    "uri": "STRING",
    "start": "BIGINT",
    "end": "BIGINT",
}
_LISTING = ", ".join(f"{name} {kind}" for name, kind in {"task": "INT", "source": "STRING", **_FILE_FIELDS}.items())

# One pass over a file gives rows of three tables, told apart by `row_of`.
_CAPTURE = pa.schema(
    [
        ("row_of", pa.string()),
        ("doc_id", pa.string()),
        ("source", pa.string()),
        ("uri", pa.string()),
        ("captured_at", pa.timestamp("us", tz="UTC")),
        ("media_type", pa.string()),
        ("charset", pa.string()),
        ("http_status", pa.int32()),
        ("payload_bytes", pa.int64()),
        ("truncated", pa.bool_()),
        ("license", pa.string()),
        ("file", pa.string()),
        ("offset", pa.int64()),
        ("record_id", pa.string()),
        ("headers", pa.map_(pa.string(), pa.string())),
        ("payload", pa.binary()),
        ("quarantine_id", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("size", pa.int64()),
        ("modified_ns", pa.int64()),
        ("format", pa.string()),
        ("captures", pa.int64()),
        ("malformed", pa.int64()),
        ("skipped", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Reader:
    """The kernel of the job: a row that names a file, or a piece, becomes its records' rows and one of its own."""

    options: ReadOptions

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        file = InputFile(**{name: row[name] for name in _FILE_FIELDS})
        source = row["source"]
        counts = {"captures": 0, "malformed": 0, "skipped": 0}
        for record in read_file(file, self.options):
            if isinstance(record, Capture):
                counts["captures"] += 1
                yield _capture_row(source, record)
            elif isinstance(record, Malformed):
                counts["malformed"] += 1
                yield _malformed_row(source, record)
            else:
                counts["skipped"] += 1
        yield {
            "row_of": "file",
            "source": source,
            "file": file.path,
            "size": file.size,
            "modified_ns": file.modified_ns,
            "format": file.format,
            **counts,
        }


def _capture_row(source: str, capture: Capture) -> dict[str, Any]:
    captured_at = capture.captured_at.isoformat() if capture.captured_at else None
    return {
        "row_of": "capture",
        "doc_id": stable_id(source, capture.uri, captured_at, capture.payload),
        "source": source,
        "uri": capture.uri,
        "captured_at": capture.captured_at,
        "media_type": capture.media_type,
        "charset": capture.charset,
        "http_status": capture.http_status,
        "payload_bytes": len(capture.payload),
        "truncated": capture.truncated,
        "license": capture.license,
        "file": capture.file,
        "offset": capture.offset,
        "record_id": capture.record_id,
        "headers": sorted(capture.headers.items()),
        "payload": capture.payload,
    }


def _malformed_row(source: str, malformed: Malformed) -> dict[str, Any]:
    return {
        "row_of": "malformed",
        "quarantine_id": stable_id("ingest", malformed.file, str(malformed.offset), malformed.reason, malformed.detail),
        "source": source,
        "file": malformed.file,
        "offset": malformed.offset,
        "reason": malformed.reason,
        "detail": malformed.detail,
        "payload": malformed.sample,
    }


def read_options(settings: IngestSettings) -> ReadOptions:
    """Return how inputs are read, named fields first."""
    named = {
        "text_fields": settings.text_field,
        "html_fields": settings.html_field,
        "uri_fields": settings.uri_field,
        "time_fields": settings.time_field,
        "license_fields": settings.license_field,
    }
    fields: dict[str, Any] = {name: (field,) for name, field in named.items() if field}
    return ReadOptions(license=settings.license, max_payload_bytes=settings.max_payload_bytes, **fields)


def sources_of(settings: IngestSettings) -> list[tuple[str, InputFile]]:
    """Return every input file with the collection it belongs to.

    An input is a path, or ``NAME=PATH`` to name its collection.
    """
    found = []
    for entry in settings.paths:
        named = _NAMED.fullmatch(entry)
        name, path = named.groups() if named else (settings.source, entry)
        source = name or PurePosixPath(path.rstrip("/")).name or "input"
        found += [(source, file) for file in list_files([path])]
    return found


def check(settings: Settings) -> None:
    """Refuse an input that is not there.

    Raises
    ------
    InputError
        ``INPUT_NONE`` for no path at all, ``INPUT_NO_SUCH_PATH`` for one that does not exist.
    """
    if not settings.ingest.paths:
        raise InputError("INPUT_NONE", "nothing to read; name files or folders with --input or set ingest.paths")
    sources_of(settings.ingest)


def run(context: Context) -> Outcome:
    """Read the files that no earlier run has read, in waves; each wave is committed before the next begins."""
    context.lake.ensure(JOB.writes)
    settings = context.settings.ingest
    known = {
        (row["path"], row["size"], row["modified_ns"], row["source"])
        for row in context.lake.read(L0_FILES.name).select("path", "size", "modified_ns", "source").collect()
    }
    new = [
        (source, file)
        for source, file in sources_of(settings)
        if (file.path, file.size, file.modified_ns, source) not in known
    ]
    outcome = Outcome()
    for wave in _waves(new, settings.wave_bytes):
        outcome.add(_ingest_wave(context, wave))
    return outcome


def _waves(files: list[tuple[str, InputFile]], limit: int) -> Iterator[list[tuple[str, InputFile]]]:
    wave: list[tuple[str, InputFile]] = []
    size = 0
    for source, file in files:
        if wave and size + file.size > limit:
            yield wave
            wave, size = [], 0
        wave.append((source, file))
        size += file.size
    if wave:
        yield wave


def _ingest_wave(context: Context, wave: list[tuple[str, InputFile]]) -> Outcome:
    from pyspark import StorageLevel
    from pyspark.sql import functions as F

    settings, lake = context.settings.ingest, context.lake
    source_of = {file.path: source for source, file in wave}
    files = [file for _, file in wave]
    size = sum(file.size for file in files)
    tasks = max(settings.tasks, size // _TASK_BYTES)
    groups = balance(divide(files, tasks), tasks)
    context.line.say(f"{len(files)} files, {size / 2**20:.1f} MiB")
    listing = rows_of_driver(
        context.spark,
        [
            (task, source_of[file.path], *(getattr(file, name) for name in _FILE_FIELDS))
            for task, group in enumerate(groups)
            for file in group
        ],
        _LISTING,
    )
    apart = listing.repartitionByRange(len(groups), "task")
    records = map_rows(apart, Reader(read_options(settings)), _CAPTURE).persist(StorageLevel.DISK_ONLY)
    try:
        captures = records.where("row_of = 'capture'")
        repeated = _repeated(context, captures)
        fresh = captures.join(F.broadcast(repeated), ["file", "offset", "doc_id"], "left_anti")
        if len(groups) < settings.tasks:
            # Later jobs have a task a file of L0: one great input file must not end on one core.
            fresh = fresh.repartition(settings.tasks, "doc_id")
        documents = lake.append(L0_DOCUMENTS.name, only(fresh, L0_DOCUMENTS.name))
        outputs = {L0_DOCUMENTS.name: documents.version}
        malformed = records.where("row_of = 'malformed'")
        reasons = {row["reason"]: row["count"] for row in malformed.groupBy("reason").count().collect()}
        if reasons:
            outputs[L0_QUARANTINE.name] = _quarantine(lake, malformed).version
        pieces = records.where("row_of = 'file'").withColumnRenamed("file", "path")
        counts = ("captures", "malformed", "skipped")
        read = pieces.groupBy("source", "path", "size", "modified_ns", "format").agg(
            *[F.sum(name).alias(name) for name in counts]
        )
        counted = read.agg(F.sum("captures").alias("captures"), F.sum("skipped").alias("skipped")).first()
        # Last: a file counts as read only when everything it gave is in its table.
        outputs[L0_FILES.name] = lake.append(L0_FILES.name, only(read, L0_FILES.name)).version
    finally:
        records.unpersist()
    assert counted is not None
    kept = lake.rows_written(L0_DOCUMENTS.name, documents)
    outcome = Outcome(
        rows_in=counted["captures"] + sum(reasons.values()),
        rows_kept=kept,
        metrics={"files": float(len(wave)), "skipped_records": float(counted["skipped"])},
        outputs=outputs,
    )
    outcome.reasons.update(reasons)
    if again := counted["captures"] - kept:
        outcome.reasons["already_in_l0"] = again
    return outcome


def _quarantine(lake: Lake, malformed: DataFrame) -> Commit:
    """Append the records that could not be read, those that are in quarantine already excepted."""
    from pyspark.sql import functions as F

    refused = malformed.withColumn("stage", F.lit("ingest")).withColumnRenamed("payload", "sample")
    known = lake.read(L0_QUARANTINE.name).select("quarantine_id")
    unseen = refused.dropDuplicates(["quarantine_id"]).join(known, "quarantine_id", "left_anti")
    return lake.append(L0_QUARANTINE.name, only(unseen, L0_QUARANTINE.name))


def _repeated(context: Context, captures: DataFrame) -> DataFrame:
    """Captures whose id is in L0 already, or stands earlier in this wave: the same URI, time and bytes."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    keys = captures.select("doc_id", "file", "offset")
    order = Window.partitionBy("doc_id").orderBy("file", "offset")
    later = keys.withColumn("place", F.row_number().over(order)).where("place > 1").drop("place")
    known = context.lake.read(L0_DOCUMENTS.name).select("doc_id")
    return later.union(keys.join(known, "doc_id", "left_semi"))


JOB = Job(
    name="ingest",
    run=run,
    sources=(),
    writes={
        L0_DOCUMENTS.name: "true",
        L0_QUARANTINE.name: "stage = 'ingest'",
        L0_FILES.name: "true",
    },
    settings=("ingest",),
    check=check,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job from a command line; returns the exit status."""
    return run_command(JOB, argv)


if __name__ == "__main__":
    sys.exit(main())
