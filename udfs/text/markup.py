"""Where formulas and code stand in a text: LaTeX delimiters and Markdown fences, found in linear time."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

# A fence may stand in list items and quotes, behind their marks or indented by them.
_FENCE = re.compile(r"^((?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t]){0,40})(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_DEEPER = 3
_INLINE_CODE = re.compile(r"(?<!`)`[^`\n]+`(?!`)")
_ENVIRONMENTS = (
    "equation|align|alignat|aligned|gather|gathered|multline|eqnarray|displaymath|math|flalign|split|cases|"
    "array|matrix|pmatrix|bmatrix|vmatrix"
)
# A class of prices, "($$)", is one token, so that its dollars delimit nothing.
_DELIMITER = re.compile(rf"\\(begin|end)\{{({_ENVIRONMENTS})\*?\}}|\\[\[\]()]|\\.|\(\$+\)|\$\$|\$|\n", re.DOTALL)
_CLOSER = {r"\[": r"\]", r"\(": r"\)", "$$": "$$", "$": "$"}
_NOT_INLINE = frozenset({"\n", "$$", r"\[", r"\("})
# Signs of money say nothing between them, as in "$$ - $$".
_CONTENT = re.compile(r"[^\W_]|\\")
# Between two prices stand words, and nothing that LaTeX needs.
_WORD = re.compile(r"[^\W\d_]{3,}")
_LATEX = re.compile(r"[\\^_={}]")
_PROSE_WORDS = 3
_END_OF_PARAGRAPH = re.compile(r"[ \t]*\n[ \t]*(?:\n|\Z)")
# An opening delimiter without its partner must not swallow the rest of the document.
_LONGEST_FORMULA = 10_000


class Fence(NamedTuple):
    """A line that may open or close a block of fenced code: what stands before the marks, the marks, and the rest."""

    lead: str
    marks: str
    info: str

    @classmethod
    def of(cls, line: str) -> Fence | None:
        """Read a line; None where it is no fence."""
        found = _FENCE.fullmatch(line) if "```" in line or "~~~" in line else None
        return cls(*found.groups()) if found else None

    def opens(self) -> bool:
        """Tell whether it can open a block: backticks before and after are a code span."""
        return self.marks[0] == "~" or "`" not in self.info

    def closes(self, opened: Fence) -> bool:
        """Tell whether it closes a block: the same marks or more, nothing else, no more than three columns deeper."""
        return (
            self.marks.startswith(opened.marks)
            and not self.info.strip()
            and not self.lead.strip(" \t>")
            and len(self.lead) <= len(opened.lead) + _DEEPER
        )


def code_spans(text: str) -> list[tuple[int, int]]:
    """Find fenced code blocks, fences included; an unclosed fence runs to the end of the text (CommonMark).

    Those in list items and quotes are found too; of what stands before the opening fence only white space belongs to
    the block.

    Examples
    --------
    >>> code_spans("a\\n```\\nx = 1\\n```\\nb")
    [(2, 15)]
    >>> code_spans("- ```\\n  x\\n  ```\\n- b")
    [(2, 15)]
    """
    spans: list[tuple[int, int]] = []
    opened: Fence | None = None
    start = 0
    for line in _FENCE.finditer(text):
        fence = Fence(*line.groups())
        if opened is None:
            if fence.opens():
                opened, start = fence, line.start(2) if fence.lead.strip() else line.start()
        elif fence.closes(opened):
            spans.append((start, line.end()))
            opened = None
    if opened is not None:
        spans.append((start, len(text)))
    return spans


def inline_code_spans(text: str) -> list[tuple[int, int]]:
    """Find stretches of one line between single backticks, backticks included."""
    return [found.span() for found in _INLINE_CODE.finditer(text)]


def formula_spans(text: str) -> list[tuple[int, int]]:
    r"""Find LaTeX formulas, delimiters included: ``$..$``, ``$$..$$``, ``\(..\)``, ``\[..\]`` and environments.

    A single dollar sign opens a formula on its own line only, with no space inside either sign and no digit after the
    closing one (the rule of pandoc's ``tex_math_dollars``), so prices are not formulas. Nor are classes of prices, such
    as ``($$)``, and the words between two of them. Longer than 10,000 characters nothing is a formula.

    Examples
    --------
    >>> text = r"Let $x^2$ cost $5 or $6, then \[a+b\] holds."
    >>> [text[start:end] for start, end in formula_spans(text)]
    ['$x^2$', '\\[a+b\\]']
    >>> formula_spans("Wool: $$ - $$\n\nLinen: $$")
    []
    >>> formula_spans("The Ritz ($$$), two nights at the inn ($$)\n\nThe Savoy, $$ a night, and the Plaza, $$ a week")
    []
    """
    spans: list[tuple[int, int]] = []
    opened, environment, start, depth = "", "", 0, 0
    for mark in _DELIMITER.finditer(text):
        token = mark[0]
        if opened and mark.start() - start > _LONGEST_FORMULA:
            opened = ""
        if opened == "$" and token in _NOT_INLINE:
            opened = ""
        if opened and environment:
            if mark[2] == environment:
                depth += 1 if mark[1] == "begin" else -1
                if depth == 0:
                    spans.append((start, mark.end()))
                    opened = ""
            continue
        if opened and token == _CLOSER[opened]:
            inside, closed, opened = (start + len(opened), mark.start()), opened, ""
            if closed == "$$" and inside[0] < inside[1] and not _CONTENT.search(text, *inside):
                continue
            if _is_formula(text, closed, *inside):
                spans.append((start, mark.end()))
                continue
        if opened:
            continue
        if mark[1] == "begin":
            opened, environment, start, depth = token, mark[2], mark.start(), 1
        elif token in _CLOSER and _opens(text, token, mark.end()):
            opened, environment, start = token, "", mark.start()
    return spans


def _is_formula(text: str, opening: str, start: int, end: int) -> bool:
    if start >= end:
        return False
    if opening == "$":
        return _closes_inline(text, end)
    if opening == "$$" and _LATEX.search(text, start, end) is None:
        words = islice(_WORD.finditer(text, start, end), _PROSE_WORDS)
        return sum(1 for _ in words) < _PROSE_WORDS
    return True


def _opens(text: str, token: str, end: int) -> bool:
    if token == "$":
        return bool(text[end : end + 1].strip())
    return token != "$$" or _END_OF_PARAGRAPH.match(text, end) is None


def _closes_inline(text: str, end: int) -> bool:
    return not text[end - 1].isspace() and not text[end + 1 : end + 2].isdigit()


def covered(spans: list[tuple[int, int]]) -> int:
    """Return the number of characters in spans that do not overlap."""
    return sum(end - start for start, end in spans)
