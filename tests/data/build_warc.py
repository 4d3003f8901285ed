"""Builds the demo input from its sources: ``demo.warc.gz`` from ``pages.toml``, and the files of ``formats/``.

Everything in the outputs is fixed: record ids are name-based UUIDs, dates come from the manifest, and gzip members
carry no time. Compressed bytes may still differ between versions of zlib, so ``--check`` compares contents.

Usage::

    python tests/data/build_warc.py            # write all outputs
    python tests/data/build_warc.py --check    # exit 1 and name the files that are not current
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import struct
import sys
import tomllib
import uuid
import zlib
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent
WARC_NAME = "demo.warc.gz"
WARC_DATE = "2026-07-20T00:00:00Z"
USER_AGENT = "tierlake-demo-crawler/1.0 (+https://tierlake.example/crawler)"
REASONS = {200: "OK", 301: "Moved Permanently", 304: "Not Modified", 404: "Not Found"}
CHUNK_LENGTHS = (512, 1300, 4096)
STORED_BLOCK = 0xFFFF


def stored_deflate(data: bytes) -> bytes:
    """Return a raw deflate stream of uncompressed blocks: equal bytes under every version of zlib."""
    blocks = [data[start : start + STORED_BLOCK] for start in range(0, len(data), STORED_BLOCK)] or [b""]
    out = bytearray()
    for number, block in enumerate(blocks, start=1):
        out += struct.pack("<BHH", number == len(blocks), len(block), len(block) ^ 0xFFFF) + block
    return bytes(out)


def stored_gzip(data: bytes) -> bytes:
    """Return a gzip stream of uncompressed blocks, for bodies whose digest must not depend on zlib.

    >>> gzip.decompress(stored_gzip(b"tide"))
    b'tide'
    """
    header = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
    return header + stored_deflate(data) + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def gzip_member(data: bytes) -> bytes:
    """Return one gzip member without name and time."""
    return gzip.compress(data, compresslevel=9, mtime=0)


def chunked(body: bytes) -> bytes:
    """Return a body in chunked transfer coding, in chunks of uneven length.

    >>> chunked(b"tide")
    b'4\\r\\ntide\\r\\n0\\r\\n\\r\\n'
    """
    out, start = bytearray(), 0
    for length in cycle(CHUNK_LENGTHS):
        piece = body[start : start + length]
        if not piece:
            break
        out += b"%x\r\n%s\r\n" % (len(piece), piece)
        start += length
    return bytes(out + b"0\r\n\r\n")


def sha1_digest(data: bytes) -> str:
    """Return the labelled SHA-1 digest, in the Base32 form that WARC files use."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def record_id(kind: str, uri: str, date: str) -> str:
    """Return a name-based record id, so that a rebuilt file has the same ids."""
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{kind} {date} {uri}')}>"


def warc_record(kind: str, uri: str, date: str, block: bytes, fields: dict[str, str], version: str = "1.0") -> bytes:
    """Return one WARC record, uncompressed.

    Parameters
    ----------
    kind : str
        The record's ``WARC-Type``.
    uri : str
        Target URI; it also names the record, so it is given for ``warcinfo`` too, where it is not written.
    date : str
        ``WARC-Date``, ISO 8601 in UTC.
    block : bytes
        The content block.
    fields : dict of str to str
        Further header fields, ``Content-Type`` among them.
    version : str, default ``"1.0"``
        WARC version.
    """
    lines = [f"WARC/{version}", f"WARC-Type: {kind}", f"WARC-Record-ID: {record_id(kind, uri, date)}"]
    lines.append(f"WARC-Date: {date}")
    if kind != "warcinfo":
        lines.append(f"WARC-Target-URI: {uri}")
    lines += [f"{name}: {value}" for name, value in fields.items()]
    lines += [f"WARC-Block-Digest: {sha1_digest(block)}", f"Content-Length: {len(block)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def http_message(first_line: str, fields: dict[str, str], body: bytes = b"") -> bytes:
    """Return an HTTP message: first line, header fields, body."""
    lines = [first_line, *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def encode_body(payload: bytes, transfer: str) -> tuple[dict[str, str], bytes, bytes]:
    """Apply content coding and transfer coding to a payload.

    Returns
    -------
    tuple of (dict, bytes, bytes)
        HTTP header fields, the entity body (content coding applied) and the body as sent.
    """
    fields: dict[str, str] = {}
    entity = payload
    if "gzip" in transfer:
        fields["Content-Encoding"] = "gzip"
        entity = stored_gzip(payload)
    if transfer == "corrupt-gzip":
        entity = entity[:10] + b"\xff" * 64 + entity[74:]
    if "chunked" in transfer:
        fields["Transfer-Encoding"] = "chunked"
        return fields, entity, chunked(entity)
    fields["Content-Length"] = str(len(entity))
    return fields, entity, entity


def exchange(
    uri: str,
    date: str,
    payload: bytes,
    content_type: str,
    status: int = 200,
    transfer: str = "",
    location: str = "",
) -> Iterator[bytes]:
    """Yield the request record and the response record of one capture."""
    scheme, _, rest = uri.partition("://")
    host, slash, path = rest.partition("/")
    request = http_message(
        f"GET {slash}{path} HTTP/1.1", {"Host": host, "User-Agent": USER_AGENT, "Accept": "text/html,*/*"}
    )
    coding, entity, body = encode_body(payload, transfer)
    fields = {"Date": date, "Content-Type": content_type, **coding}
    if location:
        fields["Location"] = location
    response = http_message(f"HTTP/1.1 {status} {REASONS[status]}", fields, body)
    answer = record_id("response", uri, date)
    yield warc_record(
        "request",
        uri,
        date,
        request,
        {"WARC-Concurrent-To": answer, "Content-Type": "application/http; msgtype=request"},
    )
    yield warc_record(
        "response",
        uri,
        date,
        response,
        {
            "WARC-IP-Address": "192.0.2.10" if scheme == "https" else "192.0.2.11",
            "WARC-Payload-Digest": sha1_digest(entity),
            "Content-Type": "application/http; msgtype=response",
        },
    )


def manifest() -> list[dict[str, Any]]:
    """Return the entries of ``pages.toml`` in the order of the file."""
    pages: list[dict[str, Any]] = tomllib.loads((DATA / "pages.toml").read_text(encoding="utf-8"))["page"]
    return pages


def page_bytes(page: dict[str, Any]) -> bytes:
    """Return the source of a page as it was committed, in its own encoding."""
    return (DATA / "pages" / page["file"]).read_bytes()


def warc_records() -> Iterator[bytes]:
    """Yield every record of the demo WARC, uncompressed."""
    info = {"software": "build_warc.py", "format": "WARC File Format 1.0", "description": "demo input of Tierlake"}
    block = "".join(f"{name}: {value}\r\n" for name, value in info.items()).encode()
    fields = {"WARC-Filename": WARC_NAME, "Content-Type": "application/warc-fields"}
    yield warc_record("warcinfo", WARC_NAME, WARC_DATE, block, fields)
    dns = b"20260302081100\nalmanac.test.\t300\tIN\tA\t192.0.2.10\n"
    yield warc_record("response", "dns:almanac.test", "2026-03-02T08:11:00Z", dns, {"Content-Type": "text/dns"})
    pages = manifest()
    for page in pages:
        yield from exchange(
            page["uri"],
            page["captured_at"],
            page_bytes(page),
            page["content_type"],
            page.get("status", 200),
            page.get("transfer", ""),
        )
    yield from other_records(pages[0])


def other_records(first: dict[str, Any]) -> Iterator[bytes]:
    """Yield the records that are not pages: a redirect, an image, a PDF and a revisit of the first page."""
    from build_formats import png_image, text_pdf

    moved = b'<html><body><p>Moved to <a href="/science/why-there-are-two-tides">here</a>.</p></body></html>\n'
    yield from exchange(
        "http://almanac.test/tides", "2026-03-02T08:11:05Z", moved, "text/html", 301, location=first["uri"]
    )
    yield from exchange("https://almanac.test/img/logo.png", "2026-03-02T08:11:12Z", png_image(), "image/png")
    yield from exchange(
        "https://almanac.test/files/tide-tables.pdf", "2026-03-02T08:11:15Z", text_pdf(), "application/pdf"
    )
    header = http_message(
        f"HTTP/1.1 304 {REASONS[304]}", {"Date": "2026-06-02T08:11:09Z", "Content-Type": first["content_type"]}
    )
    yield warc_record(
        "revisit",
        first["uri"],
        "2026-06-02T08:11:09Z",
        header,
        {
            "WARC-Profile": "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
            "WARC-Refers-To": record_id("response", first["uri"], first["captured_at"]),
            "WARC-Refers-To-Target-URI": first["uri"],
            "WARC-Refers-To-Date": first["captured_at"],
            "WARC-Payload-Digest": sha1_digest(page_bytes(first)),
            "Content-Type": "application/http; msgtype=response",
        },
    )


def outputs() -> dict[str, bytes]:
    """Return the content of every built file, by its path below ``tests/data``."""
    from build_formats import format_files

    return {WARC_NAME: b"".join(map(gzip_member, warc_records())), **format_files()}


def stale() -> list[str]:
    """Return the names of built files that are missing or differ in content from what the sources give."""
    from build_formats import content

    return [
        name
        for name, built in outputs().items()
        if not (DATA / name).is_file() or content(name, (DATA / name).read_bytes()) != content(name, built)
    ]


def main(arguments: list[str] | None = None) -> int:
    """Write all outputs, or check them with ``--check``."""
    parser = argparse.ArgumentParser(description="Build the demo input of tests/data.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a file is not current")
    if parser.parse_args(arguments).check:
        names = stale()
        for name in names:
            print(f"not current: tests/data/{name}; run python tests/data/build_warc.py")
        return 1 if names else 0
    for name, data in outputs().items():
        (DATA / name).write_bytes(data)
        print(f"{len(data):9,d}  tests/data/{name}")
    return 0


if str(DATA) not in sys.path:
    sys.path.insert(0, str(DATA))

if __name__ == "__main__":
    sys.exit(main())
