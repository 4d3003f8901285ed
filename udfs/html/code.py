"""Code blocks: their exact text as a fenced block, and code spans."""

from __future__ import annotations

import re

from lxml import etree

from udfs.html.code_furniture import is_no_code
from udfs.html.tree import names

PREFORMATTED = ("pre", "xmp", "listing")
_EXACT = (*PREFORMATTED, "textarea")
CODE_SPANS = ("code", "tt", "samp", "kbd")
_LINE_TAGS = names("div li tr p pre")
_LINE_SPANS = names("line token-line code-line highlight-line")
# Lines by themselves, whatever stands beside them.
_OWN_LINES = names("gatsby-highlight-code-line code-line-container")
_LISTS = names("table tbody thead tr ol ul")
_NUMBER_TAGS = names("a b em font i span td")
_NUMBER = re.compile(r"\s*(\d{1,6})[:.|]?\s*")
_PRESERVED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)")
_FEWEST_NUMBERS = 2
_BLANKS = frozenset(" \u00a0")
_AFTER_BREAK = re.compile(r"\A[ \t]*\r?\n")
_BEFORE_LINE_END = re.compile(r"(?<![ \t])[ \t]+(?=\n)")
_EMPTY_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_SOURCE_LINE_END = re.compile(r"[ \t]*[\r\n][ \t\r\n]*")


def code_text(node: etree._Element) -> str:
    """Return the text of a code block: white space exact, line numbers and copy buttons gone.

    Outside ``pre``, a line end in the source that only follows another element or ``br`` is none of the code, and lines
    end with their last sign: boxes pad empty lines with a blank.

    Examples
    --------
    >>> code_text(etree.fromstring('<pre><span class="lineno">1</span>a  b<br/>c</pre>'))
    'a  b\\nc'
    """
    return _CodeText(node).text() if len(node) or node.tag in _EXACT else _plain(node.text or "").strip()


def is_preserved(node: etree._Element) -> bool:
    """Tell whether an element's own style keeps its white space."""
    style = node.get("style")
    return style is not None and "white-space" in style and _PRESERVED.search(style) is not None


class _CodeText:
    """The pieces of a block's text, gathered in one walk."""

    def __init__(self, node: etree._Element) -> None:
        self.root = node
        self.flowing = node.tag not in _EXACT and not (node.tag == "code" and is_preserved(node))
        # A paragraph of code spans: line ends of the source are blanks there.
        self.wrapped = self.flowing and sum(child.tag in CODE_SPANS for child in node) > 1
        self.pieces: list[str] = []
        self.numbers: dict[int, int] = {}
        self.skipped = 0

    def text(self) -> str:
        """Walk the block and return its text."""
        stack: list[tuple[etree._Element, tuple[int, int] | None]] = [(self.root, None)]
        while stack:
            node, opened = stack.pop()
            if opened is not None:
                self._close(node, *opened)
            elif node is not self.root and is_no_code(node):
                # An empty line may have its number; an element of buttons is no line.
                self.skipped += node.tag not in _NUMBER_TAGS
                if self.pieces and (node.tail or "").startswith("\n"):
                    self.pieces[-1] = self.pieces[-1].rstrip(" \t")
                self._add_tail(node)
            elif node.tag == "br":
                self.pieces.append("\n")
                tail = node.tail or ""
                self._add(_AFTER_BREAK.sub("", tail) if self.flowing else tail)
            else:
                self._open(node)
                stack.append((node, (len(self.pieces), self.skipped)))
                if node.text and not (node.tag in _LISTS or self._is_layout(node, node.text)):
                    self._add(node.text)
                stack.extend((child, None) for child in reversed(node))
        self._drop_numbers()
        text = "".join(self.pieces)
        if self.wrapped:
            text = re.sub(r" *\n *", "\n", re.sub(r"[ \t]+", " ", text)).lstrip(" ")
        text = _plain(text)
        if self.flowing:
            text = _BEFORE_LINE_END.sub("", text)
        return _EMPTY_LINES.sub("", text.rstrip())

    def _open(self, node: etree._Element) -> None:
        tag = node.tag
        if node is not self.root and (tag in _LINE_TAGS or _is_own_line(node) or _follows_line(node)):
            self._end_line()
        if tag == "formula":
            self.pieces.append(f"${node.get('tex', '')}$")
        elif len(node) == 0 and tag in _NUMBER_TAGS:
            number = _NUMBER.fullmatch(node.text or "")
            if number and self._at_line_start():
                self.numbers[len(self.pieces)] = int(number[1])
            elif not node.text and node.get("data-code-text"):
                # GitHub's code view may leave the text to a style sheet.
                self.pieces.append(node.get("data-code-text"))

    def _close(self, node: etree._Element, began: int, skipped: int) -> None:
        if node is self.root:
            return
        if node.tag in _LINE_TAGS or _is_own_line(node):
            if len(self.pieces) > began:
                self._end_line()
            elif self.skipped == skipped:
                self.pieces.append("\n")
        self._add_tail(node)

    def _add_tail(self, node: etree._Element) -> None:
        tail, parent = node.tail or "", node.getparent()
        if tail[:1] in _BLANKS and _is_number_set_apart(node, tail[0]):
            tail = tail[1:]
        if tail and parent.tag not in _LISTS and not (self.flowing and _is_line_end(tail)):
            self._add(tail)

    def _add(self, text: str) -> None:
        self.pieces.append(_SOURCE_LINE_END.sub(" ", text) if self.wrapped else text)

    def _is_layout(self, node: etree._Element, text: str) -> bool:
        return self.flowing and node.tag == "div" and _is_line_end(text)

    def _end_line(self) -> None:
        for piece in reversed(self.pieces):
            if piece:
                if not piece.endswith("\n"):
                    self.pieces.append("\n")
                return

    def _at_line_start(self) -> bool:
        for piece in reversed(self.pieces):
            if piece:
                return not piece.rpartition("\n")[2].strip() and ("\n" in piece or self.pieces[0] is piece)
        return True

    def _drop_numbers(self) -> None:
        """Drop line numbers that no class tells: elements that begin each line and count."""
        values = list(self.numbers.values())
        if len(values) < _FEWEST_NUMBERS or values != list(range(values[0], values[0] + len(values))):
            return
        if len(values) < sum(not line.isspace() for line in "".join(self.pieces).split("\n") if line):
            return
        for place in self.numbers:
            self.pieces[place] = ""
        # A blank that all of them have behind them sets them apart.
        behind = [place + 1 for place in self.numbers if "".join(self.pieces[place + 1 : place + 2]).strip("\n")]
        if all(self.pieces[place].startswith((" ", "\u00a0")) for place in behind):
            for place in behind:
                self.pieces[place] = self.pieces[place][1:]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("\u200b", "")


def _is_number_set_apart(node: etree._Element, blank: str) -> bool:
    """Tell a line number that Doxygen, gitweb or Windows Live Writer sets apart by a blank of its own."""
    if (node.get("class") or "") in ("lineno", "linenr"):
        return blank == {"span": "\u00a0", "a": " "}.get(node.tag)
    return blank == " " and (node.get("id") or "").startswith("lnum")


def _is_own_line(node: etree._Element) -> bool:
    return node.tag == "span" and not _OWN_LINES.isdisjoint((node.get("class") or "").split())


def _follows_line(node: etree._Element) -> bool:
    """Tell whether an element is a line that comes right after another, with nothing between them."""
    before = node.getprevious()
    if before is None or before.tail or before.tag != node.tag:
        return False
    # WeChat sets each line in a code element, Medium in a span with an id.
    if node.getparent().tag == "pre" and (node.tag == "code" or (node.get("id") and before.get("id"))):
        return True
    if node.tag != "span":
        return False
    return not any(_LINE_SPANS.isdisjoint((line.get("class") or "").split()) for line in (before, node))


def _is_line_end(text: str) -> bool:
    return "\n" in text and not text.strip()


def fence(code: str, language: str) -> str:
    """Fence a code block with more backticks than it holds."""
    ticks = max((len(run) for run in re.findall(r"`{3,}", code)), default=2) + 1
    return f"{'`' * max(ticks, 3)}{language}\n{code}\n{'`' * max(ticks, 3)}"


def inline_code(text: str) -> str:
    """Quote a code span, whatever backticks it holds."""
    text = re.sub(r"\s+", " ", text.replace("\u200b", "")).strip()
    if not text:
        return ""
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"
