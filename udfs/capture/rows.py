"""Rows with named fields, from JSONL objects or Parquet columns, as captures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from udfs.capture.files import InputFile
from udfs.capture.records import Capture, Malformed, ReadOptions, clean, keep_headers, parse_time

_MARKDOWN_FIELDS = frozenset({"markdown", "md"})


def wanted_fields(options: ReadOptions) -> set[str]:
    """Return the names of all fields that `row_capture` looks at."""
    return {
        name
        for names in (
            options.html_fields,
            options.text_fields,
            options.uri_fields,
            options.id_fields,
            options.time_fields,
            options.license_fields,
            options.language_fields,
        )
        for name in names
    }


def row_capture(
    row: Mapping[str, object], file: InputFile, offset: int, place: int, sample: bytes, options: ReadOptions
) -> Capture | Malformed:
    """Turn a row into a capture.

    Parameters
    ----------
    row : mapping of str to object
        Fields of the row.
    file : InputFile
        Where it comes from.
    offset : int
        Where it lies in the file.
    place : int
        Names a row that has neither a URI nor an id, among the rows of its file.
    sample : bytes
        The beginning of the row, for the quarantine.
    options : ReadOptions
        Names of fields, and limits.

    Returns
    -------
    Capture or Malformed
        ``no_text_field`` where no text or HTML field holds a string or bytes, ``empty_text`` where it holds only white
        space, ``payload_too_large`` above the limit.
    """
    name, value = _first(row, options.html_fields, (str, bytes))
    media_type = "text/html"
    if name is None:
        name, value = _first(row, options.text_fields, (str, bytes))
        media_type = "text/markdown" if name in _MARKDOWN_FIELDS else "text/plain"
    if name is None:
        names = ", ".join(sorted(map(str, row))[:20])
        return Malformed(file.path, offset, "no_text_field", f"no text among the fields {names}", sample)
    is_text = isinstance(value, str)
    payload = clean(value).encode() if isinstance(value, str) else bytes(value)  # type: ignore[call-overload]
    if not payload.strip():
        return Malformed(file.path, offset, "empty_text", f"field {name} is empty", sample)
    if len(payload) > options.max_payload_bytes:
        detail = f"{len(payload)} bytes, limit {options.max_payload_bytes}"
        return Malformed(file.path, offset, "payload_too_large", detail, sample)
    record_id = _text(row, options.id_fields)
    language = _text(row, options.language_fields)
    return Capture(
        uri=_text(row, options.uri_fields) or f"{file.uri or file.path}#{record_id or place}",
        captured_at=next((time for field in options.time_fields if (time := parse_time(row.get(field)))), None),
        payload=payload,
        media_type=media_type,
        charset="utf-8" if is_text else None,
        http_status=None,
        file=file.path,
        offset=offset,
        record_id=record_id,
        license=_text(row, options.license_fields) or options.license,
        headers=keep_headers({"content-language": language} if language else {}, options.kept_headers),
    )


def _first(
    row: Mapping[str, object], names: Sequence[str], kinds: tuple[type, ...]
) -> tuple[str, object] | tuple[None, None]:
    return next(((name, row[name]) for name in names if isinstance(row.get(name), kinds)), (None, None))


def _text(row: Mapping[str, object], names: Sequence[str]) -> str | None:
    """Return the first of the fields that holds a string or an integer, as text."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and value.strip():
            return clean(value.strip())
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return None
