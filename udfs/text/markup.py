"""Where formulas and code stand in a text: LaTeX delimiters and Markdown fences, found in linear time."""

from __future__ import annotations

import re

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_INLINE_CODE = re.compile(r"(?<!`)`[^`\n]+`(?!`)")
_ENVIRONMENTS = (
    "equation|align|alignat|aligned|gather|gathered|multline|eqnarray|displaymath|math|flalign|split|cases|"
    "array|matrix|pmatrix|bmatrix|vmatrix"
)
_DELIMITER = re.compile(rf"\\(begin|end)\{{({_ENVIRONMENTS})\*?\}}|\\[\[\]()]|\\.|\$\$|\$|\n", re.DOTALL)
_CLOSER = {r"\[": r"\]", r"\(": r"\)", "$$": "$$", "$": "$"}
_NOT_INLINE = frozenset({"\n", "$$", r"\[", r"\("})
# An opening delimiter without its partner must not swallow the rest of the document.
_LONGEST_FORMULA = 10_000


def code_spans(text: str) -> list[tuple[int, int]]:
    """Find fenced code blocks, fences included; an unclosed fence runs to the end of the text (CommonMark).

    Examples
    --------
    >>> code_spans("a\\n```\\nx = 1\\n```\\nb")
    [(2, 15)]
    """
    spans: list[tuple[int, int]] = []
    fence, start = "", 0
    for line in _FENCE.finditer(text):
        if not fence:
            if line[1][0] == "~" or "`" not in line[2]:
                fence, start = line[1], line.start()
        elif line[1].startswith(fence) and not line[2].strip():
            spans.append((start, line.end()))
            fence = ""
    if fence:
        spans.append((start, len(text)))
    return spans


def inline_code_spans(text: str) -> list[tuple[int, int]]:
    """Find stretches of one line between single backticks, backticks included."""
    return [found.span() for found in _INLINE_CODE.finditer(text)]


def formula_spans(text: str) -> list[tuple[int, int]]:
    r"""Find LaTeX formulas, delimiters included: ``$..$``, ``$$..$$``, ``\(..\)``, ``\[..\]`` and environments.

    A single dollar sign opens a formula on its own line only, with no space inside either sign and no digit after the
    closing one (the rule of pandoc's ``tex_math_dollars``), so prices are not formulas. Longer than 10,000 characters
    nothing is a formula.

    Examples
    --------
    >>> text = r"Let $x^2$ cost $5 or $6, then \[a+b\] holds."
    >>> [text[start:end] for start, end in formula_spans(text)]
    ['$x^2$', '\\[a+b\\]']
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
            if mark.start() > start + len(opened) and (opened != "$" or _closes_inline(text, mark.start())):
                spans.append((start, mark.end()))
                opened = ""
                continue
            opened = ""
        if opened:
            continue
        if mark[1] == "begin":
            opened, environment, start, depth = token, mark[2], mark.start(), 1
        elif token in _CLOSER and (token != "$" or text[mark.end() : mark.end() + 1].strip()):
            opened, environment, start = token, "", mark.start()
    return spans


def _closes_inline(text: str, end: int) -> bool:
    return not text[end - 1].isspace() and not text[end + 1 : end + 2].isdigit()


def covered(spans: list[tuple[int, int]]) -> int:
    """Return the number of characters in spans that do not overlap."""
    return sum(end - start for start, end in spans)
