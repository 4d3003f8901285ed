"""Finds where a line, a sentence or an exercise of a list begins and ends, in tokens of :mod:`udfs.dedup.tokens`."""

from __future__ import annotations

from functools import cache

import numpy as np

from udfs.dedup.tokens import Parts, Tokens, join

# Marks that end a line or a sentence, or lead over to one.
_EDGE_MARKS = "\n\r\v\f\x85\u2028\u2029.!?:;。！？：；…"
# Marks that stand inside a number, as in 2.5 and 12:30.
_NUMBER_MARKS = ".:"
# Marks that close the label of an exercise: 1) (a) [3] 十二、
_LABEL_MARKS = ")）]］】、．"
_LABEL_ENDS = np.array([1, 2, 3])


@cache
def _mark_table(marks: str) -> np.ndarray:
    table = np.zeros(0x10000, dtype=bool)
    table[[ord(mark) for mark in marks]] = True
    return table


def edges(text: str, parts: Parts) -> tuple[np.ndarray, np.ndarray]:
    """Tell which tokens begin, and which end, a line or a sentence; what follows a label also begins one.

    Parameters
    ----------
    text : str
        The text.
    parts : Parts
        Its tokens, before runs of numbers are joined.

    Returns
    -------
    tuple of numpy.ndarray
        Two bool arrays, one value a part.

    Examples
    --------
    >>> from udfs.dedup.tokens import split
    >>> begins, stops = edges("3) Add 2.5\\n4) Stop", split("3) Add 2.5\\n4) Stop"))
    >>> begins.tolist(), stops.tolist()
    ([True, True, False, False, True, True], [False, False, False, True, False, True])
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    codes = np.minimum(codes, 0xFFFF)
    between = np.zeros(len(parts.starts) + 1, dtype=bool)
    between[np.searchsorted(parts.starts, np.flatnonzero(_mark_table(_EDGE_MARKS)[codes]))] = True
    between[0] = between[-1] = True
    inside = np.flatnonzero(between[1:-1] & parts.number[1:] & parts.number[:-1])
    if len(inside):
        inside = inside[parts.starts[inside + 1] - parts.ends[inside] == 1]
        between[inside[_mark_table(_NUMBER_MARKS)[codes[parts.ends[inside]]]] + 1] = False
    begins, stops = between[:-1].copy(), between[1:]
    closings = (parts.starts[begins][:, None] + _LABEL_ENDS).ravel()
    closings = closings[_mark_table(_LABEL_MARKS)[codes[np.minimum(closings, len(codes) - 1)]]]
    labelled = np.searchsorted(parts.starts, closings)
    begins[labelled[labelled < len(begins)]] = True
    return begins, stops


def readings(text: str, parts: Parts, tokens: Tokens) -> list[tuple[Tokens, np.ndarray, np.ndarray]]:
    """Return the tokens, and which begin and end a line or sentence, with runs of numbers joined over edges and not.

    A question may hold such a run, whatever its white space; or it ends in a number and the label of the next one
    follows.

    Parameters
    ----------
    text : str
        The text.
    parts, tokens : Parts, Tokens
        Its tokens.

    Returns
    -------
    list of (Tokens, numpy.ndarray, numpy.ndarray)
        One, or two where they differ.
    """
    begins, stops = edges(text, parts)
    views = [tokens]
    if (begins[1:] & parts.number[1:] & parts.number[:-1]).any():
        views.append(join(parts, begins))
    return [(view, begins[view.bounds[:-1]], stops[view.bounds[1:] - 1]) for view in views]
