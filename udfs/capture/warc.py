"""WARC records (ISO 28500, versions 0.17 to 1.1), and WET files, whose records are conversions."""

from __future__ import annotations

import regex

from udfs.capture.archive import Header
from udfs.capture.http_message import (
    ContentEncodingError,
    PayloadTooLargeError,
    decode_body,
    head_end,
    parse_header_lines,
    parse_response,
)
from udfs.capture.records import (
    Capture,
    Malformed,
    ReadOptions,
    Record,
    Skipped,
    clean,
    keep_headers,
    parse_content_type,
    parse_time,
)

_SKIPPED = frozenset({"warcinfo", "request", "metadata", "revisit"})
_CAPTURED = frozenset({"response", "resource", "conversion"})
_LICENSE_LINK = regex.compile(r'<([^<>]{1,500})>\s*;[^<>,]{0,200}\brel\s*=\s*"?license\b', regex.IGNORECASE)


class WarcGrammar:
    """How records of WARC files look."""

    start = regex.compile(rb"(?<![^\n])WARC/\d{1,2}\.\d{1,2}[ \t]{0,8}\r?\n[A-Za-z][A-Za-z0-9-]{0,63}[ \t]{0,8}:")

    terminator = b"\r\n\r\n"

    def parse_header(self, head: bytes) -> Header | None:
        """Parse the version line and the named fields up to the blank line.

        Examples
        --------
        >>> WarcGrammar().parse_header(b"WARC/1.0\\r\\nWARC-Type: response\\r\\nContent-Length: 3\\r\\n\\r\\nabc")
        Header(size=52, length=3, fields={'warc-type': 'response', 'content-length': '3'})
        """
        if not self.start.match(head) or not (end := head_end(head, len(head))):
            return None
        fields = parse_header_lines(head[:end].partition(b"\n")[2])
        length = fields.get("content-length", "")
        known = length.isascii() and length.isdigit() and len(length) < 19
        return Header(end, int(length) if known else None, fields)

    def interpret(self, header: Header, block: bytes, file: str, offset: int, options: ReadOptions) -> Record:
        """Turn responses, resources and conversions into captures; a segment without its beginning is malformed."""
        fields = header.fields
        kind = fields.get("warc-type", "").lower()
        uri = clean(fields.get("warc-target-uri", "").strip("<> "))
        if kind in _SKIPPED:
            return Skipped(kind)
        if kind not in _CAPTURED:
            reason = "segmented_record" if kind == "continuation" else "unknown_record_type"
            return Malformed(file, offset, reason, f"WARC-Type is {kind!r}, of {uri}", block)
        if uri.startswith(("dns:", "whois:")):
            return Skipped(uri.partition(":")[0])
        if not uri:
            return Malformed(file, offset, "no_target_uri", f"a {kind} without WARC-Target-URI", block)
        content_type = fields.get("content-type")
        http = (content_type or "application/http").lower().startswith("application/http") and kind != "conversion"
        segmented = fields.get("warc-segment-number") is not None
        return http_capture(
            block,
            is_http=http and (content_type is not None or block[:5] == b"HTTP/"),
            content_type=content_type,
            cut=segmented or fields.get("warc-truncated", "none").lower() not in ("", "none"),
            capture=Capture(
                uri=uri,
                captured_at=parse_time(fields.get("warc-date")),
                payload=b"",
                media_type=None,
                charset=None,
                http_status=None,
                file=file,
                offset=offset,
                record_id=clean(fields.get("warc-record-id", "").strip("<> ")) or None,
                headers=fields,
            ),
            options=options,
        )


def http_capture(
    block: bytes, *, is_http: bool, content_type: str | None, cut: bool, capture: Capture, options: ReadOptions
) -> Capture | Malformed:
    """Complete a capture from the block of its record.

    Parameters
    ----------
    block : bytes
        Record block: an HTTP response, or the payload itself.
    is_http : bool
        Whether the block is an HTTP response.
    content_type : str or None
        Content type of the block, where it is no HTTP response.
    cut : bool
        The record says that its payload was cut.
    capture : Capture
        What the record header says; its ``headers`` are those of the record, not yet selected.
    options : ReadOptions
        Limits and headers to keep.

    Returns
    -------
    Capture or Malformed
        ``bad_content_encoding`` or ``payload_too_large`` where there is no payload to be had.
    """
    headers = dict(capture.headers)
    headers.pop("content-type", None)
    status, truncated, payload = None, False, block
    if is_http:
        message = parse_response(block)
        status = message.status
        headers |= message.headers
        content_type = message.headers.get("content-type")
        try:
            payload, truncated = decode_body(message, options.max_payload_bytes, cut)
        except ContentEncodingError as error:
            detail = f"{headers.get('content-encoding', '')}: {error}; of {capture.uri}"
            return Malformed(capture.file, capture.offset, "bad_content_encoding", detail, block)
        except PayloadTooLargeError as error:
            return Malformed(capture.file, capture.offset, "payload_too_large", f"{error}; of {capture.uri}", block)
    elif len(block) > options.max_payload_bytes:
        detail = f"{len(block)} bytes, limit {options.max_payload_bytes}; of {capture.uri}"
        return Malformed(capture.file, capture.offset, "payload_too_large", detail, block)
    if content_type:
        headers["content-type"] = content_type
    media_type, charset = parse_content_type(content_type)
    license_link = _LICENSE_LINK.search(headers.get("link", "")[:8192])
    return Capture(
        uri=capture.uri,
        captured_at=capture.captured_at,
        payload=payload,
        media_type=media_type or parse_content_type(headers.get("warc-identified-payload-type"))[0],
        charset=charset,
        http_status=status,
        file=capture.file,
        offset=capture.offset,
        record_id=capture.record_id,
        truncated=truncated or cut,
        license=clean(license_link[1]) if license_link else options.license,
        headers=keep_headers(headers, options.kept_headers),
    )
