"""From a captured object to a clean document: HTML, PDF, source code and plain text, by media type and first bytes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from functools import cache
from typing import Any
from xml.sax.saxutils import unescape

import pyarrow as pa

from udfs.allowance import Allowance, Overrun, within
from udfs.arrow import row_at
from udfs.capture.formats import CORE_METADATA
from udfs.engine.tokens import TokenCounter
from udfs.html import PageError
from udfs.html import parse as parse_html
from udfs.html.decode import decode, is_binary
from udfs.ids import stable_id
from udfs.pdf import PdfError, parse_pdf
from udfs.source_code import CodeError, parse_code
from udfs.text import personal_data
from udfs.text.kind import document_kind
from udfs.text.language import identify
from udfs.text.mojibake import repair
from udfs.text.normalize import normalize
from udfs.text.plain import plain_view

WORD_TOKENIZER = "words"

_WORD = re.compile(r"[^\W_]+|[^\w\s]")
_SCRIPT_TYPES = (
    "application/javascript",
    "application/x-javascript",
    "application/ecmascript",
    "text/javascript",
    "text/ecmascript",
)
_CODE_TYPES = ("text/x-", "application/x-python", "application/json", *_SCRIPT_TYPES)
_HTML_TYPES = ("text/html", "application/xhtml+xml")


class DocumentError(Exception):
    """A capture that holds no document of ours.

    Attributes
    ----------
    reason : str
        In snake_case, such as ``http_status`` or ``unsupported_media_type``.
    detail : str
        What exactly was found.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Document:
    """A parsed document before language, kind and personal data are known."""

    text: str
    title: str | None
    media_type: str
    page_kind: str | None = None
    code_language: str | None = None
    traits: Mapping[str, float] | None = None


def extract(payload: bytes, uri: str, media_type: str | None, charset: str | None) -> Document:
    """Return the text of a captured object, its structure kept.

    Raises
    ------
    DocumentError
        With the reason: ``empty_payload``, ``binary_payload``, ``unsupported_media_type``, ``scanned_pdf``, or what the
        parser of its type says.

    Examples
    --------
    >>> extract(b"# Notes\\n\\nWater boils at 100 degrees.", "notes.md", "text/markdown", None).text
    '# Notes\\n\\nWater boils at 100 degrees.'
    """
    if not payload.strip():
        raise DocumentError("empty_payload")
    found = _sniff(payload, media_type)
    if found == "application/pdf":
        return _pdf(payload)
    if found in _HTML_TYPES:
        return _page(payload, uri, charset)
    if found.startswith(_CODE_TYPES):
        return _source_file(payload, uri, found)
    if found.startswith("text/"):
        if is_binary(payload):
            raise DocumentError("binary_payload", found)
        text, _ = decode(payload, charset)
        if payload.startswith(CORE_METADATA):
            return _package_description(text)
        return Document(text, _first_heading(text), found)
    raise DocumentError("unsupported_media_type", found)


def _sniff(payload: bytes, media_type: str | None) -> str:
    head = payload[:1024].lstrip()
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    declared = (media_type or "").lower()
    if declared in ("", "application/octet-stream", "text/plain") and re.match(
        rb"(?i)<(!doctype html|html[\s>])", head
    ):
        return "text/html"
    if declared in ("", "application/octet-stream"):
        return "application/octet-stream" if is_binary(payload) else "text/plain"
    return "text/html" if declared == "application/xml" and b"<html" in head.lower() else declared


def _page(payload: bytes, uri: str, charset: str | None) -> Document:
    try:
        page = parse_html(payload, uri, charset)
    except PageError as error:
        raise DocumentError(error.reason) from None
    traits = {
        "formulas": float(page.formulas),
        "code_blocks": float(page.code_blocks),
        "links": float(page.links),
    }
    return Document(page.text, page.title or None, "text/html", page.page_kind, traits=traits)


def _source_file(payload: bytes, uri: str, media_type: str) -> Document:
    try:
        code = parse_code(payload, uri)
    except CodeError as error:
        raise DocumentError(f"{error.reason}_payload") from None
    traits = {"generated": float(code.generated), "minified": float(code.minified)}
    # A script's address often ends with no name of a file.
    language = code.language or ("javascript" if media_type.startswith(_SCRIPT_TYPES) else None)
    return Document(code.text, uri.rsplit("/", 1)[-1], media_type, code_language=language, traits=traits)


def _pdf(payload: bytes) -> Document:
    try:
        document = parse_pdf(payload)
    except PdfError as error:
        raise DocumentError(error.reason) from None
    if document.scanned:
        raise DocumentError("scanned_pdf", f"{document.pages} pages need OCR")
    return Document(document.text, document.title or None, "application/pdf", traits={"pages": float(document.pages)})


def _package_description(text: str) -> Document:
    """The description of a Python package without the header fields before it."""
    message = HeaderParser().parsestr(text)
    description = message.get_payload()
    if not isinstance(description, str) or not description.strip():
        raise DocumentError("no_text", "a package without a description")
    title = ": ".join(part for part in (message["Name"], message["Summary"]) if part)
    return Document(description, title or None, message.get("Description-Content-Type", "text/plain").partition(";")[0])


def _first_heading(text: str) -> str | None:
    match = re.search(r"^#{1,6}[ \t]+(\S[^\n]{0,200})", text, re.MULTILINE)
    return unescape(match.group(1).strip(" #")) if match else None


_COMMON = ("doc_id", "source", "uri", "captured_at", "license", "file", "offset")
_SAMPLE_BYTES = 1024


@dataclass(frozen=True)
class Parser:
    """The kernel of the job ``parse``: a batch of captured objects in, a row for each out.

    Parameters
    ----------
    max_payload_bytes : int
        Larger objects are refused as ``page_too_large``, PDF excepted.
    redact : bool
        Whether personal data is replaced by a mark of its kind.
    tokenizer : str
        Path of a ``tokenizer.json`` or its folder, or ``words``.
    allowance : Allowance
        What one object may use; more is a reason of its own.
    """

    max_payload_bytes: int
    redact: bool
    tokenizer: str
    allowance: Allowance

    def __call__(self, batch: pa.RecordBatch) -> Iterable[dict[str, Any]]:
        """Give one row for each captured object: a document, or the ``reason`` why there is none."""
        _load(self.tokenizer)
        results = within(self.allowance, batch.num_rows, lambda index: self.parse(row_at(batch, index)))
        for index, result in enumerate(results):
            common = row_at(batch, index, _COMMON)
            if isinstance(result, Overrun):
                result = {"reason": result.reason, "detail": result.detail}
            if "reason" in result:
                payload = batch["payload"][index]
                result["sample"] = payload.as_buffer()[:_SAMPLE_BYTES].to_pybytes() if payload.is_valid else b""
            else:
                result["traits"] = sorted(result["traits"].items())
            yield common | result

    def parse(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return what becomes of one captured object, in what JSON can hold."""
        try:
            return self._document(row)
        except DocumentError as error:
            return {"reason": error.reason, "detail": error.detail}

    def _document(self, row: Mapping[str, Any]) -> dict[str, Any]:
        status = row["http_status"]
        if status is not None and not 200 <= status < 300:
            raise DocumentError("http_status", str(status))
        if row["payload"] is None:
            raise DocumentError("page_too_large", f"{row['payload_bytes']} bytes")
        found = extract(row["payload"], row["uri"], row["media_type"], row["charset"])
        is_source = found.code_language is not None
        # Before the controls go that are half of the damage. What a program holds may be meant.
        text, mojibake_lines = (found.text, 0) if is_source else repair(found.text)
        text = normalize(text).strip("\n")
        if not text.strip():
            raise DocumentError("no_text")
        spans = personal_data.find(text)
        if self.redact:
            text = personal_data.redact(text, spans)
        tokens = TokenCounts(self.tokenizer)
        kind = document_kind(text, found.media_type, row["uri"], found.page_kind)
        language = None if is_source else identify(plain_view(text) or text)
        return {
            "kind": kind,
            "language": language.code if language else "und",
            "language_score": min(max(language.score, 0.0), 1.0) if language else 0.0,
            "characters": len(text),
            "tokens": tokens.count(text),
            "text_hash": stable_id(text),
            "media_type": found.media_type,
            "tokenizer": tokens.name(),
            "code_language": found.code_language,
            "traits": dict(found.traits or {}) | ({} if is_source else {"mojibake_lines": float(mojibake_lines)}),
            "personal_data": [{"kind": span.kind, "start": span.start, "end": span.end} for span in spans],
            "title": normalize(repair(found.title)[0]) if found.title else None,
            "text": text,
        }


@dataclass(frozen=True)
class TokenCounts:
    """Counts tokens with the tokenizer of the settings; opened once a process.

    Parameters
    ----------
    tokenizer : str
        Path of a ``tokenizer.json`` or its folder, or ``words``.

    Examples
    --------
    >>> TokenCounts("words").count("Two words, one mark.")
    6
    """

    tokenizer: str

    def count(self, text: str) -> int:
        """Return the number of tokens of a text."""
        if self.tokenizer == WORD_TOKENIZER:
            return sum(1 for _ in _WORD.finditer(text))
        return _counter(self.tokenizer).count([text])[0]

    def name(self) -> str:
        """Return the stable name that is stored beside every count."""
        return WORD_TOKENIZER if self.tokenizer == WORD_TOKENIZER else _counter(self.tokenizer).name()


@cache
def _load(tokenizer: str) -> None:
    """Read models and tables once a process, before children are forked that would each read them again."""
    # Spark has a task for each core already, and the tokenizer's threads do not outlive a fork.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    page = (
        "<html><title>One</title><body><p>" + "A sentence of some words about the weather. " * 20 + "</p></body></html>"
    )
    row = {"http_status": None, "payload": page.encode(), "uri": "", "media_type": "text/html", "charset": None}
    Parser(len(page), True, tokenizer, Allowance(1, 1)).parse(row)


@cache
def _counter(path: str) -> TokenCounter:
    return TokenCounter(path)
