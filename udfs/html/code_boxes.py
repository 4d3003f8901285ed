"""Code blocks that are no ``pre``: boxes a class names, editors, lists, lines in elements of their own."""

from __future__ import annotations

import re

from lxml import etree

from udfs.html.code import is_preserved
from udfs.html.code_paragraphs import has_lines
from udfs.html.code_tables import code_of_table
from udfs.html.tree import names

# What highlighters, editors and forums call the element that holds the code and nothing else.
_SURE = names("""
    syntaxhighlighter dp-highlighter crayon-pre CodeMirror-code cm-content view-lines ace_text-layer
    ql-code-block-container react-code-lines js-file-line-container w3-code example_code bbcode_code bbc_code
    member-signature geshi ltx_lstlisting tFormatCodeBlock
""")
# What may also be something around the code, or a box of prose; these are looked into.
_NAMED = names("""
    codebox codeblock code-block code_block codesnippet code-snippet sourcecode source-code phpcode codemain
""")
# Doxygen, MATLAB, gitweb, Discuz, Enlighter and Bitbucket; see below for what must be inside.
_BY_CONTENT = names("fragment CodeBlock page_body patch blockcode enlighter-default refract-content-container")
_CODE_INLINE = names("a b br code em font i kbd mark samp span strong tt u var")
_NUMBERED_LISTS = names(
    "linenums code-lines dp-j dp-c dp-cpp dp-xml dp-sql dp-py dp-css dp-rb dp-default enlighterEnlighterJS"
)
_NUMBERED_ITEMS = names("li1 L0")
_MONOSPACE_FONT = re.compile(r"monospace|consolas|courier|menlo|monaco", re.IGNORECASE)
_FEWEST_LINES = 2
_DEEPEST_LINE = 4


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
        return code_of_table(node)
    if node.tag == "ol":
        return node if _is_numbered_list(node) else None
    classes = node.get("class")
    if classes:
        found = classes.split()
        if not _SURE.isdisjoint(found):
            # Highlighters put a table into their box, of line numbers and the code.
            table = node.find("./table")
            inner = code_of_table(table) if table is not None else None
            return node if inner is None else inner
        if not _BY_CONTENT.isdisjoint(found):
            return _code_by_content(node, found)
        if _is_named_code(node, classes.lower().split()):
            return node
    style = node.get("style")
    if style and is_preserved(node) and _MONOSPACE_FONT.search(style):
        return node
    return node if _is_code_lines(node) else None


def _code_by_content(node: etree._Element, classes: list[str]) -> etree._Element | None:
    """Return the code of a box whose name may mean other things too; its children tell."""
    if "enlighter-default" in classes or "blockcode" in classes:
        return next(node.iter("pre", "ol"), node)
    inside = [child.get("class") or "" for child in node]
    if "patch" in classes and "diff header" in inside:
        node.set("data-language", "diff")
        return node
    if "refract-content-container" in classes:
        lines = [child for child, names_of in zip(node, inside, strict=True) if "udiff-line" in names_of.split()]
        if not lines:
            return None
        node[:] = lines
        node.set("data-language", "diff")
        return node
    if "page_body" in classes:
        return node if set(inside) == {"pre"} and node.find("./div/a[@class='linenr']") is not None else None
    line = "line" if "fragment" in classes else "inlineWrapper"
    return node if any(line in names.split() for names in inside) else None


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
    if len(node) == 0 or node[0].tag != "div":
        return False
    lines = _lines(node)
    if len(lines) < _FEWEST_LINES or lines[0].tag != "div" or len(lines[0]) == 0:
        return False
    first = lines[0][0]
    if first.tag == "span":
        first = next(iter(first), first)
    if first.tag != "code" or any(line.tag != "div" for line in lines):
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
