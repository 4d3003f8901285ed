"""The one entry: any input file as an iterator of captures, malformed records and skipped ones."""

from __future__ import annotations

from collections.abc import Iterator

from udfs.capture.arc import ArcGrammar
from udfs.capture.archive import Grammar, read_archive
from udfs.capture.documents import read_document
from udfs.capture.files import HEAD_BYTES, InputFile
from udfs.capture.jsonl import read_jsonl
from udfs.capture.members import decode_head
from udfs.capture.parquet import read_parquet
from udfs.capture.records import Capture, Malformed, ReadOptions, Record, Skipped
from udfs.capture.storage import open_file
from udfs.capture.warc import WarcGrammar

__all__ = ["Capture", "Malformed", "ReadOptions", "Skipped", "read_file"]

_GRAMMARS: dict[str, Grammar] = {"warc": WarcGrammar(), "wet": WarcGrammar(), "arc": ArcGrammar()}
_DOCUMENTS = frozenset({"html", "text", "markdown", "code", "pdf"})


def read_file(file: InputFile, options: ReadOptions | None = None) -> Iterator[Record]:
    """Read every record of a file.

    One item comes for each record, line, row or document. Nothing is held but the record at hand.

    Parameters
    ----------
    file : InputFile
        As `udfs.capture.files.list_files` gives it.
    options : ReadOptions, optional
        Field names and limits.

    Yields
    ------
    Capture or Malformed or Skipped
        Beside the reasons that the formats' readers name: ``unreadable_file`` for a file that is gone or forbidden,
        ``unknown_format``, ``empty_file``.

    Raises
    ------
    OSError
        The store fails while the file is read. A task that is tried again may fare better, so this is no quarantine.
    """
    options = options or ReadOptions()
    try:
        stream = open_file(file.path)
    except (FileNotFoundError, PermissionError) as error:
        yield Malformed(file.path, 0, "unreadable_file", str(error))
        return
    with stream:
        if file.format in _GRAMMARS:
            records = read_archive(stream, file.path, _GRAMMARS[file.format], options)
        elif file.format == "jsonl":
            records = read_jsonl(stream, file, options)
        elif file.format == "parquet":
            records = read_parquet(stream, file, options)
        elif file.format in _DOCUMENTS:
            records = iter([read_document(stream, file, options)])
        else:
            head = stream.read(HEAD_BYTES)
            records = iter([_unknown(file, decode_head(head))] if head else [])
        empty = True
        for record in records:
            empty = False
            yield record
        if empty and not file.is_piece:
            yield Malformed(file.path, 0, "empty_file", f"the file, of {file.size} bytes, holds no record")


def _unknown(file: InputFile, head: bytes) -> Malformed:
    detail = f"neither the name nor the first bytes {head[:16]!r} tell a format that can be read"
    return Malformed(file.path, 0, "unknown_format", detail, head)
