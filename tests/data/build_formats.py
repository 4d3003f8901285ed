"""Builds the binary files of ``formats/``: compressed JSON lines, Parquet, PDF, WET and ARC. Run ``build_warc.py``."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent
if str(DATA) not in sys.path:
    sys.path.insert(0, str(DATA))

from build_warc import gzip_member, page_bytes, stored_deflate, warc_record  # noqa: E402

FORMATS = DATA / "formats"
PDF_PAGES = (
    (
        "How to read a tide table",
        "A tide table lists the times and heights of high",
        "and low water at one port for every day of the year.",
        "The heights are given in metres above chart datum,",
        "which is close to the lowest level that the tide",
        "reaches. To get the depth of water at a place, add",
        "the height of the tide to the depth that the chart",
        "shows there. A chart depth of 1.5 metres and a tide",
        "of 2.3 metres make 3.8 metres of water.",
        "",
        "Times are in the zone that is printed at the head of",
        "the page. In summer add one hour where the clocks",
        "have been put forward.",
    ),
    (
        "The rule of twelfths",
        "The tide does not rise evenly. In the first hour",
        "after low water it rises by one twelfth of its range,",
        "in the second by two, in the third and fourth by",
        "three each, in the fifth by two and in the sixth by",
        "one. The twelve twelfths make up the whole range.",
        "",
        "With a range of 6 metres the water rises by 0.5, 1.0,",
        "1.5, 1.5, 1.0 and 0.5 metres. Half-way between low",
        "and high water the stream is at its strongest, and a",
        "bar that was safe an hour ago may be impass-",
        "able. The rule is an approximation for places where",
        "the tide follows a simple wave.",
    ),
)


def png_image() -> bytes:
    """Return a valid 16 by 16 greyscale PNG with a diagonal pattern."""
    rows = b"".join(b"\x00" + bytes(16 * ((x + y) % 16) for x in range(16)) for y in range(16))
    stream = b"\x78\x01" + stored_deflate(rows) + struct.pack(">I", zlib.adler32(rows))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 0, 0, 0, 0)), (b"IDAT", stream), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def pdf_file(objects: list[bytes]) -> bytes:
    """Return a PDF of numbered objects, the first of which is the catalogue, with a correct cross-reference table."""
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def pdf_stream(data: bytes, fields: bytes = b"") -> bytes:
    """Return a PDF stream object with its length."""
    return b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(data), fields, data)


def text_pdf() -> bytes:
    """Return a PDF of two pages of text, with a running header and page numbers."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * i) for i in range(len(PDF_PAGES)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(PDF_PAGES)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for index, (title, *lines) in enumerate(PDF_PAGES):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (5 + 2 * index)
        )
        show = [
            "BT /F1 9 Tf 72 800 Td (The Slow Almanac, leaflet 7) Tj ET",
            f"BT /F1 18 Tf 72 750 Td ({title}) Tj ET",
            "BT /F1 11 Tf 16 TL 72 715 Td",
            *(f"({line}) Tj T*" for line in lines),
            "ET",
            f"BT /F1 9 Tf 290 40 Td ({index + 1}) Tj ET",
        ]
        objects.append(pdf_stream("\n".join(show).encode("ascii")))
    return pdf_file(objects)


def image_pdf() -> bytes:
    """Return a PDF of one page that holds a picture and no text, as a scanner without recognition makes it."""
    pixels = bytes(0xFF if (y // 8) % 2 else 0x81 for y in range(64) for _ in range(8))
    image = (
        b"/Type /XObject /Subtype /Image /Width 64 /Height 64 /ColorSpace /DeviceGray /BitsPerComponent 1 "
        b"/Filter /ASCIIHexDecode "
    )
    return pdf_file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            b"/Resources << /XObject << /Im1 5 0 R >> >> /Contents 4 0 R >>",
            pdf_stream(b"q 451 0 0 451 72 195 cm /Im1 Do Q"),
            pdf_stream(pixels.hex().encode() + b">", image),
        ]
    )


def good_documents() -> list[dict[str, Any]]:
    """Return the documents of ``documents.jsonl`` that can be read, in order."""
    documents = []
    for line in (FORMATS / "documents.jsonl").read_text(encoding="utf-8").splitlines():
        try:
            value = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(value, dict):
            documents.append(value)
    return documents


def parquet_file() -> bytes:
    """Return the good documents as a Parquet file of two row groups."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ("id", "url", "text", "lang")
    table = pa.table({name: pa.array([d.get(name) for d in good_documents()], pa.string()) for name in names})
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=8, compression="zstd")
    return sink.getvalue()


def wet_file() -> bytes:
    """Return a WET file: plain text that a crawler's owner has already extracted."""
    info = b"Software-Info: build_warc.py\r\nExtracted-Date: Mon, 20 Jul 2026 00:00:00 GMT\r\n"
    date = "2026-07-20T00:00:00Z"
    records = [warc_record("warcinfo", "pages.warc.wet.gz", date, info, {"Content-Type": "application/warc-fields"})]
    languages = {"en": "eng", "zh": "zho"}
    for document in good_documents()[:4]:
        fields = {
            "WARC-Identified-Content-Language": languages[document["lang"]],
            "Content-Type": "text/plain",
        }
        records.append(warc_record("conversion", document["url"], date, document["text"].encode(), fields))
    return b"".join(map(gzip_member, records))


def arc_file() -> bytes:
    """Return an ARC file (version 1) of two captures, the format that came before WARC."""
    columns = b"URL IP-address Archive-date Content-type Archive-length\n"
    head = b"1 0 Tierlake\n" + columns
    records = [b"filedesc://pages.arc 0.0.0.0 20060712090000 text/plain %d\n%s\n" % (len(head), head)]
    for name, uri, stamp in (
        ("broken/nobody.html", b"http://notes.plainfiles.test/ink", b"20060712090101"),
        ("broken/unclosed.html", b"http://homepage.oldnet.test/~knots/bowline.html", b"20060712090107"),
    ):
        body = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + page_bytes({"file": name})
        records.append(b"%s 192.0.2.11 %s text/html %d\n%s\n" % (uri, stamp, len(body), body))
    return b"".join(map(gzip_member, records))


def zst_frame(data: bytes) -> bytes:
    """Return one Zstandard frame with a checksum."""
    import zstandard

    return zstandard.ZstdCompressor(level=10, write_checksum=True).compress(data)


def format_files() -> dict[str, bytes]:
    """Return the content of every built file of ``formats/``, by its path below ``tests/data``."""
    lines = (FORMATS / "documents.jsonl").read_bytes()
    return {
        "formats/documents.jsonl.gz": gzip_member(lines),
        "formats/documents.jsonl.xz": lzma.compress(lines, preset=6),
        "formats/documents.jsonl.zst": zst_frame(lines),
        "formats/documents.parquet": parquet_file(),
        "formats/two_pages.pdf": text_pdf(),
        "formats/scanned.pdf": image_pdf(),
        "formats/pages.warc.wet.gz": wet_file(),
        "formats/pages.arc.gz": arc_file(),
    }


def content(name: str, data: bytes) -> object:
    """Return what a file holds, independent of the version of the compressor that wrote it."""
    if name.endswith(".gz"):
        return gzip.decompress(data)
    if name.endswith(".xz"):
        return lzma.decompress(data)
    if name.endswith(".zst"):
        import zstandard

        return zstandard.ZstdDecompressor().decompress(data, max_output_size=1 << 24)
    if name.endswith(".parquet"):
        import pyarrow.parquet as pq

        return pq.read_table(io.BytesIO(data)).to_pylist()
    return data
