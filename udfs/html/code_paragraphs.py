"""Code that runs over several elements or none of its own: paragraphs, lines and long spans of code."""

from __future__ import annotations

from lxml import etree

from udfs.html.code import CODE_SPANS, code_text, is_preserved

_FEWEST_PIECES = 3
_LONGEST_CODE_SPAN = 80
_LONGEST_TT_LINE = 120


def has_lines(node: etree._Element) -> bool:
    """Tell whether an element of code has more than one line, by line ends or ``br``."""
    return "\n" in "".join(node.itertext()).strip() or node.find(".//br") is not None


def code_of_span(node: etree._Element) -> etree._Element | None:
    """Return the block of code that a ``code`` element is or holds: it has lines, and is long or marked as a block.

    Examples
    --------
    >>> code_of_span(etree.fromstring("<code><pre>a = 1</pre></code>")).tag
    'pre'
    >>> code_of_span(etree.fromstring("<code>a\\n= 1</code>")) is None
    True
    """
    inner = node.find(".//pre")
    if inner is not None:
        return inner
    if not has_lines(node):
        return None
    if len("".join(node.itertext())) > _LONGEST_CODE_SPAN or is_preserved(node):
        return node
    classes, parent = node.get("class") or "", node.getparent()
    alone = parent is None or not f"{parent.text or ''}{node.tail or ''}".strip()
    return node if "bbc_code" in classes or (alone and classes.startswith("language-")) else None


def is_code_textarea(node: etree._Element) -> bool:
    """Tell whether a ``textarea`` shows code, as dp.SyntaxHighlighter and pkg.go.dev have it."""
    return node.get("name") == "code" or "Documentation-exampleCode" in (node.get("class") or "")


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
