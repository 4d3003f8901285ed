"""Long documents in parts, for annotators whose time grows faster than the length of what they are given.

Spark NLP's sentence detector looks ahead to the end of the text at every mark: a page of 300,000 characters took
minutes, and in parts of 8,000 it takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

PART_CHARACTERS = 8_000
# Best first: between paragraphs, lines, words.
_SEAMS = ("\n\n", "\n", " ")


def split_parts(text: str, limit: int = PART_CHARACTERS) -> Iterator[str]:
    r"""Yield consecutive parts of a text, which together are the text, cut where a sentence is least likely to go on.

    Parameters
    ----------
    text : str
        Any text; an empty one has one part.
    limit : int
        Most characters of a part.

    Examples
    --------
    >>> list(split_parts("One two.\n\nThree four five.", 18))
    ['One two.\n\n', 'Three four five.']
    """
    start = 0
    while len(text) - start > limit:
        end = start + limit
        for seam in _SEAMS:
            found = text.rfind(seam, start + 1, end)
            if found > 0:
                end = found + len(seam)
                break
        yield text[start:end]
        start = end
    yield text[start:]


def join_spans(parts: Sequence[Mapping[str, Any]], column: str) -> list[dict[str, Any]] | None:
    """Return the annotations of all parts with the offsets that they have in the whole text.

    Parameters
    ----------
    parts : sequence of mappings
        In text order, each with its ``text`` and the annotations of `column`: ``begin`` and ``end`` in UTF-16 code
        units, end inclusive, and perhaps more.
    column : str
        Which annotations.

    Returns
    -------
    list of dict, or None
        None where no part has any array of them: the annotator did not run.

    Examples
    --------
    >>> spans = [{"begin": 0, "end": 0}]
    >>> join_spans([{"text": "a ", "words": spans}, {"text": "b", "words": spans}], "words")
    [{'begin': 0, 'end': 0}, {'begin': 2, 'end': 2}]
    """
    if all(part[column] is None for part in parts):
        return None
    return list(_shifted(parts, column))


def _shifted(parts: Iterable[Mapping[str, Any]], column: str) -> Iterator[dict[str, Any]]:
    base = 0
    for part in parts:
        for row in part[column] or ():
            yield {**row, "begin": row["begin"] + base, "end": row["end"] + base}
        base += len(part["text"].encode("utf-16-le", "surrogatepass")) // 2
