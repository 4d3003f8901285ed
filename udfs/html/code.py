"""Code blocks: their exact text as a fenced block, and code spans."""

from __future__ import annotations

import re

from lxml import etree

from udfs.html.tree import names

# Line numbers and buttons; what a page puts into a block of code, or beside one, that is none of the code.
BESIDE_CODE = names("""
    linenos lineno linenodiv line-numbers line-numbers-rows line-numbers-wrapper linenumber line-number linenums-num
    gutter rouge-gutter hljs-ln-numbers hljs-ln-line-number react-syntax-highlighter-line-number blob-num crayon-nums
    crayon-num code-line-number ln-num ln lnt LineNumber linenr lineNumbers line_numbers pre-numbering
    CodeMirror-gutters CodeMirror-gutter-wrapper CodeMirror-linenumber cm-gutters ace_gutter src-line-numbers
    example-line-numbers copybtn copy-button copy-code-btn btn-copy clipboard-copy code-copy codetool widget-codetool
    toolbar-item md-clipboard hljs-button cnblogs_code_toolbar code-block-extension-header codeoperation
    codeblock-button-wrapper
""")
_TOOLS = names("toolbar tools bar ttc")
PREFORMATTED = ("pre", "xmp", "listing")
CODE_SPANS = ("code", "tt", "samp", "kbd")
_LINE_TAGS = names("div li tr p pre")
_LINE_SPANS = names("line token-line code-line gatsby-highlight-code-line highlight-line")
_LISTS = names("table tbody thead tr ol ul")
_NUMBER_TAGS = names("a b em font i span")
_FEWEST_NUMBERS = 2
_AFTER_BREAK = re.compile(r"\A[ \t]*\r?\n")
_SOURCE_LINE_END = re.compile(r"[ \t]*[\r\n][ \t\r\n]*")
_SKIPPED = names("script style button svg template noscript textarea")


def code_text(node: etree._Element) -> str:
    """Return the text of a code block: white space exact, line numbers and copy buttons gone.

    Outside ``pre``, a line end in the source that only follows another element or ``br`` is none of the code, and lines
    end with their last sign: boxes pad empty lines with a blank.

    Examples
    --------
    >>> code_text(etree.fromstring('<pre><span class="lineno">1</span>a  b<br/>c</pre>'))
    'a  b\\nc'
    """
    return _CodeText(node).text() if len(node) or node.tag in PREFORMATTED else _plain(node.text or "").strip()


class _CodeText:
    """The pieces of a block's text, gathered in one walk."""

    def __init__(self, node: etree._Element) -> None:
        self.root = node
        self.flowing = node.tag not in PREFORMATTED
        # A paragraph of code spans: line ends of the source are blanks there.
        self.wrapped = self.flowing and sum(child.tag in CODE_SPANS for child in node) > 1
        self.pieces: list[str] = []
        self.numbers: list[int] = []
        self.skipped = 0

    def text(self) -> str:
        """Walk the block and return its text."""
        stack: list[tuple[etree._Element, tuple[int, int] | None]] = [(self.root, None)]
        while stack:
            node, opened = stack.pop()
            if opened is not None:
                self._close(node, *opened)
            elif node is not self.root and self._is_skipped(node):
                # An empty line may have its number; an element of buttons is no line.
                self.skipped += node.tag not in _NUMBER_TAGS
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
            text = re.sub(r"[ \t]+(?=\n)", "", text)
        return re.sub(r"\A(?:[ \t]*\n)+|\s+\Z", "", text)

    def _is_skipped(self, node: etree._Element) -> bool:
        if not isinstance(node.tag, str) or node.tag in _SKIPPED:
            return True
        classes = node.get("class")
        return classes is not None and not (
            BESIDE_CODE.isdisjoint(classes.split()) and (node.tag != "div" or _TOOLS.isdisjoint(classes.split()))
        )

    def _open(self, node: etree._Element) -> None:
        tag = node.tag
        if (tag in _LINE_TAGS and node is not self.root) or (tag == "span" and _follows_line(node)):
            self._end_line()
        elif tag == "formula":
            self.pieces.append(f"${node.get('tex', '')}$")
        elif tag in _NUMBER_TAGS and len(node) == 0 and (node.text or "").strip().isdecimal() and self._at_line_start():
            self.numbers.append(len(self.pieces))

    def _close(self, node: etree._Element, began: int, skipped: int) -> None:
        if node is self.root:
            return
        if node.tag in _LINE_TAGS:
            if len(self.pieces) > began:
                self._end_line()
            elif self.skipped == skipped:
                self.pieces.append("\n")
        self._add_tail(node)

    def _add_tail(self, node: etree._Element) -> None:
        tail, parent = node.tail or "", node.getparent()
        # Doxygen sets a line number apart by a blank of its own.
        if tail.startswith("\u00a0") and "lineno" in (node.get("class") or ""):
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
        values = [int(self.pieces[place]) for place in self.numbers]
        lines = sum(not line.isspace() for line in "".join(self.pieces).split("\n") if line)
        if len(values) < max(_FEWEST_NUMBERS, lines) or any(
            value != values[0] + offset for offset, value in enumerate(values)
        ):
            return
        for place in self.numbers:
            self.pieces[place] = ""
            if self.pieces[place + 1 : place + 2] and self.pieces[place + 1][:1] in (" ", "\u00a0"):
                self.pieces[place + 1] = self.pieces[place + 1][1:]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("\u200b", "")


def _follows_line(node: etree._Element) -> bool:
    """Tell whether a ``span`` is a line that comes right after another, with nothing between them."""
    before = node.getprevious()
    if before is None or before.tail or before.tag != "span":
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
    text = re.sub(r"\s+", " ", text).strip()
    if not text:
        return ""
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"
