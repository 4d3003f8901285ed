r"""The words of a Markdown document without its marks: what rules made for plain text are applied to.

Gopher, C4 and FineWeb were tuned on extracted text that has no table pipes, list markers, code or LaTeX. Counted as
words, these marks alone fail good pages: a recipe with a table falls below Gopher's share of alphabetic words.
"""

from __future__ import annotations

import re

from udfs.text.markup import code_spans, formula_spans, inline_code_spans

_LINE_MARKS = re.compile(r"^[ \t]{0,12}(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d{1,3}[.)][ \t]+)")
_TABLE_RULE = re.compile(r"^[ \t]{0,12}\|?[ \t:|-]{3,400}\|?[ \t]*$")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,400})\]\([^()\s]{0,2000}\)")
_BRACES = str.maketrans("", "", "{}")
_EMPHASIS = re.compile(r"(?<!\w)(\*\*|__|\*|_|`)(?=\S)|(?<=\S)(\*\*|__|\*|_|`)(?!\w)")


def plain_view(text: str) -> str:
    r"""Return the prose of a Markdown document, its lines and paragraphs kept.

    Fenced code and formulas go, a table row becomes its cells, marks of headings, lists, quotes and emphasis go, a link
    becomes its text. Code in a line keeps its words and loses its braces: by those C4 tells pages of code, and prose
    about sets or templates has them there alone.

    Examples
    --------
    >>> plain_view("## Bread\n\n| flour | 500 g |\n|---|---|\n\n- *knead* it\n\n```\nx = 1\n```\nSo $E=mc^2$ holds.")
    'Bread\n\nflour 500 g\n\nknead it\n\nSo holds.'
    >>> plain_view("The set `{1, 2}` and the template {x}.")
    'The set 1, 2 and the template {x}.'
    """
    for start, end in sorted(code_spans(text), reverse=True):
        text = text[:start] + text[end:]
    kept, last = [], 0
    for start, end in formula_spans(text):
        kept.append(
            text[last:start].rstrip(" ") if start and end < len(text) and text[end] in " ,.;:" else text[last:start]
        )
        last = end
    text = _without_braces("".join([*kept, text[last:]]))
    lines = []
    for line in text.split("\n"):
        if "|" in line and _TABLE_RULE.match(line):
            continue
        line = _LINE_MARKS.sub("", line)
        if line.count("|") >= 2:
            line = " ".join(cell.strip() for cell in line.split("|") if cell.strip())
        lines.append(_EMPHASIS.sub("", _LINK.sub(r"\1", line)).rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _without_braces(text: str) -> str:
    if "`" not in text or not ("{" in text or "}" in text):
        return text
    kept, last = [], 0
    for start, end in inline_code_spans(text):
        kept += [text[last:start], text[start:end].translate(_BRACES)]
        last = end
    return "".join([*kept, text[last:]])
