"""Compressed members: a file as a sequence of independently compressed parts, read past the damaged ones."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

import zstandard

RAW_READ_BYTES = 4 << 20
OUTPUT_BYTES = 1 << 20
# Small at first, so that a member damaged in its middle still shows its beginning.
_FIRST_OUTPUT_BYTES = 1 << 10
_TRIAL_BYTES = 1 << 12
# Little, so that a member damaged further on is still found.
_TRIAL_OUTPUT_BYTES = 128


class DamagedStreamError(Exception):
    """Compressed bytes that cannot be decoded; the message says why."""


class ClippedStreamError(DamagedStreamError):
    """The file ends in the middle of a compressed member."""


class Decoder(Protocol):
    """One compressed member, decoded in steps of bounded size."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Decode at most `max_length` bytes; `data` is empty while ``needs_input`` is false."""
        ...


class _ZlibDecoder:
    """`zlib` with the interface of `bz2` and `lzma`."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail or data, max_length)


class _ZstdDecoder:
    """`zstandard` with the interface of `bz2` and `lzma`; it has no bound on output, so input goes in small pieces."""

    _PIECE = 1 << 10

    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor().decompressobj()
        self._pending = b""

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._pending

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data + self._pending

    def decompress(self, data: bytes, max_length: int) -> bytes:
        data = self._pending or data
        output = b""
        done = 0
        while done < len(data) and not self._inner.eof and len(output) < max_length:
            output += self._inner.decompress(data[done : done + self._PIECE])
            done += self._PIECE
        self._pending = data[done:]
        return output


CODECS: dict[str, tuple[bytes, Callable[[], Decoder]]] = {
    "gzip": (b"\x1f\x8b\x08", _ZlibDecoder),
    "zstd": (b"\x28\xb5\x2f\xfd", _ZstdDecoder),
    "xz": (b"\xfd7zXZ\0", lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ)),
    "bzip2": (b"BZh", bz2.BZ2Decompressor),
}
_EXTENSIONS = {".gz": "gzip", ".zst": "zstd", ".xz": "xz", ".bz2": "bzip2"}
_ERRORS = (zlib.error, zstandard.ZstdError, lzma.LZMAError, OSError, EOFError, ValueError)


def codec_of(head: bytes) -> str | None:
    """Name the compression of a file by its first bytes, or ``None``.

    Examples
    --------
    >>> codec_of(b"\\x1f\\x8b\\x08\\x00")
    'gzip'
    """
    if _is_skippable(head):
        return "zstd"
    return next((name for name, (magic, _) in CODECS.items() if head.startswith(magic)), None)


def uncompressed_name(name: str) -> str:
    """Return a file's name without the extension of a compression.

    Examples
    --------
    >>> uncompressed_name("crawl.warc.gz")
    'crawl.warc'
    """
    suffix = next((suffix for suffix in _EXTENSIONS if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(suffix)]


def decode_head(head: bytes) -> bytes:
    """Return the first 4,096 bytes of what `head` decompresses to, or `head` where it is not compressed."""
    codec = codec_of(head)
    if codec is None:
        return head
    try:
        return CODECS[codec][1]().decompress(head, _TRIAL_BYTES)
    except _ERRORS:
        return b""


class Member:
    """One compressed member, or a whole file that is not compressed.

    Attributes
    ----------
    offset : int
        Where it begins in the file.
    compressed : bool
        Whether it is a member of a compressed file.
    chunks : iterator of bytes
        Its decoded bytes, each chunk of a bounded size; raises `DamagedStreamError` where decoding fails.
    """

    def __init__(self, offset: int, compressed: bool, chunks: Iterator[bytes]) -> None:
        self.offset = offset
        self.compressed = compressed
        self.chunks = chunks


class _Source:
    """A seekable file with a buffer, and the position of the next byte."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = b""
        self._start = 0
        self._file_position = 0

    @property
    def position(self) -> int:
        """Where the next byte lies in the file."""
        return self._file_position - len(self._buffer) + self._start

    def peek(self, size: int) -> bytes:
        while len(self._buffer) - self._start < size:
            more = self._file.read(RAW_READ_BYTES)
            if not more:
                break
            self._buffer = self._buffer[self._start :] + more
            self._start = 0
            self._file_position += len(more)
        return self._buffer[self._start : self._start + size]

    def take(self, size: int) -> bytes:
        data = self.peek(size)
        self._start += len(data)
        return data

    def find(self, magic: bytes) -> bool:
        """Go to where `magic` stands next, or to the end."""
        while True:
            found = self._buffer.find(magic, self._start)
            if found >= 0:
                self._start = found
                return True
            self._start = max(self._start, len(self._buffer) - len(magic) + 1)
            there = len(self._buffer) - self._start
            if len(self.peek(there + 1)) == there:
                self._start = len(self._buffer)
                return False

    def seek(self, position: int) -> None:
        start = position - (self._file_position - len(self._buffer))
        if 0 <= start <= len(self._buffer):
            self._start = start
            return
        self._file.seek(position)
        self._buffer, self._start, self._file_position = b"", 0, position


def read_members(file: BinaryIO, name: str, begins: Callable[[bytes], bool] = bool) -> Iterator[Member]:
    """Split a file into its members; what follows a damaged one is found again by its magic bytes.

    Parameters
    ----------
    file : binary file
        Seekable, at its start.
    name : str
        Its name. The extension of a compression counts where the first bytes show neither that nor a beginning.
    begins : callable
        Whether decoded bytes look like the beginning of a member. Asked of the file's first bytes, and when looking
        for the next member behind a damaged one, where compressed data may hold the magic bytes by chance.

    Yields
    ------
    Member
        To be read to its end, or abandoned, before the next one is asked for. Bytes between members that are no
        member come as one `Member` whose chunks raise `DamagedStreamError`; zero padding is passed over.
    """
    source = _Source(file)
    head = source.peek(_TRIAL_BYTES)
    codec = codec_of(head)
    if codec is None and not begins(head):
        codec = next((codec for suffix, codec in _EXTENSIONS.items() if name.lower().endswith(suffix)), None)
    if codec is None:
        yield Member(0, False, _plain(source))
        return
    magic, make = CODECS[codec]
    while source.peek(1):
        offset = source.position
        head = source.peek(_TRIAL_BYTES)
        if padding := len(head) - len(head.lstrip(b"\0")):
            source.take(padding)
            continue
        if codec == "zstd" and _is_skippable(head):
            source.take(8)
            _skip(source, int.from_bytes(head[4:8], "little"))
            continue
        state = _State()
        if head.startswith(magic):
            yield Member(offset, True, _decode(source, make(), state))
        else:
            yield Member(offset, True, _junk(head))
        if not state.complete:
            _find_member(source, offset + 1, magic, make, begins)


class _State:
    complete = False


def _plain(source: _Source) -> Iterator[bytes]:
    while chunk := source.take(OUTPUT_BYTES):
        yield chunk


def _junk(head: bytes) -> Iterator[bytes]:
    raise DamagedStreamError(f"no compressed member here, but {head[:16]!r}")
    yield b""


def _decode(source: _Source, decoder: Decoder, state: _State) -> Iterator[bytes]:
    limit = _FIRST_OUTPUT_BYTES
    piece = 1 << 14
    while not decoder.eof:
        data = source.take(piece) if decoder.needs_input else b""
        if not data and decoder.needs_input:
            raise ClippedStreamError("the compressed data end in the middle of a member")
        try:
            output = decoder.decompress(data, limit)
        except _ERRORS as error:
            raise DamagedStreamError(f"the compressed data are damaged: {error}") from None
        if output:
            yield output
        limit, piece = OUTPUT_BYTES, 1 << 16
    source.seek(source.position - len(decoder.unused_data))
    state.complete = True


def _find_member(
    source: _Source, position: int, magic: bytes, make: Callable[[], Decoder], begins: Callable[[bytes], bool]
) -> None:
    source.seek(position)
    while source.find(magic):
        try:
            if begins(make().decompress(source.peek(_TRIAL_BYTES), _TRIAL_OUTPUT_BYTES)):
                return
        except _ERRORS:
            pass
        source.take(1)


def _is_skippable(head: bytes) -> bool:
    """Whether a zstd skippable frame begins here (RFC 8878, section 3.1.2)."""
    return len(head) >= 8 and head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F


def _skip(source: _Source, size: int) -> None:
    while size > 0:
        data = source.take(min(size, RAW_READ_BYTES))
        if not data:
            return
        size -= len(data)
