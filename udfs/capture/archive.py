"""The loop that WARC and ARC share: records in members, each checked against what follows it.

A declared length is believed only if the next record, or the end of the member, follows where it says. So one wrong
length costs one record, where a reader that trusts it loses the ones behind. fastwarc 2.0.1, measured: it reads on
into the next gzip members, stops the file at the first damaged one, and passes a clipped last record over in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import regex

from udfs.capture.members import ClippedStreamError, DamagedStreamError, Member, read_members
from udfs.capture.records import Malformed, ReadOptions, Record

MAX_RECORD_HEADER_BYTES = 64 << 10
_BLANK = b"\r\n"
_BLANKS = regex.compile(rb"[\r\n]+")
_FIRST_LOOK_BYTES = 4 << 10
_LEAST_START_BYTES = 8
_SEEK_BYTES = 1 << 20


class Window:
    """The decoded bytes of one member, read forward with look-ahead.

    Attributes
    ----------
    damage : str or None
        Why decoding stopped before the member's end.
    clipped : bool
        Whether that was because the file ends there.
    """

    def __init__(self, member: Member) -> None:
        self._chunks = member.chunks
        self._buffer = bytearray()
        self._start = 0
        self._ended = False
        self._dropped = 0
        self.damage: str | None = None
        self.clipped = False

    @property
    def position(self) -> int:
        """Decoded bytes that were taken or skipped so far."""
        return self._dropped + self._start

    def fill(self, size: int) -> int:
        """Read ahead until `size` bytes are there or the member ends; return how many there are, at most `size`."""
        while len(self._buffer) - self._start < size and not self._ended:
            try:
                chunk = next(self._chunks, None)
            except DamagedStreamError as error:
                self.damage = str(error)
                self.clipped = isinstance(error, ClippedStreamError)
                chunk = None
            if chunk is None:
                self._ended = True
                break
            if self._start:
                del self._buffer[: self._start]
                self._dropped += self._start
                self._start = 0
            self._buffer += chunk
        return min(size, len(self._buffer) - self._start)

    def peek(self, size: int, start: int = 0) -> bytes:
        """Return up to `size` bytes from `start` bytes ahead, without taking them."""
        self.fill(start + size)
        return bytes(memoryview(self._buffer)[self._start + start : self._start + start + size])

    def skip(self, size: int) -> None:
        """Drop up to `size` bytes, holding no more than a chunk of them at a time."""
        while size > 0:
            there = self.fill(1) and min(size, len(self._buffer) - self._start)
            if not there:
                return
            self._start += there
            size -= there

    def search(self, pattern: regex.Pattern[bytes], start: int, end: int) -> int | None:
        """Return how far ahead the pattern begins, looking between `start` and `end` bytes ahead of here."""
        there = self.fill(end)
        found = pattern.search(self._buffer, self._start + start, self._start + there)
        return found.start() - self._start if found else None

    def skip_blank(self) -> None:
        """Drop carriage returns and line feeds."""
        while self.fill(1) and (blank := _BLANKS.match(self._buffer, self._start)):
            self._start = blank.end()


@dataclass(frozen=True, slots=True)
class Header:
    """A parsed record header.

    Attributes
    ----------
    size : int
        Bytes of the header itself, its end of line included.
    length : int or None
        Declared bytes of the block that follows; ``None`` where that is missing or no number.
    fields : dict of str to str
        Header fields, names in lower case.
    """

    size: int
    length: int | None
    fields: dict[str, str]


class Grammar(Protocol):
    """What differs between WARC and ARC.

    Attributes
    ----------
    start : compiled pattern
        Matches the beginning of a record; refuses a match that does not follow a line feed.
    terminator : bytes
        What ends a record without a doubt; empty where the format has no such mark.
    """

    start: regex.Pattern[bytes]
    terminator: bytes

    def parse_header(self, head: bytes) -> Header | None:
        """Parse the header at the beginning of `head`, or return ``None`` where it does not end within."""
        ...

    def interpret(self, header: Header, block: bytes, file: str, offset: int, options: ReadOptions) -> Record:
        """Turn a complete record into a capture, or say why it gives none."""
        ...


def read_archive(stream: BinaryIO, file: str, grammar: Grammar, options: ReadOptions) -> Iterator[Record]:
    """Read all records of an archive; every one gives exactly one item.

    A damaged stretch gives one `Malformed`, and reading goes on at the next member or record that can be found.

    Parameters
    ----------
    stream : binary file
        Seekable, at its start; gzip, zstd, xz and bzip2 are recognised.
    file : str
        Name of the input in what is returned.
    grammar : Grammar
        Of WARC or ARC.
    options : ReadOptions
        Limits and headers to keep.

    Yields
    ------
    Capture or Malformed or Skipped
    """

    def begins(head: bytes) -> bool:
        return len(head) >= _LEAST_START_BYTES and bool(grammar.start.match(head.lstrip(_BLANK), partial=True))

    for member in read_members(stream, file, begins):
        yield from _MemberReader(member, file, grammar, options).records()


class _MemberReader:
    """The records of one member."""

    def __init__(self, member: Member, file: str, grammar: Grammar, options: ReadOptions) -> None:
        self._member = member
        self._window = Window(member)
        self._file = file
        self._grammar = grammar
        self._options = options
        self._offset = 0
        self._damage_told = False

    def records(self) -> Iterator[Record]:
        window, first = self._window, True
        while True:
            window.skip_blank()
            self._offset = self._member.offset if self._member.compressed else window.position
            if not window.fill(1):
                break
            yield self._read(first)
            first = False
        if window.damage and not self._damage_told:
            yield self._damaged(b"")

    def _read(self, first: bool) -> Record:
        window, grammar = self._window, self._grammar
        head = window.peek(_FIRST_LOOK_BYTES)
        header = grammar.parse_header(head)
        if header is None:
            # A header holds no beginning of another record.
            next_start = window.search(grammar.start, 1, MAX_RECORD_HEADER_BYTES)
            header = grammar.parse_header(window.peek(next_start or MAX_RECORD_HEADER_BYTES))
            if header is None:
                return self._without_header(head, next_start)
        if header.length is None:
            self._seek_record(1)
            return self._malformed("no_content_length", "the record header declares no length", head)
        if header.length > self._options.max_payload_bytes + MAX_RECORD_HEADER_BYTES:
            return self._too_large(header, header.length, head)
        size = header.size + header.length
        there = window.fill(size)
        if there < size:
            return self._cut_short(header, header.length, there, head)
        tail = window.peek(_FIRST_LOOK_BYTES, size)
        behind = tail.lstrip(_BLANK)
        ends_well = bool(grammar.terminator) and tail.startswith(grammar.terminator)
        if behind and not ends_well and not grammar.start.match(behind, partial=True):
            found = window.search(grammar.start, header.size, size + _FIRST_LOOK_BYTES)
            distance = self._seek_record(size) if found is None else self._skip(found)
            return self._wrong_length(header, header.length, distance, head)
        if first and not behind and window.damage:
            self._skip(size)
            return self._damaged(head)
        block = window.peek(header.length, header.size)
        window.skip(size)
        return grammar.interpret(header, block, self._file, self._offset, self._options)

    def _without_header(self, head: bytes, next_start: int | None) -> Malformed:
        if self._grammar.start.match(head, partial=True):
            if next_start is not None:
                reason, detail = "invalid_record_header", "the next record begins before the header ends"
            elif self._window.fill(MAX_RECORD_HEADER_BYTES) == MAX_RECORD_HEADER_BYTES:
                reason, detail = "header_too_long", f"no end of the header within {MAX_RECORD_HEADER_BYTES} bytes"
            elif self._window.damage:
                self._skip(MAX_RECORD_HEADER_BYTES)
                return self._damaged(head)
            else:
                reason, detail = "truncated_record", "the input ends within a record header"
        else:
            reason, detail = "invalid_record_header", f"a record should begin here, but there is {head[:40]!r}"
        distance = self._seek_record(1)
        return self._malformed(reason, f"{detail}; passed over {distance} bytes", head)

    def _cut_short(self, header: Header, length: int, there: int, head: bytes) -> Malformed:
        found = self._window.search(self._grammar.start, header.size, there)
        if found is not None:
            return self._wrong_length(header, length, self._skip(found), head)
        self._skip(there)
        detail = f"{length} bytes declared, {there - header.size} there"
        if self._window.damage:
            return self._damaged(head, detail)
        return self._malformed("truncated_record", detail, head)

    def _too_large(self, header: Header, length: int, head: bytes) -> Malformed:
        distance = self._seek_record(header.size)
        if distance < header.size + length:
            if self._window.fill(1):
                return self._wrong_length(header, length, distance, head)
            detail = f"{length} bytes declared, {distance - header.size} there"
            if self._window.damage:
                return self._damaged(head, detail)
            return self._malformed("truncated_record", detail, head)
        detail = f"{length} bytes, limit {self._options.max_payload_bytes}"
        return self._malformed("payload_too_large", detail, head)

    def _wrong_length(self, header: Header, length: int, distance: int, head: bytes) -> Malformed:
        detail = f"{length} bytes declared, but the next record or the end comes after {distance - header.size}"
        return self._malformed("wrong_content_length", detail, head)

    def _damaged(self, head: bytes, detail: str = "") -> Malformed:
        self._damage_told = True
        reason = "truncated_record" if self._window.clipped else "damaged_member"
        return self._malformed(reason, "; ".join(filter(None, (self._window.damage, detail))), head)

    def _malformed(self, reason: str, detail: str, sample: bytes = b"") -> Malformed:
        return Malformed(self._file, self._offset, reason, detail, sample)

    def _skip(self, size: int) -> int:
        self._window.skip(size)
        return size

    def _seek_record(self, start: int) -> int:
        """Go to the next record that begins `start` bytes ahead or later, or to the end; return the way there."""
        window = self._window
        origin = window.position
        window.skip(start - 1)
        while (there := window.fill(_SEEK_BYTES)) > 1:
            found = window.search(self._grammar.start, 1, there)
            if found is not None:
                window.skip(found)
                return window.position - origin
            window.skip(there if there < _SEEK_BYTES else there - _FIRST_LOOK_BYTES)
        window.skip(1)
        return window.position - origin
