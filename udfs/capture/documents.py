"""Files that are one document each: pages, text, Markdown, source code, PDF."""

from __future__ import annotations

from typing import BinaryIO

from udfs.capture.files import InputFile
from udfs.capture.members import ClippedStreamError, DamagedStreamError, read_members, uncompressed_name
from udfs.capture.records import Capture, Malformed, ReadOptions
from udfs.source_code import language_of

_MEDIA_TYPES = {"html": "text/html", "markdown": "text/markdown", "text": "text/plain", "pdf": "application/pdf"}
_XHTML_EXTENSIONS = (".xhtml", ".xht")
# Longest first: the mark of UTF-32 begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def read_document(stream: BinaryIO, file: InputFile, options: ReadOptions) -> Capture | Malformed:
    """Read a whole file as one capture; a compressed one is decompressed.

    What the bytes are worth is for parsing to say, so noise with the name of a page is a capture too.

    Parameters
    ----------
    stream : binary file
        Seekable, at its start.
    file : InputFile
        What `stream` is.
    options : ReadOptions
        Limits.

    Returns
    -------
    Capture or Malformed
        ``empty_file``, ``payload_too_large``, ``damaged_member`` or ``truncated_record`` for a compressed file that
        cannot be decoded to its end.
    """
    parts: list[bytes] = []
    size = 0
    try:
        for member in read_members(stream, file.path):
            if file.size > options.max_payload_bytes and not member.compressed:
                detail = f"{file.size} bytes, limit {options.max_payload_bytes}"
                return Malformed(file.path, 0, "payload_too_large", detail, next(member.chunks, b""))
            for chunk in member.chunks:
                size += len(chunk)
                parts.append(chunk)
                if size > options.max_payload_bytes:
                    detail = f"{file.size} bytes as stored, limit {options.max_payload_bytes}"
                    return Malformed(file.path, 0, "payload_too_large", detail, parts[0])
    except DamagedStreamError as error:
        reason = "truncated_record" if isinstance(error, ClippedStreamError) else "damaged_member"
        return Malformed(file.path, 0, reason, str(error), parts[0] if parts else b"")
    payload = b"".join(parts)
    if not payload:
        return Malformed(file.path, 0, "empty_file", "the file has no bytes")
    uri = file.uri or file.path.rpartition("/")[2]
    return Capture(
        uri=uri,
        captured_at=None,
        payload=payload,
        media_type=_media_type(file, payload),
        charset=next((charset for mark, charset in _BYTE_ORDER_MARKS if payload.startswith(mark)), None),
        http_status=None,
        file=file.path,
        offset=0,
        license=options.license,
    )


def _media_type(file: InputFile, payload: bytes) -> str | None:
    name = uncompressed_name(file.path)
    if file.format == "code":
        language = language_of(name, payload[:4096])
        return f"text/x-{language}" if language else "text/plain"
    if file.format == "html" and name.lower().endswith(_XHTML_EXTENSIONS):
        return "application/xhtml+xml"
    return _MEDIA_TYPES.get(file.format)
