"""Text of PDF files by PDFium: paragraphs put together again, running heads and page numbers left out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import regex

# A page with fewer characters than this, and an image, is taken as the picture of a page.
SCANNED_PAGE_CHARS = 50
_REPEATED_SHARE = 0.5
# A repeated line with a number in it is most often a chapter's head with the page number, and chapters are short.
_REPEATED_SHARE_WITH_NUMBER = 0.1
_LEAST_PAGES_WITH_REPEATS = 3
_EDGE_LINES = 2
_WIDE_GAP = 1.4
_SHORT_LINE = 0.85
_COLUMN_POINTS = 24
_PAGE_NUMBER = regex.compile(
    r"[-–—\s|]{0,5}(?:(?:page|p\.|seite|第)\s{0,3})?(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s{0,3}(?:/|of|von)\s{0,3}\d{1,4}|\s{0,3}页)?[-–—\s|]{0,5}",
    regex.IGNORECASE,
)
_DIGITS = regex.compile(r"\d+")
_SENTENCE_END = regex.compile(r"[.!?:;。！？：；…][\"'”’)\]」』）]{0,3}$")
_LIST_ITEM = regex.compile(r"(?:[•‣◦▪·*–—-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
_WIDE_SCRIPT = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\u3000-\u303f\uff00-\uffef]")
# PDFium puts U+FFFE or U+0002 in place of a hyphen at a line's end and of the line end behind it.
_HYPHENS = ("\ufffe", "\x02", "\u00ad")
_LINE = regex.compile(r"[^\n\ufffe\x02]*+[\n\ufffe\x02]?+")
_CONTROL = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


class PdfError(ValueError):
    """A PDF that gives no text; ``reason`` is ``not_a_pdf``, ``encrypted``, ``damaged`` or ``too_slow``."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PdfDocument:
    """The text of a PDF.

    Attributes
    ----------
    text : str
        Paragraphs, separated by blank lines, in the order of the file's content.
    title : str or None
        Title of the document information, if it has one.
    pages : int
        Pages of the file, read or not.
    scanned : bool
        At least half of the pages read are images with (almost) no text.
    truncated : bool
        The file has more pages than were read.
    """

    text: str
    title: str | None
    pages: int
    scanned: bool
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    left: float
    right: float
    bottom: float
    height: float


def parse_pdf(payload: bytes, max_pages: int = 2000, max_seconds: float = 120.0) -> PdfDocument:
    """Read the text of a PDF.

    Parameters
    ----------
    payload : bytes
        The file.
    max_pages : int
        Pages to read; the rest is left out, and ``truncated`` says so.
    max_seconds : float
        Time after which the file is given up, looked at after each page.

    Returns
    -------
    PdfDocument

    Raises
    ------
    PdfError
        ``not_a_pdf`` without the mark ``%PDF-`` in the first 1,024 bytes, ``encrypted`` where a password is asked for,
        ``damaged`` where PDFium cannot read it, ``too_slow`` beyond `max_seconds`.
    """
    import pypdfium2

    if b"%PDF-" not in payload[:1024]:
        raise PdfError("not_a_pdf", "no mark %PDF- in the first 1,024 bytes")
    started = time.monotonic()
    try:
        document = pypdfium2.PdfDocument(payload)
    except pypdfium2.PdfiumError as error:
        message = str(error).lower()
        encrypted = "password" in message or "security" in message
        raise PdfError("encrypted" if encrypted else "damaged", str(error)) from None
    try:
        count = len(document)
        pages: list[list[_Line]] = []
        scanned = 0
        for number in range(min(count, max_pages)):
            lines, has_image = _read_page(document, number)
            pages.append(lines)
            characters = sum(len(line.text) for line in lines)
            scanned += has_image and characters < SCANNED_PAGE_CHARS
            if time.monotonic() - started > max_seconds:
                raise PdfError("too_slow", f"{number + 1} of {count} pages in {max_seconds} seconds")
        title = document.get_metadata_value("Title")
    except pypdfium2.PdfiumError as error:
        raise PdfError("damaged", str(error)) from None
    finally:
        document.close()
    if not pages:
        raise PdfError("damaged", "the file has no pages")
    return PdfDocument(
        text="\n\n".join(_paragraphs(_without_repeats(pages))),
        title=" ".join(_CONTROL.sub(" ", title).split()) or None,
        pages=count,
        scanned=2 * scanned >= len(pages) and scanned > 0,
        truncated=count > max_pages,
    )


def _read_page(document: Any, number: int) -> tuple[list[_Line], bool]:
    import pypdfium2.raw

    page = document[number]
    try:
        textpage = page.get_textpage()
        try:
            lines = _read_lines(textpage)
        finally:
            textpage.close()
        images = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
        return lines, next(iter(images), None) is not None
    finally:
        page.close()


def _read_lines(textpage: Any) -> list[_Line]:
    """Split a page into lines with their boxes; PDFium counts UTF-16 units, CR and LF among them."""
    text = textpage.get_text_range(errors="replace")
    indexed = _units(text) == textpage.count_chars()
    lines = []
    start = 0
    for part in _LINE.findall(text):
        stripped = part.strip()
        if stripped:
            first = start + _units(part[: part.index(stripped)])
            last = first + max(1, _units(stripped.rstrip("\ufffe\x02"))) - 1
            left, bottom, _, top = textpage.get_charbox(first, loose=True) if indexed else (0.0,) * 4
            right = textpage.get_charbox(last, loose=True)[2] if indexed else 0.0
            lines.append(_Line(stripped, left, right, bottom, top - bottom))
        start += _units(part)
    return lines


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _without_repeats(pages: list[list[_Line]]) -> list[list[_Line]]:
    """Drop page numbers, and lines that come back at the top or bottom of many pages."""
    counts = Counter(key for lines in pages for key in {_repeat_key(lines[index]) for index in _edge_indexes(lines)})
    repeated = {
        key
        for key, count in counts.items()
        if count >= _LEAST_PAGES_WITH_REPEATS
        and count >= len(pages) * (_REPEATED_SHARE_WITH_NUMBER if "#" in key[0] else _REPEATED_SHARE)
    }
    kept = []
    for lines in pages:
        dropped = {
            index
            for index in _edge_indexes(lines)
            if _repeat_key(lines[index]) in repeated
            or (len(pages) > 1 and index in (0, len(lines) - 1) and _PAGE_NUMBER.fullmatch(lines[index].text))
        }
        kept.append([line for index, line in enumerate(lines) if index not in dropped])
    return kept


def _repeat_key(line: _Line) -> tuple[str, int]:
    """Text with its numbers taken out, and size of type: a title is no running head of the same words."""
    return _DIGITS.sub("#", line.text), round(line.height)


def _edge_indexes(lines: list[_Line]) -> list[int]:
    count = len(lines)
    return [index for index in range(count) if index < _EDGE_LINES or index >= count - _EDGE_LINES]


def _paragraphs(pages: Iterable[list[_Line]]) -> list[str]:
    paragraphs: list[list[str]] = []
    previous: _Line | None = None
    previous_is_short = False
    for lines in pages:
        pitch = _line_pitch(lines)
        margins = _right_margins(lines)
        for index, line in enumerate(lines):
            if previous is None or _begins_paragraph(line, previous, pitch, previous_is_short, new_page=index == 0):
                paragraphs.append([line.text])
            else:
                _append(paragraphs[-1], line.text, "\n" if previous_is_short else " ")
            previous = line
            previous_is_short = line.right < _SHORT_LINE * margins[_column(line)]
    joined = ("".join(parts) for parts in paragraphs)
    return [text for paragraph in joined if (text := _CONTROL.sub("", paragraph).strip())]


def _column(line: _Line) -> int:
    return int(line.left // _COLUMN_POINTS)


def _right_margins(lines: list[_Line]) -> dict[int, float]:
    """Where full lines end, by where they begin: the upper quartile, as a heading may run across the columns."""
    ends: dict[int, list[float]] = {}
    for line in lines:
        ends.setdefault(_column(line), []).append(line.right)
    return {column: sorted(rights)[3 * len(rights) // 4] for column, rights in ends.items()}


def _line_pitch(lines: list[_Line]) -> float:
    gaps = sorted(upper.bottom - lower.bottom for upper, lower in pairwise(lines) if upper.bottom > lower.bottom)
    return gaps[len(gaps) // 2] if gaps else 0.0


def _begins_paragraph(line: _Line, previous: _Line, pitch: float, after_short: bool, new_page: bool) -> bool:
    if previous.text.endswith(_HYPHENS):
        return False
    ended = bool(_SENTENCE_END.search(previous.text))
    gap = previous.bottom - line.bottom
    if _LIST_ITEM.match(line.text) and gap:
        return True
    if new_page or gap < 0:
        return ended or line.text[:1].isupper()
    if pitch and gap > _WIDE_GAP * pitch:
        return True
    # Type of another size is a heading, or what follows one.
    if line.height and previous.height and not 0.8 < line.height / previous.height < 1.25 and gap:
        return True
    indented = line.left > previous.left + line.height
    return ended and (indented or after_short) and bool(gap)


def _append(parts: list[str], line: str, separator: str) -> None:
    """Add a line to a paragraph; `separator` is a line feed behind a line that did not fill its column, as in code."""
    last = parts[-1]
    if last.endswith(_HYPHENS) or (last[-1] in "-‐" and last[-2:-1].isalpha()):
        parts[-1] = last[:-1] if line[:1].islower() else last[:-1] + "-"
    elif separator == "\n" or not (_WIDE_SCRIPT.match(last[-1]) and _WIDE_SCRIPT.match(line[0])):
        parts.append(separator)
    parts.append(line)
