import gzip
import lzma

import pytest
import zstandard

from udfs.capture.formats import detect_format

PDF = b"%PDF-1.4\n"
WARC = b"WARC/1.0\r\nWARC-Type: warcinfo\r\n"
ARC = b"filedesc://x.arc 0.0.0.0 20000101000000 text/plain 76\n1 0 X\n"


@pytest.mark.parametrize(
    ("path", "head", "expected"),
    [
        ("a.warc", WARC, "warc"),
        ("a.warc.gz", gzip.compress(WARC), "warc"),
        ("a.warc.zst", zstandard.ZstdCompressor().compress(WARC), "warc"),
        ("a.warc.wet.gz", gzip.compress(WARC), "wet"),
        ("a.warc.wat.gz", gzip.compress(WARC), "warc"),
        ("download", WARC, "warc"),
        ("a.warc.gz", b"\x1e\x8b damaged", "warc"),
        ("a.arc.gz", gzip.compress(ARC), "arc"),
        ("a.dat", ARC, "arc"),
        ("a.html", PDF, "pdf"),
        ("a.pdf", b"junk before %PDF-1.4", "pdf"),
        ("a.html", b"<p>how %PDF- begins</p>", "html"),
        ("a.pdf", b"<html>not found</html>", "html"),
        ("a.pdf", b"not found", "pdf"),
        ("a.bin", b"PAR1....", "parquet"),
        ("a.parquet", b"", "parquet"),
        ("a.docx", b"PK\x03\x04....", "unknown"),
        ("a.txt", b"PK\x03\x04....", "unknown"),
        ("photo.html", b"\x89PNG\r\n", "unknown"),
        ("A.HTM", b"\xff\x00\x13", "html"),
        ("a.xhtml", b"", "html"),
        ("README", b"Read me", "text"),
        ("LICENSE", b"MIT", "text"),
        ("README.md", b"# Read me", "markdown"),
        ("a.rst", b"Title", "text"),
        ("a.jsonl", b"", "jsonl"),
        ("a.jsonl.xz", lzma.compress(b'{"a": 1}\n'), "jsonl"),
        ("a.ndjson.bz2", b"BZh", "jsonl"),
        ("a.json", b'{"a": 1}\n{"a": 2}\n', "jsonl"),
        ("a.json", b'{"text": "' + b"long" * 1000, "jsonl"),
        ("a.json", b'{\n  "name": "tool"\n}\n', "code"),
        ("a.json", b'["list"]\n', "code"),
        ("a.json", b"[" * 4000 + b"\n", "code"),
        ("src/a.py", b"", "code"),
        ("Makefile", b"all:\n", "code"),
        ("bin/run", b"#!/bin/sh\n", "code"),
        ("index", b"\xef\xbb\xbf\n<!-- x --> <!DOCTYPE html><html>", "html"),
        ("index.php?x=1", b"<html lang=en>", "html"),
        ("noise", b"\x00\x01\x02", "unknown"),
        ("data.csv", b"a,b\n", "unknown"),
        ("empty", b"", "unknown"),
    ],
)
def test_formats(path, head, expected):
    assert detect_format(path, head) == expected
