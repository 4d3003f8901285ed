"""ARC records, versions 1 and 2, the format of web archives before WARC; fastwarc 2.0.1 refuses it."""

from __future__ import annotations

import regex

from udfs.capture.archive import Header
from udfs.capture.records import Capture, ReadOptions, Record, Skipped, clean, parse_time
from udfs.capture.warc import http_capture

# URL, IP address, date, content type, then, in version 2, result, checksum, location, offset and file name; length.
_LINE = regex.compile(
    rb"(?<![^\n])(?P<uri>[A-Za-z][A-Za-z0-9+.-]{1,20}:[^\r\n]{0,4000}?)"
    rb" (?P<address>[0-9A-Fa-f.:]{1,45}) (?P<date>\d{8,17}) (?P<type>[^ \r\n]{1,200}(?:; [^ \r\n]{1,100})?)"
    rb"(?: [^ \r\n]{1,20} [^ \r\n]{1,100} [^ \r\n]{1,4000} [^ \r\n]{1,20} [^ \r\n]{1,1000})? (?P<length>\d{1,18})\r?\n"
)


class ArcGrammar:
    """How records of ARC files look: one line of fields, then the block."""

    start = _LINE
    # A line feed, which ends a line of text just as well.
    terminator = b""

    def parse_header(self, head: bytes) -> Header | None:
        """Parse the line of fields.

        Examples
        --------
        >>> header = ArcGrammar().parse_header(b"http://a.test/ 1.2.3.4 20000102030405 text/html 30\\nHTTP/1.0 200 OK")
        >>> header.length, header.fields["uri"], header.fields["date"]
        (30, 'http://a.test/', '20000102030405')
        """
        line = _LINE.match(head)
        if not line:
            return None
        fields = {name: value.decode("utf-8", "replace") for name, value in line.groupdict().items()}
        return Header(line.end(), int(fields["length"]), fields)

    def interpret(self, header: Header, block: bytes, file: str, offset: int, options: ReadOptions) -> Record:
        """Turn a record into a capture; the record that describes the file and name look-ups are skipped."""
        uri = clean(header.fields["uri"])
        scheme = uri.partition(":")[0].lower()
        if scheme in ("filedesc", "dns", "whois"):
            return Skipped(scheme)
        return http_capture(
            block,
            is_http=block[:5].upper() == b"HTTP/",
            content_type=header.fields["type"],
            cut=False,
            capture=Capture(
                uri=uri,
                captured_at=parse_time(header.fields["date"]),
                payload=b"",
                media_type=None,
                charset=None,
                http_status=None,
                file=file,
                offset=offset,
            ),
            options=options,
        )
