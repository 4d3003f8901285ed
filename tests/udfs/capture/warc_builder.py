"""Archives written by hand, so that every byte of a damaged one is known."""

from __future__ import annotations

import gzip
import random

RESPONSE = "application/http; msgtype=response"


def noise(size: int, seed: int) -> bytes:
    """Printable bytes that do not compress well, so that members have some length."""
    return bytes(random.Random(seed).choices(range(33, 127), k=size))


def http_response(body: bytes, *headers: str, status: str = "200 OK", end: bytes = b"\r\n") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers]
    return end.join(line.encode() for line in lines) + end + end + body


def warc_record(
    block: bytes,
    *extra: str,
    kind: str = "response",
    uri: str | None = "https://a.test/",
    content_type: str | None = RESPONSE,
    length: int | str | None = -1,
    version: str = "1.0",
) -> bytes:
    """One WARC record; a `length` other than -1 is declared instead of the true one, ``None`` leaves it out."""
    lines = [f"WARC/{version}", f"WARC-Type: {kind}", "WARC-Date: 2024-05-06T07:08:09Z"]
    if uri is not None:
        lines += [f"WARC-Target-URI: {uri}", f"WARC-Record-ID: <urn:test:{uri}>"]
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    lines += extra
    if length is not None:
        lines.append(f"Content-Length: {len(block) if length == -1 else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def page(number: int, size: int = 800) -> bytes:
    """A response record of a page, different for each number."""
    body = b"<p>" + noise(size, number) + b"</p>"
    return warc_record(http_response(body, "Content-Type: text/html; charset=utf-8"), uri=f"https://a.test/{number}")


def page_body(number: int, size: int = 800) -> bytes:
    return b"<p>" + noise(size, number) + b"</p>"


def members(*records: bytes) -> bytes:
    """Each record as a gzip member of its own, as crawlers write them."""
    return b"".join(gzip.compress(record, mtime=0) for record in records)


def arc_file(*documents: tuple[str, bytes]) -> bytes:
    """An ARC file, version 1, of documents given by URL and block."""
    description = b"1 0 Test\nURL IP-address Archive-date Content-type Archive-length\n"
    parts = [b"filedesc://test.arc 0.0.0.0 20000101000000 text/plain %d\n%s\n" % (len(description), description)]
    parts += [
        b"%s 192.0.2.1 20000102030405 text/html %d\n%s\n" % (url.encode(), len(block), block)
        for url, block in documents
    ]
    return b"".join(parts)
