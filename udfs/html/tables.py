"""Tables: which of them hold data, and their Markdown."""

from __future__ import annotations

import re

from lxml import etree

from udfs.html.code import CODE_SPANS, code_text, inline_code
from udfs.html.code_boxes import code_box
from udfs.html.formulas import FORMULA_TAG
from udfs.html.superscripts import power
from udfs.html.tex import may_hold_formulas, raw_formulas
from udfs.html.tree import cells, names, own_rows

_SKIPPED = names("""
    script style template noscript iframe svg select input textarea button colgroup col
""")
_BREAKING = names("br p div li dd dt h1 h2 h3 h4 h5 h6 pre")
_HEADINGS = names("h1 h2 h3")
_LAYOUT = _HEADINGS | names("table form pre article section")
_WHITE = re.compile(r"\s+")
# A cell longer than this on average is a column of the page, not a value.
_LONG_CELL = 500
_MOST_COLUMNS = 60


def is_data_table(table: etree._Element) -> bool:
    """Tell a table of data from one that lays out the page.

    Data: at least two rows and two columns, no table, form, heading (but of a column) or code block inside, cells of
    modest length. A long text below all columns is the post of a forum.

    Examples
    --------
    >>> is_data_table(etree.fromstring("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"))
    True
    """
    if table.get("role") in ("presentation", "none"):
        return False
    rows = own_rows(table)
    widest = max((len(cells(row)) for row in rows), default=0)
    marked = table.find(".//th") is not None or table.find("caption") is not None
    if not rows or (not marked and (widest < 2 or len(rows) < 2)) or widest > _MOST_COLUMNS:
        return False
    if widest > 1 and any(_is_long_text_below(row, widest) for row in rows):
        return False
    count = length = 0
    for node in table.iter():
        tag = node.tag
        if tag in _LAYOUT and node is not table and not (tag in _HEADINGS and node.getparent().tag == "th"):
            return False
        if tag in ("td", "th"):
            count += 1
        length += len(node.text or "") if tag not in _SKIPPED else 0
        length += len(node.tail or "")
    return length <= _LONG_CELL * max(count, 1)


def _is_long_text_below(row: etree._Element, columns: int) -> bool:
    alone = cells(row)
    if len(alone) != 1 or _span(alone[0].get("colspan")) < columns:
        return False
    return len("".join(alone[0].itertext())) > _LONG_CELL


def _cell_text(cell: etree._Element, single_marks: str) -> tuple[str, str, int, int]:
    """Return Markdown, plain text, characters inside links, formulas."""
    pieces: list[str] = []
    links = formulas = 0
    stack: list[tuple[etree._Element, bool, bool]] = [(cell, False, False)]
    while stack:
        node, linked, done = stack.pop()
        tag = node.tag
        if done:
            if node is not cell:
                if tag in _BREAKING:
                    pieces.append(" ")
                pieces.append(_escape(node.tail or ""))
            continue
        if not isinstance(tag, str) or tag in _SKIPPED:
            pieces.append(_escape(node.tail or ""))
            continue
        if tag == FORMULA_TAG:
            mark = "$$" if node.get("display") == "1" else "$"
            pieces.append(f"{mark}{_WHITE.sub(' ', node.get('tex') or '')}{mark}" + _escape(node.tail or ""))
            formulas += 1
            continue
        if tag in CODE_SPANS:
            pieces.append(inline_code(code_text(node)).replace("|", r"\|") + _escape(node.tail or ""))
            continue
        if tag == "div" and node is not cell and (code := code_box(node)) is not None:
            pieces.append(f" {inline_code(code_text(code))} ".replace("|", r"\|") + _escape(node.tail or ""))
            continue
        if tag == "sup" and not linked and (raised := power(node, _last_character(pieces))):
            pieces.append(raised + _escape(node.tail or ""))
            continue
        if tag in _BREAKING:
            pieces.append(" ")
        linked = linked or tag == "a"
        text = node.text or ""
        if linked:
            links += len(text.strip())
        pieces.append(_escape(text))
        stack.append((node, linked, True))
        stack.extend((child, linked, False) for child in reversed(node))
    text = _WHITE.sub(" ", "".join(pieces)).strip()
    if may_hold_formulas(text, single_marks):
        for start, end, tex, display in reversed(raw_formulas(text, single_marks)):
            mark = "$$" if display else "$"
            text = text[:start] + (mark + tex + mark if tex else "") + text[end:]
            formulas += bool(tex)
    return text, text.replace(r"\|", "|"), links, formulas


def _last_character(pieces: list[str]) -> str:
    return next((piece[-1] for piece in reversed(pieces) if piece), "")


def _escape(text: str) -> str:
    return text.replace("|", r"\|") if "|" in text else text


def table_rows(table: etree._Element, single_marks: str) -> tuple[str, str, int, int]:
    """Render a data table as Markdown; a cell that spans columns or rows is followed by empty cells.

    Returns
    -------
    tuple
        Markdown, plain text (cells separated by blanks), characters inside links, formulas.

    Examples
    --------
    >>> table = etree.fromstring("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>")
    >>> table_rows(table, single_marks="")[0]
    '| a | b |\\n| --- | --- |\\n| 1 | 2 |'
    """
    grid: list[list[str]] = []
    plains: list[str] = []
    links = formulas = 0
    blocked: dict[int, int] = {}
    for row in own_rows(table):
        line: list[str] = []
        for cell in cells(row):
            while blocked.get(len(line), 0) > 0 and len(line) < _MOST_COLUMNS:
                blocked[len(line)] -= 1
                line.append("")
            text, plain, cell_links, cell_formulas = _cell_text(cell, single_marks)
            links += cell_links
            formulas += cell_formulas
            plains.append(plain)
            columns, rows = (_span(cell.get(name)) for name in ("colspan", "rowspan"))
            for offset in range(columns):
                if rows > 1:
                    blocked[len(line)] = rows - 1
                line.append(text if offset == 0 else "")
        while blocked.get(len(line), 0) > 0 and len(line) < _MOST_COLUMNS:
            blocked[len(line)] -= 1
            line.append("")
        if any(line):
            grid.append(line)
    if not grid:
        return "", "", 0, 0
    caption = table.find("caption")
    title = _WHITE.sub(" ", "".join(caption.itertext())).strip() if caption is not None else ""
    plain = " ".join(filter(None, [title, *plains]))
    return (f"{title}\n\n" if title else "") + _markdown(grid), plain, links, formulas


def _markdown(grid: list[list[str]]) -> str:
    """Return rows as a table, without columns that are empty; where one column is left, as paragraphs."""
    width = max(map(len, grid))
    columns = [
        column for column in zip(*(line + [""] * (width - len(line)) for line in grid), strict=True) if any(column)
    ]
    if len(columns) == 1 and width > 1:
        return "\n\n".join(filter(None, columns[0]))
    lines = ["| " + " | ".join(line) + " |" for line in zip(*columns, strict=True)]
    lines.insert(1, "|" + " --- |" * len(columns))
    return "\n".join(lines)


def _span(value: str | None) -> int:
    return min(int(value), _MOST_COLUMNS) if value and re.fullmatch(r"[1-9]\d{0,3}", value) else 1
