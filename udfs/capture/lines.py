"""The lines of a trusted text file, compressed or not: lists and benchmark items rather than captures."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Iterator
from typing import Any

import zstandard

from udfs.capture.members import codec_of
from udfs.capture.storage import open_file

_HEAD_BYTES = 16
_OPENERS: dict[str, Any] = {
    "gzip": gzip.open,
    "xz": lzma.open,
    "bzip2": bz2.open,
    "zstd": lambda stream: zstandard.ZstdDecompressor().stream_reader(stream),
}


def read_lines(path: str) -> Iterator[bytes]:
    """Yield the lines of a file or URI, without their ends; .gz, .xz, .bz2 and .zst are known by their first bytes."""
    with open_file(path) as stream:
        head = stream.read(_HEAD_BYTES)
        stream.seek(0)
        codec = codec_of(head)
        source = stream if codec is None else _OPENERS[codec](stream)
        rest = b""
        while chunk := source.read(1 << 20):
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines
        if rest:
            yield rest
