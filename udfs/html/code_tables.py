"""Tables that are code: line numbers beside it, differences between two versions, signatures of Doxygen.

What is none of the code is taken out of the tree, so that the text of the element that is returned is the code.
"""

from __future__ import annotations

import re

from lxml import etree

from udfs.html.code import CODE_SPANS, PREFORMATTED, code_text
from udfs.html.tree import cells, names, own_rows

_CODE_TABLE = re.compile(r"code|highlight|source", re.IGNORECASE)
# Where every line has a cell so named at its end, what stands before it is its number, author and time.
_LINE_TEXTS = names("FileContents-lineContents Blame-lineContent vc_file_line_text")
_NUMBER = re.compile(r"\s*\d{0,6}\s*")
# The cells of GitHub, GitLab and Gitea that hold a line, and how they call a line that came or went.
_LINE_CELLS = names("blob-code line_content lines-code")
_ADDED = names("blob-code-addition new add-code")
_REMOVED = names("blob-code-deletion old del-code")
_HUNK = names("blob-code-hunk match tag-code")
_EMPTY = names("blob-code-empty empty-cell")
# The lines of cgit and gitweb.
_DIFF_LINES = names("head hunk ctx del add")
_LONGEST_TITLE = 30
_FEWEST_ROWS = 2


def code_of_table(table: etree._Element) -> etree._Element | None:
    """Return the element whose text is the code, where a table is a block of code.

    Examples
    --------
    >>> rows = '<tr><td>1</td><td class="code">a = 1</td></tr><tr><td>2</td><td class="code">b = 2</td></tr>'
    >>> "".join(code_of_table(etree.fromstring(f"<table>{rows}</table>")).itertext())
    'a = 1b = 2'
    """
    rows = own_rows(table)
    if not rows:
        return None
    classes = _classes(table)
    if "memname" in classes or "mlabels" in classes:
        return _signature(table)
    if "RktBlk" in classes:
        table.set("data-language", "racket")
        return table
    if all(cells(row) and not _LINE_TEXTS.isdisjoint(_classes(cells(row)[-1])) for row in rows):
        for row in rows:
            row[:] = cells(row)[-1:]
        return table
    if _is_code_in_rows(rows):
        return table
    for read in (_difference, _split_difference, _numbered_code):
        code = read(table, rows)
        if code is not None:
            return code
    return None


def _classes(node: etree._Element) -> list[str]:
    return (node.get("class") or "").split()


def _is_code_in_rows(rows: list[etree._Element]) -> bool:
    """Tell whether each row is one cell, and all text is in elements of code, as fpdoc sets a declaration."""
    if len(rows) < _FEWEST_ROWS or any(len(cells(row)) != 1 for row in rows):
        return False
    for row in rows:
        stack = list(row)
        while stack:
            node = stack.pop()
            if (node.tail or "").strip() or (node.tag not in CODE_SPANS and (node.text or "").strip()):
                return False
            if node.tag not in CODE_SPANS:
                stack.extend(node)
            elif not "".join(node.itertext()).strip():
                return False
    return True


def _numbered_code(table: etree._Element, rows: list[etree._Element]) -> etree._Element | None:
    """Return the code of a table that sets line numbers beside it, in one row or a row a line."""
    # A page may have been cut off behind the number of a line.
    cut = rows[-1] if len(rows) > 2 and len(cells(rows[-1])) == 1 and _is_number(cells(rows[-1])[0]) else None
    rows = rows if cut is None else rows[:-1]
    if len(cells(rows[0])) > 2 or not 1 <= len(cells(rows[-1])) <= 2:
        return None
    named = _CODE_TABLE.search(f"{table.get('class') or ''} {cells(rows[-1])[-1].get('class') or ''}") is not None
    if len(rows) == 1:
        return _code_beside_numbers(cells(rows[0]), named)
    if len(rows) == 2 and max(len(cells(row)) for row in rows) == 1:
        return _code_below_title(*(cells(row)[0] for row in rows)) if all(map(cells, rows)) else None
    lines = [row for row in rows if not _is_head(row)]
    if not lines or any(len(cells(row)) != 2 or not _is_number(cells(row)[0]) for row in lines):
        return None
    if not named and any(
        len(cells(row)[1]) != 1 or cells(row)[1][0].tag not in (*PREFORMATTED, "code") for row in lines
    ):
        return None
    # Numbers and heads go, so that all text of the table is code.
    for row in rows:
        if _is_head(row):
            row.clear()
        else:
            row.remove(cells(row)[0])
    if cut is not None:
        cut.clear()
    return table


def _is_number(cell: etree._Element) -> bool:
    return _NUMBER.fullmatch("".join(cell.itertext())) is not None


def _is_head(row: etree._Element) -> bool:
    return row.getparent().tag == "thead"


def _code_beside_numbers(columns: list[etree._Element], named: bool) -> etree._Element | None:
    blocks = [block for column in columns for block in column.iter(*PREFORMATTED)]
    numbered = len(columns) == 2 and re.fullmatch(r"[\d\s]+", "".join(columns[0].itertext())) is not None
    if blocks:
        return blocks[-1] if named or numbered else None
    # Without a pre: SyntaxHighlighter's cell of code, which holds a div a line.
    code = columns[-1]
    return code if "code" in (code.get("class") or "") and next(code.iter("div"), None) is not None else None


def _code_below_title(title: etree._Element, code: etree._Element) -> etree._Element | None:
    """Return the code of forums that set its title in a row above it."""
    fits = code.get("class") == "code" and len("".join(title.itertext()).strip()) <= _LONGEST_TITLE
    return code if fits and next(code.iter("p", "table"), None) is None else None


def _difference(table: etree._Element, rows: list[etree._Element]) -> etree._Element | None:
    """Return changed lines with their marks before them and without their numbers; both versions in one column."""
    if "diff" in _classes(table):
        lines = table.find(".//td")
        if lines is not None and len(lines) and all(not _DIFF_LINES.isdisjoint(_classes(line)) for line in lines):
            lines.set("data-language", "diff")
            return lines
    marked: list[tuple[str, etree._Element]] = []
    for row in rows:
        columns = cells(row)
        lines = [cell for cell in columns if not _LINE_CELLS.isdisjoint(_classes(cell))]
        if len(lines) != 1 or len(columns) < 2 or columns[-1] is not lines[0]:
            return None
        marked.append((_mark(lines[0]), lines[0]))
    if not any(mark in ("+", "-") for mark, _ in marked):
        return None
    # Some write the marks as text, some by a style sheet.
    written = all(_text(cell).startswith(mark) for mark, cell in marked if mark in ("+", "-"))
    for row, (mark, cell) in zip(rows, marked, strict=True):
        for other in cells(row)[:-1]:
            row.remove(other)
        if not written:
            cell.text = mark + (cell.text if cell.text and cell.text.strip() else "")
    table.set("data-language", "diff")
    return table


def _split_difference(table: etree._Element, rows: list[etree._Element]) -> etree._Element | None:
    """Return two versions side by side as one: of changed lines in a row the old ones first, then the new ones."""
    lines: list[str] = []
    added: list[str] = []
    changed = False
    for row in rows:
        sides = [cell for cell in cells(row) if not _LINE_CELLS.isdisjoint(_classes(cell))]
        if not sides or len(sides) > 2:
            return None
        marks = [_mark(cell) for cell in sides]
        if len(sides) == 2 and marks[0] != "-" and marks[1] != "+":
            # The same line twice; or one that is beside an empty place.
            sides, marks = sides[:1], marks[:1]
        for mark, cell in zip(marks, sides, strict=True):
            if not _EMPTY.isdisjoint(_classes(cell)):
                continue
            text = code_text(cell)
            text = text if mark in ("+", "-") and text.startswith(mark) else mark + text
            changed = changed or mark in ("+", "-")
            if mark == "+":
                added.append(text)
                continue
            if mark != "-":
                lines += added
                added = []
            lines.append(text)
    if not changed:
        return None
    code = etree.Element("pre", {"data-language": "diff"})
    code.text = "\n".join([*lines, *added])
    return code


def _mark(cell: etree._Element) -> str:
    classes = _classes(cell)
    if not _ADDED.isdisjoint(classes):
        return "+"
    if not _REMOVED.isdisjoint(classes):
        return "-"
    return "" if not _HUNK.isdisjoint(classes) else " "


def _text(node: etree._Element) -> str:
    return "".join(node.itertext()).lstrip()


def _signature(table: etree._Element) -> etree._Element | None:
    """Return the signature of a function that Doxygen sets as a table, on one line."""
    inner = table if "memname" in _classes(table) else table.find(".//table[@class='memname']")
    if inner is None:
        return None
    parts = ["".join(cell.itertext()) for row in own_rows(inner) for cell in cells(row)]
    line = etree.Element("code")
    line.text = re.sub(r" ([,)])", r"\1", re.sub(r" ?\( ", "(", " ".join(" ".join(parts).split())))
    return line
