"""The parts of a document that are not prose: fenced code, display formulas, table rows, indented code."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from udfs.text.markup import code_spans

_DISPLAY = re.compile(r"(?<!\\)\$\$|\\\[|\\\]|\\(?:begin|end)\{(?:equation|align|gather|multline|eqnarray)\*?\}")
_LINE = re.compile(r"^(?:[ \t]*\|.*|(?: {4}|\t)\S.*[;{}()=\[\]].*)$", re.MULTILINE)


class Spans:
    """A set of spans of a text, for asking whether another one overlaps it."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._begins: list[int] = []
        self._ends: list[int] = []
        for begin, end in sorted(spans):
            if self._ends and begin <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._begins.append(begin)
                self._ends.append(end)

    def blocked(self, begin: int, end: int) -> bool:
        """Tell whether any character of ``[begin, end)`` lies in one of the spans."""
        index = bisect_right(self._begins, max(begin, end - 1)) - 1
        return index >= 0 and self._ends[index] > begin


class Regions(Spans):
    """The parts of a text that hold no sentences.

    Parameters
    ----------
    text : str
        Markdown or plain text. An unclosed fence runs to the end.

    Examples
    --------
    >>> regions = Regions("a b\\n```\\nx is a y\\n```\\nc")
    >>> regions.blocked(0, 3), regions.blocked(9, 14)
    (False, True)
    """

    def __init__(self, text: str) -> None:
        spans = [*code_spans(text), *_display_formulas(text)]
        spans += [match.span() for match in _LINE.finditer(text)]
        super().__init__(spans)


def _display_formulas(text: str) -> list[tuple[int, int]]:
    marks = list(_DISPLAY.finditer(text))
    spans = [(left.start(), right.end()) for left, right in zip(marks[::2], marks[1::2], strict=False)]
    # One without a partner is more likely a stray one than open to the end.
    return [*spans, marks[-1].span()] if len(marks) % 2 else spans
