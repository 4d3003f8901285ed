"""Code blocks that are no ``pre``: boxes a class names, editors, lines in elements of their own, numbered tables."""

from __future__ import annotations

import re

from lxml import etree

from udfs.html.code import BESIDE_CODE, CODE_SPANS, PREFORMATTED, code_text
from udfs.html.tree import cells, names, own_rows

# What highlighters, editors and forums call the element that holds the code and nothing else.
_SURE = names("""
    syntaxhighlighter dp-highlighter crayon-pre CodeMirror-code cm-content view-lines ace_text-layer
    ql-code-block-container react-code-lines js-file-line-container w3-code example_code bbcode_code bbc_code
    member-signature geshi
""")
# What may also be something around the code, or a box of prose; these are looked into.
_NAMED = names("""
    codebox codeblock code-block code_block codesnippet code-snippet sourcecode source-code phpcode
""")
_CODE_INLINE = names("a b br code em font i kbd mark samp span strong tt u var")
_NUMBERED_LISTS = names("linenums code-lines dp-j dp-c dp-cpp dp-xml dp-sql dp-py dp-css dp-rb dp-default")
_NUMBERED_ITEMS = names("li1 L0")
_CODE_TABLE = re.compile(r"code|highlight|source", re.IGNORECASE)
_PRESERVED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)")
_MONOSPACE_FONT = re.compile(r"monospace|consolas|courier|menlo|monaco", re.IGNORECASE)
_NUMBER = re.compile(r"\s*\d{0,6}\s*")
_FEWEST_LINES = 2
_FEWEST_PIECES = 3
_DEEPEST_LINE = 4
_LONGEST_CODE_SPAN = 80
_LONGEST_TT_LINE = 120
_LONGEST_BUTTON = 16


def code_box(node: etree._Element) -> etree._Element | None:
    """Return the element whose text is the code, where a ``div``, a list or a table is a block of code.

    Examples
    --------
    >>> box = "<div><div><code>a</code> <code>=1</code></div><div><code>b</code></div></div>"
    >>> code_box(etree.fromstring(box)) is not None
    True
    >>> code_box(etree.fromstring(box.replace("<code>b</code>", "<code>b</code> is set"))) is None
    True
    >>> code_box(etree.fromstring('<div class="codebox">f = 1<br/>print(f)</div>')).get("class")
    'codebox'
    >>> code_box(etree.fromstring('<div class="code"><p>Our code of conduct.</p></div>')) is None
    True
    """
    if node.tag == "table":
        return _code_of_table(node)
    if node.tag == "ol":
        return node if _is_numbered_list(node) else None
    classes = node.get("class")
    if classes:
        found = classes.split()
        if not _SURE.isdisjoint(found) or ("fragment" in found and _has_line(node)):
            # Highlighters put a table into their box, of line numbers and the code.
            table = node.find("./table")
            inner = _code_of_table(table) if table is not None else None
            return node if inner is None else inner
        if _is_named_code(node, [name.lower() for name in found]):
            return node
    style = node.get("style")
    if style and "white-space" in style and _PRESERVED.search(style) and _MONOSPACE_FONT.search(style):
        return node
    return node if _is_code_lines(node) else None


def has_lines(node: etree._Element) -> bool:
    """Tell whether an element of code has more than one line, by line ends or ``br``."""
    return "\n" in "".join(node.itertext()).strip("\n") or node.find(".//br") is not None


def is_code_span_block(node: etree._Element) -> bool:
    """Tell whether a ``code`` element is a block: it has lines, and is long or named as a block."""
    if not has_lines(node):
        return False
    return "bbc_code" in (node.get("class") or "") or len("".join(node.itertext())) > _LONGEST_CODE_SPAN


def stands_beside_code(node: etree._Element) -> bool:
    """Tell whether an element is a column of line numbers or a button beside a block of code.

    Examples
    --------
    >>> stands_beside_code(etree.fromstring('<ul class="pre-numbering"><li>1</li><li>2</li></ul>'))
    True
    >>> stands_beside_code(etree.fromstring('<div class="gutter">A column of text in a grid.</div>'))
    False
    """
    classes = node.get("class")
    if classes is None or BESIDE_CODE.isdisjoint(classes.split()):
        return False
    text = "".join(node.itertext()).strip()
    return len(text) <= _LONGEST_BUTTON or not any(character.isalpha() for character in text)


def code_pieces(node: etree._Element) -> list[etree._Element]:
    """Return the siblings from this one on that hold a line of the same code each, where they are three or more.

    A piece is a ``p`` whose whole text is one code span, or a ``pre`` of a single line.

    Examples
    --------
    >>> body = etree.fromstring("<body><p><code>a</code></p><p><code>b</code></p><p><code>c</code></p><p>d</p></body>")
    >>> len(code_pieces(body[0])), len(code_pieces(body[3]))
    (3, 0)
    """
    if node.tag == "p" and len(node) != 1:
        return []
    pieces: list[etree._Element] = []
    current: etree._Element | None = node
    while current is not None and current.tag == node.tag and _is_piece(current):
        pieces.append(current)
        if (current.tail or "").strip():
            break
        current = current.getnext()
    return pieces if len(pieces) >= _FEWEST_PIECES else []


def _is_piece(node: etree._Element) -> bool:
    if node.tag == "pre":
        return not has_lines(node)
    if len(node) != 1 or node[0].tag != "code" or (node.text or "").strip() or (node[0].tail or "").strip():
        return False
    return not has_lines(node[0])


def is_code_paragraph(node: etree._Element) -> bool:
    """Tell whether all text of an element is in code spans and ``br`` parts it into lines.

    Examples
    --------
    >>> is_code_paragraph(etree.fromstring("<p><code>class A</code><br/><code>extends B</code></p>"))
    True
    >>> is_code_paragraph(etree.fromstring("<p><code>a</code> or<br/><code>b</code></p>"))
    False
    """
    if len(node) == 0 or node[0].tag not in CODE_SPANS or (node.text or "").strip():
        return False
    for child in node:
        if child.tag not in CODE_SPANS and child.tag != "br":
            return False
        if (child.tail or "").strip():
            return False
    if node.find(".//br") is None:
        return False
    lines = code_text(node).split("\n")
    # Forums also set whole comments in tt.
    return len(lines) > 1 and (node[0].tag == "code" or max(map(len, lines)) <= _LONGEST_TT_LINE)


def _has_line(node: etree._Element) -> bool:
    return any("line" in (child.get("class") or "").split() for child in node)


def _is_numbered_list(node: etree._Element) -> bool:
    if not _NUMBERED_LISTS.isdisjoint((node.get("class") or "").split()):
        return True
    first = next(iter(node), None)
    return first is not None and not _NUMBERED_ITEMS.isdisjoint((first.get("class") or "").split())


def _is_named_code(node: etree._Element, classes: list[str]) -> bool:
    # A single line called code may be a product's.
    if _NAMED.isdisjoint(classes) and not ("code" in classes and has_lines(node)):
        return False
    text = False
    stack = list(node)
    while stack:
        current = stack.pop()
        if isinstance(current.tag, str):
            if current.tag == "div":
                if len(current) or (current.text or "").strip():
                    return False
            elif current.tag not in _CODE_INLINE:
                return False
            stack.extend(current)
            text = text or bool((current.text or "").strip())
        text = text or bool((current.tail or "").strip())
    return text or bool((node.text or "").strip())


def _is_code_lines(node: etree._Element) -> bool:
    lines = _lines(node)
    if len(lines) < _FEWEST_LINES or any(line.tag != "div" for line in lines):
        return False
    first = next(iter(lines[0]), None)
    if first is not None and first.tag == "span":
        first = next(iter(first), None)
    if first is None or first.tag != "code":
        return False
    stack = [node]
    while stack:
        current = stack.pop()
        if (current is not node and (current.tail or "").strip()) or not isinstance(current.tag, str):
            return False
        if current.tag != "code":
            if (current.text or "").strip():
                return False
            stack.extend(current)
    return True


def _lines(node: etree._Element) -> etree._Element:
    """Go down from a box to the element whose children are the lines."""
    for _ in range(_DEEPEST_LINE):
        if len(node) != 1 or node[0].tag != "div":
            break
        node = node[0]
    return node


def _code_of_table(table: etree._Element) -> etree._Element | None:
    """Return the code of a table that sets line numbers beside it, in one row or a row a line."""
    rows = own_rows(table)
    if not rows or len(cells(rows[0])) > 2 or not 1 <= len(cells(rows[-1])) <= 2:
        return None
    named = _CODE_TABLE.search(f"{table.get('class') or ''} {cells(rows[-1])[-1].get('class') or ''}") is not None
    if len(rows) == 1:
        return _code_beside_numbers(cells(rows[0]), named)
    lines = [row for row in rows if not _is_head(row)]
    if not lines or any(
        len(cells(row)) != 2 or not _NUMBER.fullmatch("".join(cells(row)[0].itertext())) for row in lines
    ):
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
    return table


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
