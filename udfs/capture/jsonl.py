"""JSON lines, compressed or not, one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import BinaryIO

import regex

from udfs.capture.files import BOM, InputFile
from udfs.capture.members import OUTPUT_BYTES, ClippedStreamError, DamagedStreamError, Member, read_members
from udfs.capture.records import MAX_SAMPLE_BYTES, Malformed, ReadOptions, Record
from udfs.capture.rows import row_capture

_CONTROL = regex.compile(rb"[\x00-\x08]")


def read_jsonl(stream: BinaryIO, file: InputFile, options: ReadOptions) -> Iterator[Record]:
    """Read all lines of a JSONL file, or of a piece of it; every line that is not blank gives exactly one item.

    Offsets count decompressed bytes; they name rows that have neither a URI nor an id. Damage to the compressed data
    gives one `Malformed`, together with the line that it cut: ``truncated_record`` where the file ends too early, else
    ``damaged_member``.

    Parameters
    ----------
    stream : binary file
        Seekable, at its start.
    file : InputFile
        What `stream` is.
    options : ReadOptions
        Names of fields, and limits.

    Yields
    ------
    Capture or Malformed
        Reasons: ``invalid_utf8``, ``not_json``, ``not_an_object``, ``line_too_long``, and those of
        `udfs.capture.rows.row_capture`.
    """
    for line in _lines(stream, file, options.max_line_bytes):
        if line.damage is not None:
            reason = "truncated_record" if isinstance(line.damage, ClippedStreamError) else "damaged_member"
            yield Malformed(file.path, line.offset, reason, str(line.damage), line.data)
        elif line.size > options.max_line_bytes:
            detail = f"{line.size} bytes, limit {options.max_line_bytes}"
            yield Malformed(file.path, line.offset, "line_too_long", detail, line.data)
        elif line.data.strip():
            yield _read_line(line, file, options)


@dataclass(slots=True)
class _Line:
    offset: int
    size: int
    data: bytes
    damage: DamagedStreamError | None = None


def _read_line(line: _Line, file: InputFile, options: ReadOptions) -> Record:
    sample = line.data[:MAX_SAMPLE_BYTES]
    try:
        row = json.loads(line.data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Malformed(file.path, line.offset, "invalid_utf8", f"byte {error.start} is no UTF-8", sample)
    except RecursionError:
        return Malformed(file.path, line.offset, "not_json", "nested too deeply", sample)
    except ValueError as error:
        return Malformed(file.path, line.offset, "not_json", str(error), sample)
    if not isinstance(row, dict):
        return Malformed(file.path, line.offset, "not_an_object", f"a {type(row).__name__}", sample)
    return row_capture(row, file, line.offset, line.offset, sample, options)


def _lines(stream: BinaryIO, file: InputFile, limit: int) -> Iterator[_Line]:
    if not file.is_piece:
        return _read_lines(read_members(stream, file.path, _is_text), 0, limit)
    # From the byte before: only where that ends a line does one begin with the piece.
    begin = max(file.start - 1, 0)
    stream.seek(begin)
    chunks = iter(lambda: stream.read(OUTPUT_BYTES), b"")
    lines = _read_lines([Member(begin, False, chunks)], begin, limit)
    return takewhile(lambda line: line.offset < file.end, islice(lines, 1 if file.start else 0, None))


def _read_lines(members: Iterable[Member], offset: int, limit: int) -> Iterator[_Line]:
    parts: list[bytes] = []
    size = 0
    for member in members:
        try:
            for chunk in member.chunks:
                first, *others = chunk.split(b"\n")
                _add(parts, first, size, limit)
                size += len(first)
                for piece in others:
                    yield _Line(offset, size, b"".join(parts).removeprefix(BOM if offset == 0 else b""))
                    offset += size + 1
                    parts, size = [], 0
                    _add(parts, piece, size, limit)
                    size = len(piece)
        except DamagedStreamError as error:
            yield _Line(offset, size, b"".join(parts), damage=error)
            offset += size
            parts, size = [], 0
    if size:
        yield _Line(offset, size, b"".join(parts).removeprefix(BOM if offset == 0 else b""))


def _is_text(head: bytes) -> bool:
    return bool(head) and not _CONTROL.search(head)


def _add(parts: list[bytes], piece: bytes, size: int, limit: int) -> None:
    """Append a piece of a line; of a line beyond the limit only the beginning is held."""
    if size + len(piece) <= limit:
        parts.append(piece)
    else:
        parts[:] = [b"".join([*parts, piece])[:MAX_SAMPLE_BYTES]]
