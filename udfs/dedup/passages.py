r"""Paragraphs and lines of a document that another document may hold word for word, and the text without them.

CCNet removes such paragraphs (arXiv 1911.00359, 3.1), Dolma and DCLM count them. What a document cannot lose without
breaking is no passage here: code blocks, tables, and what is too short to be more than a heading or a refrain.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from udfs.ids import stable_id
from udfs.text.markup import code_spans, formula_spans

#: What is compared: text between blank lines, or every line.
Unit = Literal["paragraph", "line"]

_SEPARATOR = {"paragraph": re.compile(r"\n(?:[ \t]*\n)+"), "line": re.compile(r"\n+")}


class Passage(NamedTuple):
    """Where a passage stands and what it says.

    Parameters
    ----------
    start, end : int
        Offsets in characters.
    key : str
        Hash of its text, white space apart.
    """

    start: int
    end: int
    key: str


def passages(text: str, unit: Unit, min_bytes: int) -> list[Passage]:
    r"""Return the passages of a Markdown document in order.

    Parameters
    ----------
    text : str
        The document.
    unit : {"paragraph", "line"}
        Where passages end; never within a code block or a formula.
    min_bytes : int
        Least length as UTF-8, so that a Chinese character counts for three Latin ones.

    Examples
    --------
    >>> text = "# Tea\n\nAll  rights reserved.\n\n```\nrights = all\n```\n\nAll rights\nreserved."
    >>> [text[start:end] for start, end, _ in passages(text, "paragraph", 10)]
    ['All  rights reserved.', 'All rights\nreserved.']
    >>> len({found.key for found in passages(text, "paragraph", 10)})
    1
    """
    code = code_spans(text)
    whole = _merged([*code, *formula_spans(text)])
    found = []
    for start, end in _between(_SEPARATOR[unit], text, whole):
        part = text[start:end]
        if _overlaps(code, start, end) or part.lstrip().startswith("|"):
            continue
        said = " ".join(part.split())
        if len(said.encode("utf-8", "surrogatepass")) >= min_bytes:
            found.append(Passage(start, end, stable_id(said)))
    return found


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    r"""Return a text without some of its passages; of the gaps around one the wider stays.

    Examples
    --------
    >>> without("One.\n\nTwo.\nThree.", [(6, 10)])
    'One.\n\nThree.'
    """
    left, last = "", 0
    for start, end in [*sorted(spans), (len(text), len(text))]:
        part = text[last:start]
        before, after = left.rstrip("\n"), part.lstrip("\n")
        gap = max(len(left) - len(before), len(part) - len(after)) if before and last else 0
        left = before + "\n" * gap + after if last else part
        last = end
    return left.strip("\n")


def _between(separator: re.Pattern[str], text: str, whole: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    start = 0
    for gap in separator.finditer(text):
        if not _overlaps(whole, *gap.span()):
            yield start, gap.start()
            start = gap.end()
    yield start, len(text)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _overlaps(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of the sorted, disjoint spans has a character in common with a range."""
    place = bisect_left(spans, (end,)) - 1
    return place >= 0 and spans[place][1] > start
