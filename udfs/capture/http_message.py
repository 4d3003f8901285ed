"""HTTP responses inside archive records: status, headers, and the body freed of its encodings."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import regex
import zstandard

_STATUS = regex.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b", regex.IGNORECASE)
_CHUNK = regex.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
# No text holds these in any encoding but UTF-16 and UTF-32; compressed data of some length always do.
_CONTROL = regex.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_JOINED = frozenset({"content-encoding", "link", "transfer-encoding"})
_MAX_HEAD_BYTES = 1 << 20
_STEP = 1 << 20


class ContentEncodingError(Exception):
    """A body that its declared content encoding cannot decode; the message says why."""


class PayloadTooLargeError(Exception):
    """A body that decodes to more than the limit."""


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """A response as it was sent.

    Attributes
    ----------
    status : int or None
        ``None`` where there is no status line.
    headers : dict of str to str
        Names in lower case; of repeated ones the first counts, but encodings and links are joined by commas.
    body : bytes
        Still encoded.
    """

    status: int | None
    headers: dict[str, str]
    body: bytes


def head_end(data: bytes, limit: int) -> int | None:
    """Return where the blank line behind a head ends, looking at `limit` bytes; lines may end with CRLF or LF.

    Examples
    --------
    >>> head_end(b"a: b\\r\\n\\r\\nbody", 100), head_end(b"a: b\\n\\nbody", 100), head_end(b"a: b\\n", 100)
    (8, 6, None)
    """
    with_return = data.find(b"\n\r\n", 0, limit)
    without = data.find(b"\n\n", 0, limit if with_return < 0 else with_return + 1)
    if without >= 0:
        return without + 2
    return with_return + 3 if with_return >= 0 else None


def parse_header_lines(lines: bytes) -> dict[str, str]:
    """Parse ``name: value`` lines, with folded ones; names in lower case, values as UTF-8 or else Latin-1.

    Examples
    --------
    >>> parse_header_lines(b"Content-Type: text/html;\\r\\n charset=utf-8\\r\\nno colon\\r\\n")
    {'content-type': 'text/html; charset=utf-8'}
    """
    try:
        text = lines.decode("utf-8")
    except UnicodeDecodeError:
        text = lines.decode("latin-1")
    headers: dict[str, str] = {}
    name = ""
    for line in text.split("\n"):
        if line[:1] in (" ", "\t"):
            if name in headers:
                headers[name] = f"{headers[name]} {line.strip()}"
            continue
        key, colon, value = line.partition(":")
        name = key.strip().lower() if colon else ""
        if not name:
            continue
        if name not in headers:
            headers[name] = value.strip()
        elif name in _JOINED:
            headers[name] = f"{headers[name]}, {value.strip()}"
        else:
            name = ""
    return headers


def parse_response(block: bytes) -> HttpMessage:
    """Split a record block into status, headers and body; line ends may be CRLF or LF.

    A block without a status line is all body, as HTTP/0.9 sent it, and so is one whose headers do not end within 1 MiB.

    Examples
    --------
    >>> parse_response(b"HTTP/1.1 404 Not Found\\nServer: a\\n\\ngone")
    HttpMessage(status=404, headers={'server': 'a'}, body=b'gone')
    """
    status = _STATUS.match(block)
    if not status:
        return HttpMessage(None, {}, block)
    end = head_end(block, _MAX_HEAD_BYTES)
    if end is None and len(block) > _MAX_HEAD_BYTES:
        return HttpMessage(int(status[1]), {}, block)
    head, body = (block[:end], block[end:]) if end else (block, b"")
    return HttpMessage(int(status[1]), parse_header_lines(head.partition(b"\n")[2]), body)


def decode_body(message: HttpMessage, limit: int, cut: bool = False) -> tuple[bytes, bool]:
    """Undo transfer and content encoding.

    Crawlers often store a body decoded and leave the header as it was, so an encoding is undone only where the bytes
    bear it out; a body that shows no sign of it is returned as it is.

    Parameters
    ----------
    message : HttpMessage
        As `parse_response` returns it.
    limit : int
        Most bytes the decoded body may have.
    cut : bool
        The record says that its payload was cut.

    Returns
    -------
    body : bytes
        Decoded.
    truncated : bool
        Whether the body ends before its encoding says so. Without encodings, whether a response with status 200 is
        shorter than its Content-Length.

    Raises
    ------
    ContentEncodingError
        The body bears the mark of its encoding, but is damaged.
    PayloadTooLargeError
        The body decodes to more than `limit` bytes.
    """
    body, headers = message.body, message.headers
    truncated = False
    transfer = headers.get("transfer-encoding", "").lower()
    content = headers.get("content-encoding", "").lower()
    if "chunked" in transfer:
        body, truncated = decode_chunked(body, cut)
    elif not content and message.status == 200 and (declared := headers.get("content-length", "")).isdecimal():
        truncated = 0 < len(body) < int(declared[:18])
    for encoding in reversed([name.strip() for name in content.split(",")]):
        body, ends_early = _decode_content(body, encoding, limit)
        truncated = truncated or ends_early
    if len(body) > limit:
        raise PayloadTooLargeError(f"{len(body)} bytes, limit {limit}")
    return body, truncated


def decode_chunked(body: bytes, cut: bool = False) -> tuple[bytes, bool]:
    """Undo chunked transfer encoding (RFC 9112, section 7.1), or return the body as it is where it was not applied.

    Returns
    -------
    body : bytes
        Decoded up to the first chunk that is broken; what follows is kept as it is.
    truncated : bool
        Whether the last chunk is missing.

    Examples
    --------
    >>> decode_chunked(b"4\\r\\nWiki\\r\\n0\\r\\n\\r\\n")
    (b'Wiki', False)
    >>> decode_chunked(b"<p>not chunked</p>")
    (b'<p>not chunked</p>', False)
    """
    parts: list[bytes] = []
    position = 0
    while position < len(body):
        size_line = _CHUNK.match(body, position)
        if not size_line:
            if not parts:
                return body, False
            break
        size, start = int(size_line[1], 16), size_line.end()
        if size == 0:
            return b"".join(parts), False
        end = start + size
        if end > len(body) and (parts or cut):
            parts.append(body[start:])
            return b"".join(parts), True
        ending = 2 if body[end : end + 2] == b"\r\n" else 1 if body[end : end + 1] == b"\n" else 0
        if not ending and not parts and end != len(body):
            return body, False
        parts.append(body[start:end])
        position = end + ending
        if not ending:
            break
    parts.append(body[position:])
    return b"".join(parts), bool(body)


def _decode_content(body: bytes, encoding: str, limit: int) -> tuple[bytes, bool]:
    if encoding in ("gzip", "x-gzip") and body.startswith(b"\x1f\x8b"):
        return _collect(_inflate(body, 31), limit)
    if encoding == "deflate" and body:
        # Some servers send raw deflate data where the standard asks for the zlib format.
        with_header = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
        return _decode_unmarked(body, _inflate(body, 15 if with_header else -15), limit)
    if encoding == "br" and body:
        return _decode_unmarked(body, _unbrotli(body), limit)
    if encoding == "zstd" and body.startswith(b"\x28\xb5\x2f\xfd"):
        return _collect(_unzstd(body), limit)
    return body, False


def _decode_unmarked(body: bytes, steps: Iterator[tuple[bytes, bool]], limit: int) -> tuple[bytes, bool]:
    """Decode what has no magic bytes; text that cannot be decoded was stored decoded."""
    looks_decoded = not _CONTROL.search(body, 0, 4096)
    try:
        decoded, truncated = _collect(steps, limit)
    except ContentEncodingError:
        if not looks_decoded:
            raise
        return body, False
    return (body, False) if truncated and looks_decoded else (decoded, truncated)


def _collect(steps: Iterator[tuple[bytes, bool]], limit: int) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size, complete = 0, False
    for part, ended in steps:
        parts.append(part)
        size, complete = size + len(part), ended
        if size > limit:
            raise PayloadTooLargeError(f"more than {limit} bytes when decoded")
    if not complete and not size:
        raise ContentEncodingError("the encoded body is cut before anything can be decoded")
    return b"".join(parts), not complete


def _inflate(body: bytes, wbits: int) -> Iterator[tuple[bytes, bool]]:
    while True:
        decoder = zlib.decompressobj(wbits)
        data = body
        while not decoder.eof:
            try:
                part = decoder.decompress(data, _STEP)
            except zlib.error as error:
                raise ContentEncodingError(str(error)) from None
            data = decoder.unconsumed_tail
            yield part, decoder.eof
            if not part and not decoder.eof:
                return
        body = decoder.unused_data
        if wbits != 31 or not body.startswith(b"\x1f\x8b\x08"):
            return


def _unbrotli(body: bytes) -> Iterator[tuple[bytes, bool]]:
    from fastwarc.stream_io import BrotliReader

    reader = BrotliReader(io.BytesIO(body))
    while True:
        try:
            part = reader.read(_STEP)
        except OSError as error:
            raise ContentEncodingError(f"brotli: {error}") from None
        yield part, not part
        if not part:
            return


def _unzstd(body: bytes) -> Iterator[tuple[bytes, bool]]:
    decoder = zstandard.ZstdDecompressor().decompressobj()
    for start in range(0, len(body), 1024):
        try:
            part = decoder.decompress(body[start : start + 1024])
        except zstandard.ZstdError as error:
            raise ContentEncodingError(str(error)) from None
        yield part, decoder.eof
        if decoder.eof:
            return
