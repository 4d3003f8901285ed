"""What reading an input gives: captures, malformed records, and records that hold no document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

import regex

MAX_DETAIL_CHARS = 300
MAX_SAMPLE_BYTES = 1024
MAX_HEADER_CHARS = 1024

# What later tiers ask of a capture: language, dates, licences, opt-outs, and how the payload was encoded.
KEPT_HEADERS = (
    "content-encoding",
    "content-language",
    "content-type",
    "last-modified",
    "link",
    "location",
    "tdm-policy",
    "tdm-reservation",
    "transfer-encoding",
    "warc-date",
    "warc-identified-content-language",
    "warc-identified-payload-type",
    "warc-payload-digest",
    "warc-refers-to",
    "warc-trec-id",
    "warc-truncated",
    "x-robots-tag",
    "x-source-id",
)


@dataclass(frozen=True, slots=True)
class Capture:
    """One captured object, its payload freed of transfer and content encoding.

    Parameters
    ----------
    uri : str
        Target URI of an archive record, URL field of a row; for a plain file its path below the listed folder.
    captured_at : datetime or None
        Time of capture by the record, aware, in UTC. ``None`` where the input does not say.
    payload : bytes
        The object itself.
    media_type : str or None
        Lower-case media type without parameters.
    charset : str or None
        Declared character set, lower case; not checked.
    http_status : int or None
        Status of the HTTP response that carried the payload.
    file : str
        Path or URI of the input file.
    offset : int
        Bytes from the start of the file: of the record, or of the compressed member that holds it. For JSONL, bytes
        in the decompressed stream; for Parquet, the row number.
    record_id : str or None
        Identifier that the input gives the record.
    truncated : bool
        The payload is known to end early: the crawler cut it, or its encoding stops short.
    license : str or None
        Licence as the input states it.
    headers : dict of str to str
        Selected headers, names in lower case, values of at most 1,024 characters.
    """

    uri: str
    captured_at: datetime | None
    payload: bytes
    media_type: str | None
    charset: str | None
    http_status: int | None
    file: str
    offset: int
    record_id: str | None = None
    truncated: bool = False
    license: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Malformed:
    """A record, line, row or file that could not be read: a row of the quarantine.

    Parameters
    ----------
    file : str
        Path or URI of the input file.
    offset : int
        Where it begins; counted as in `Capture`.
    reason : str
        Stable name in snake_case, such as ``truncated_record``.
    detail : str
        One line for a person, at most 300 characters.
    sample : bytes
        The first bytes of what could not be read, at most 1,024.
    """

    file: str
    offset: int
    reason: str
    detail: str
    sample: bytes = b""

    def __post_init__(self) -> None:
        object.__setattr__(self, "detail", clean(" ".join(self.detail.split()))[:MAX_DETAIL_CHARS])
        object.__setattr__(self, "sample", bytes(self.sample[:MAX_SAMPLE_BYTES]))


@dataclass(frozen=True, slots=True)
class Skipped:
    """A well-formed record that holds no document: ``warcinfo``, ``request``, ``metadata``, ``revisit``, ``dns``..."""

    kind: str


Record = Capture | Malformed | Skipped


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How inputs are read. Of a sequence of field names the first that a row holds is taken.

    Parameters
    ----------
    html_fields, text_fields, uri_fields, id_fields, time_fields, license_fields, language_fields : sequence of str
        Names of the fields of JSONL objects and Parquet columns. HTML is preferred to text where a row holds both.
    license : str or None
        Licence of captures whose input states none.
    kept_headers : sequence of str
        Lower-case names of the headers that are kept.
    max_payload_bytes : int
        Larger payloads become `Malformed` (``payload_too_large``).
    max_line_bytes : int
        Longer JSONL lines become `Malformed` (``line_too_long``).
    """

    html_fields: Sequence[str] = ("html", "raw_html")
    text_fields: Sequence[str] = ("text", "content", "raw_content", "markdown", "body")
    uri_fields: Sequence[str] = ("url", "uri", "source_url", "link")
    id_fields: Sequence[str] = ("id", "doc_id", "record_id", "warc_record_id")
    time_fields: Sequence[str] = ("captured_at", "date", "timestamp", "crawl_date", "created")
    license_fields: Sequence[str] = ("license", "licence")
    language_fields: Sequence[str] = ("language", "lang")
    license: str | None = None
    kept_headers: Sequence[str] = KEPT_HEADERS
    max_payload_bytes: int = 256 << 20
    max_line_bytes: int = 512 << 20


def clean(text: str) -> str:
    """Return the text with lone surrogates and NULs replaced by U+FFFD, so that every table can store it.

    Examples
    --------
    >>> clean("a\\ud800b")
    'a\\ufffdb'
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\0", "\ufffd")


def keep_headers(headers: Mapping[str, str], kept: Sequence[str]) -> dict[str, str]:
    """Return the headers named in `kept`, in that order, cut to 1,024 characters; names are lower case already."""
    return {name: clean(headers[name])[:MAX_HEADER_CHARS] for name in kept if headers.get(name)}


_CHARSET = regex.compile(r"""charset\s*=\s*["']?\s*([^\s"';,]{1,40})""", regex.IGNORECASE)
_MEDIA_TYPE = regex.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,100}")


def parse_content_type(value: str | None) -> tuple[str | None, str | None]:
    """Split a Content-Type value into media type and character set, both in lower case.

    Examples
    --------
    >>> parse_content_type('Text/HTML; Charset="GBK"')
    ('text/html', 'gbk')
    >>> parse_content_type("unknown")
    (None, None)
    """
    if not value:
        return None, None
    charset = _CHARSET.search(value)
    media_type = value.partition(";")[0].partition(",")[0].strip().lower()
    return (
        media_type if _MEDIA_TYPE.fullmatch(media_type) else None,
        clean(charset[1]).lower() if charset else None,
    )


_TIME = regex.compile(
    r"(\d{4})(?:-?(\d\d)(?:-?(\d\d)(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d)(?:\.(\d{1,9}))?)?)?)?)?"
    r"\s*(Z|UTC|[+-]\d\d:?\d\d)?",
    regex.IGNORECASE,
)
_LEAST_EPOCH_SECONDS = 1e8
_LEAST_EPOCH_MILLISECONDS = 1e11


def parse_time(value: object) -> datetime | None:
    """Read a time: ISO 8601 as WARC 1.0 and 1.1 allow it, the 14 digits of ARC, or seconds or milliseconds since 1970.

    Returns
    -------
    datetime or None
        Aware, in UTC; a time without a zone is taken as UTC. ``None`` for what is no time.

    Examples
    --------
    >>> parse_time("2016-10-17T14:57:38+02:00").isoformat()
    '2016-10-17T12:57:38+00:00'
    >>> parse_time("20080430204825").isoformat()
    '2008-04-30T20:48:25+00:00'
    >>> parse_time("2008-10-294T05:21:46-0700") is None
    True
    """
    try:
        if isinstance(value, datetime):
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            if value < _LEAST_EPOCH_SECONDS:
                return None
            seconds = value / 1000 if value >= _LEAST_EPOCH_MILLISECONDS else value
            return datetime.fromtimestamp(seconds, UTC)
        if not isinstance(value, str) or not (match := _TIME.fullmatch(value.strip())):
            return None
        year, month, day, hour, minute, second, fraction, zone = match.groups()
        time = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "0")[:6].ljust(6, "0")),
            _zone(zone),
        )
        return time.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _zone(text: str | None) -> timezone:
    if not text or text[0] not in "+-":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)
