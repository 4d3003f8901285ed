"""Formats of input files: by their first bytes, then by their names."""

from __future__ import annotations

import json

import regex

from udfs.capture.members import decode_head, uncompressed_name
from udfs.source_code import language_of

_WARC = regex.compile(rb"WARC/\d")
_ARC = regex.compile(rb"filedesc://\S+ [0-9.]+ \d{8,17} ")
_HTML = regex.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--[^>]{0,500}-->\s*|<\?xml[^>]{0,200}\?>\s*)?<(?:!doctype html|html)\b", regex.I
)
_EXTENSIONS = {
    "warc": ("warc", "wat"),
    "wet": ("wet",),
    "arc": ("arc",),
    "html": ("html", "htm", "xhtml", "xht", "shtml"),
    "markdown": ("md", "markdown", "mkd", "mdx", "rmd", "qmd"),
    "text": ("txt", "text", "rst", "adoc", "asciidoc", "org"),
    "pdf": ("pdf",),
    "jsonl": ("jsonl", "ndjson", "jsonlines"),
    "parquet": ("parquet", "pq"),
}
_FORMAT_OF = {extension: name for name, extensions in _EXTENSIONS.items() for extension in extensions}
_TEXT_NAMES = frozenset(
    {"readme", "license", "licence", "copying", "authors", "changelog", "changes", "notice", "news"}
)
# Containers and pictures, which no extension makes a document.
_FOREIGN = (
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"SQLite format 3\0",
    b"Rar!",
    b"7z\xbc\xaf",
)

# How the description of a Python package begins (packaging.python.org, core metadata specification).
CORE_METADATA = b"Metadata-Version:"


def detect_format(path: str, head: bytes) -> str:
    """Name the format of a file.

    Parameters
    ----------
    path : str
        Path or URI; a compression's extension is passed over.
    head : bytes
        The first bytes of the file, 4,096 or all of it, as they are stored.

    Returns
    -------
    str
        ``warc``, ``wet``, ``arc``, ``html``, ``text``, ``markdown``, ``code``, ``pdf``, ``jsonl``, ``parquet`` or
        ``unknown``.

    Examples
    --------
    >>> detect_format("page.txt", b"%PDF-1.7 ...")
    'pdf'
    >>> detect_format("crawl.warc.wet.gz", b"WARC/1.0\\r\\n")
    'wet'
    >>> detect_format("src/main.rs", b"fn main() {}")
    'code'
    >>> detect_format("clip.mov", b"....ftyp")
    'unknown'
    """
    name = uncompressed_name(path.rpartition("/")[2].lower())
    head = decode_head(head)
    extension = name.rpartition(".")[2] if "." in name else ""
    if _WARC.match(head):
        return "wet" if ".wet" in name else "warc"
    if _ARC.match(head):
        return "arc"
    # Some writers put a few bytes before the mark, and readers allow 1,024 (PDF 1.7, annex H).
    if b"%PDF-" in head[:1024] and (extension == "pdf" or head.lstrip()[:5] == b"%PDF-"):
        return "pdf"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(_FOREIGN):
        return "unknown"
    if extension == "pdf" and _HTML.match(head):
        # The answer of a server that had no such file.
        return "html"
    if extension == "json":
        return "jsonl" if _has_object_lines(head) else "code"
    if extension in _FORMAT_OF:
        return _FORMAT_OF[extension]
    if language_of(name, head) is not None:
        return "code"
    if name.partition(".")[0] in _TEXT_NAMES and b"\0" not in head:
        return "text"
    if head.startswith(CORE_METADATA):
        return "text"
    return "html" if _HTML.match(head) else "unknown"


def _has_object_lines(head: bytes) -> bool:
    """Whether the first line is an object of its own, and nothing but another object follows it."""
    line, newline, rest = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    if not newline:
        # One line that goes beyond the head: a table of long lines, or one compact object; the latter is one line too.
        return line.startswith(b"{")
    try:
        return isinstance(json.loads(line), dict) and rest.lstrip()[:1] in (b"{", b"")
    except (ValueError, RecursionError):
        return False
